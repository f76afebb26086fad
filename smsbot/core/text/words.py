"""Words that are left alone: those that carry no subject, and those that look like a typo."""

FUNCTION = frozenset(
    """a about after again all also am an and any anybody anyone anything are arent as at be because
    been before being but by can cant could couldnt did didnt do does doesnt doing done dont down
    even ever every for from get gets getting go going gonna got had has hasnt have havent having he
    her here hey hi hello him his how hows i id if ill im in into is isnt it its ive just kind kinda
    know lemme let like lol lot made make many may maybe me might more most much my need no not now
    of off ok okay on one only or other our out over own please pls plz put r really said same say
    says see she should shouldnt so some somebody someone something sort still stuff such sure take
    tell than that thats the their them then there theres these they theyre thing things think this
    those to too u um up ur us use used very want wanna was wasnt way we well went were what whats
    when where which while who whos whole why will with without wont would wouldnt ya yeah yes yet
    you your youre
    al algo alguien alguna alguno algun antes aqui asi aun aunque bien cada como con cosa cosas cual
    cuales cuando cuanto cuanta cuantos dale de decir del desde despues donde e el ella ellas ellos
    en entonces entre era eres es esa ese eso esos esta estan estar estas este esto estos estoy fue
    fui gracias ha hacer hace hago han hasta hay he hola ir la las le les lo los mas me mi mis mucho
    muy nada ni no nos nosotros o oye otra otro para pero por porque pq pues puede pueden puedo q
    que quien quiero saber se sea ser si sin sobre solo somos son soy su sus tal tambien tan te
    tener tengo tiene tienen todo toda todos tu tus un una uno unos va van vamos ver voy x xq y ya
    yo""".split()
)
"""Words that say nothing of what a text is about."""

COMMON = frozenset(
    """abuse ache ached aches acted after again aged ages ahead alert alerts alive allow alone
    along also amber angel anger angle angry apple apply apart asked awake award aware backs badly
    baked based basic beach beans beard bears beast beats began begin being below bench birds birth
    black blame bland blank blast bleed blend bless blind block blood board boast boats bones books
    boost booth bored bound brain brand brave bread break breed brief bring broad broke brown
    brush build built burst buyer cable calls calm came camps candy cards cared cares carry cases
    catch cause cells chain chair chart chase cheap check cheek chest child chips chose claim class
    clean clear clerk click cliff climb cling clock close cloth cloud coach coast codes coins comes
    cooks cools cords corps costs could count court cover crack craft crash crazy cream crime cross
    crowd crown cruel cured cures curse curve daily dance dated dates deals death debts delay
    dense depth diets dirty dishes doing doors doses doubt dozen draft drain drama drank drawn
    draws dream dress dried drink drive drove drown dying eager early earth eaten eight elder
    empty ended enemy enjoy enter entry equal error event every exact exist extra faced faces facts
    faith falls false fancy farms fault favor fears feels fever field fight filed files fills films
    final finds fines fired first fixed flame flash flat fleet flesh flies float flood floor flows
    folks foods force forms forth forty found frame fresh fried front fruit fully funds funny gains
    games gates gifts girls given gives glass globe goals going goods grade grain grand grant grass
    grave great greed green greet grief grind gross group grown grows guard guess guest guide
    habits hands handy hangs happy harsh hated hates heads heals heard hears heaps heavy helps
    hence hills hired holds holes holidays honey honor hooks hoped hopes horse hosts hotel hours
    house human humor hurry hurts ideas image inner input issue items joins joint jokes judge juice
    jumps keeps killed kinds kings knees knew knife knock known knows label labor lacks lakes lands
    large laser later laugh layer leads learn lease least leave level liked likes limit lined lines
    links lists lived liver lives loads loans local locks loose lords loses loved lover loves lower
    lucky lunch lungs lying magic major maker makes march marks marry match maybe meals means meant
    meets melts mercy merit metal meter might minds mines minor minus mixed mixes model money month
    moods moral motor mount mouse mouth moved moves movie music nails named names needs nerve never
    newer night noise north noted notes novel nurse occur ocean offer often older opens opera order
    organ other ought outer owned owner pages pains paint pairs panel panic paper parks parts party
    paste patch paths pause peace pears peers phase phone photo piece pills pilot pitch place plain
    plane plans plant plate plays plots point poles polls pools porch ports posed posts pound power
    prays press price pride prime print prior prize proud prove pulls pupil purse quick quiet quite
    quote radio rains raise ranch range rapid rated rates ratio reach reads ready refer reply rests
    rider rides rifle right rings rises river roads robot rocks roles rolls roman rooms roots rough
    round route royal rules rural sadly safer sails salad sales salts sauce saved saves scale scare
    scene scope score seats seeds seeks seems sells sends sense serve seven shade shake shall shame
    shape share sharp sheep sheet shelf shell shift shine ships shirt shock shoes shoot shops shore
    short shots shout shown shows sides sight signs silly since sites sixth sized sizes skill skins
    skips sleep slept slice slide slips slope slowly small smart smell smile smoke snack snake
    solar solid solve songs sorry sorts souls sound south space spare speak speed spell spend spent
    spice spoke sport spots spread squad stack staff stage stairs stake stamp stand stare stars
    start state stays steal steam steel steep stems stick still stock stone stood stops store
    storm story stove strap straw strip stuck study stuff style sugar suite sunny super surge sweet
    swept swift swing sword table taken takes tales talks tapes tasks taste taxes teach teams tears
    teens teeth tells tends tenth terms tests texts thank theft their theme there these thick thief
    thing think third those three threw throw thumb tight times tired title today token tooth
    topic total touch tough tower towns toxic trace track trade trail train trait trash treat trend
    trial tribe trick tried tries troops truck truly trunk trust truth tubes turns twice twist
    types uncle under union unite units until upper upset urban urged usage users usual value video
    views virus visit vital vivid voice votes wages wagon waist waits walks walls wants waste watch
    water waves wears weary weeks weigh weird wheel where which while white whole whose wider widow
    width wills winds wines wings wires wiser witch wives woman women woods words works world worry
    worse worst worth would wound wrist write wrong wrote yards years yield young yours youth
    agenda ahora amiga amigo antes apoyo banco barco bueno cabeza calle campo canto carga carta
    causa cenar cerca cielo cinco claro clase coche comer corre cosas creer cuarto cuenta cuesta
    cuida deber decir dejar desde dicho dinero dolor donde dulce entra error falta fecha feliz
    firma forma fotos fuego fuera fuerte gente grande gusto haber hacer hecho hijos hogar hombre
    horas igual jugar junto juntos largo leche leyes libre libro lindo lleva llena luego lugar lunes
    madre malas malos manos marco marzo mayor media medio menos meses mismo mitad monto mucha mucho
    mujer mundo nadie negro noche norte nueva nuevo nunca obras padre pagar paga pasar pasos pasta
    pedir pelea pobre poder poner primo prima punto queda quita reina ropa saber salir salsa santa
    segun sigue sobre solo suave suelo tarde tarea temas tener tengo texto tiene todas todos tomar
    trata tratar traer vamos varios venta verde vieja viejo vivir volver zona""".split()
)
"""Everyday words that stand one letter away from a word of the subject, and are no typos of it."""
