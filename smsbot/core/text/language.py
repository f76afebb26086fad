"""Which language a text is in, from its own words; short texts may not say."""

from smsbot.core.messages import Lang

_EN = frozenset(
    """a about after all am an and any are as at be because been before but by can cant could did
    do does doesnt dont for from get getting had has have he help her him how i id if im in into is
    isnt it its ive just know like long make me more most much my need no not now of off on or our
    out over own people please safe she should so some still take tell than that the their them
    then there these they thing this to today too treatment up us use used very was way we well
    were what whats when where which while who why will with without work works would you your
    thanks thank hi hello hey side effects does doctor meds approved home depression anxiety
    legal risks want wont good bad really drug drugs pill pills""".split()
)
_ES = frozenset(
    """al algo alguien ante aqui asi aun bien cada como con contra cual cuando cuanto cuantos
    cuanta de del desde donde dos e el ella ellos en entonces entre era es esa ese eso esta este
    esto estoy fue gracias ha hace hacer hasta hay he hola la las le les lo los mas me mejor mi mis
    mucho muy nada ni nos nosotros o otra otro para pero poco por porque puede pueden puedo q que
    quien quiero se sea ser si sin sirve sobre solo son soy su sus tambien tan te tener tengo
    tiene tienen todo todos tu tus un una uno usar va ver y ya yo ayuda casa riesgos riesgo
    seguro segura medico doctor medicina medicinas terapia ketamina clinica dura funciona linea
    efectos favor buenas buenos dias necesito tomar tomo deprimido deprimida depresion pastillas
    recetar receta aprobado aprobada legal peligro embarazada presion corazon vejiga esketamina
    espanol ingles cuales saber manejar dice digan sirven toma no a hablo hablas habla cambia
    cambiar trae""".split()
)
_LENT = frozenset(
    """side effects doctor meds approved home depression anxiety legal risks drug drugs pill pills
    treatment work works safe good bad thanks hi hello hey like today really terapia
    ketamina""".split()
)
"""Words that people take along into the other language: "cuales son los side effects"."""

_LENT_WEIGHT, _OPENING = 0.5, 0.75
"""What a lent word counts, and how much more the first word, which sets a mixed text's grammar."""

_SPANISH_MARKS = frozenset("ñ¿¡áéíóúü")


def guess(text: str, words: tuple[str, ...]) -> Lang | None:
    """The language most of the known words are in; None when the words don't say.

    `words` are the folded words of `text`; `text` is looked at for letters only Spanish has.
    """
    english = _said(words, _EN - _ES)
    spanish = _said(words, _ES - _EN)
    if english and spanish:
        # Mixed: whose grammar it is, not whose nouns.
        first = next(word for word in words if word in _EN ^ _ES)
        english += _OPENING * (first in _EN)
        spanish += _OPENING * (first in _ES)
    if not _SPANISH_MARKS.isdisjoint(text.lower()):
        spanish += 1
    if english == spanish:
        return None
    return Lang.EN if english > spanish else Lang.ES


def _said(words: tuple[str, ...], known: frozenset[str]) -> float:
    return sum(_LENT_WEIGHT if word in _LENT else 1.0 for word in words if word in known)
