"""The phrases with which people ask about themselves or their own: in both languages.

Folded words, phrases parted by commas; who speaks the language can read and lengthen them.
"""


def _phrases(table: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in table.split(","))


ASKS_FOR_ONESELF = _phrases(
    """
    should i, am i, would i, could i qualify, do i qualify, can i take, can i use, can i do, can
    i have, can i try, can i still, can i get it, can i get ketamine, can i get spravato, can i
    even, could i take, could i do, could i try, could i use, could i get, can my, could my,
    should my, would my, is my, for me, with me, help me or, work on me, hurt me, take me,
    accept me, approve me, consider me, treat me, give me ketamine, give it to me, let me try,
    let me do, in my case, my situation, someone like me, somebody like me, people like me,
    worth asking, worth it if, worth trying, worth a try, a good fit, good idea if, ok if i,
    okay if i, safe if i, bad if i, what if i, even if i, deberia, debo, me conviene, me
    convendria, me sirve, me serviria, me ayudaria, me funcionaria, me haria, me hace dano, me
    aceptan, me aceptarian, me darian, me la dan, me lo dan, puedo tomar, puedo tomarla, puedo
    tomarlo, puedo usar, puedo usarla, puedo hacer, puedo hacerlo, puedo hacerme, puedo probar,
    puedo recibir, puedo recibirla, puedo tener, podria tomar, podria usar, podria probar,
    podria recibir, puede mi, podria mi, califico, calificaria, soy candidato, soy candidata, es
    para mi, seria para mi, en mi caso, para alguien como yo, vale la pena, si yo tengo, si yo
    tomo, para mi mama, para mi papa, para mi hijo, para mi hija, para mi esposo, para mi
    esposa, shud i, shld i, shuld i, wud i, wld i, cud i, cld i, kan i take, 4 me, work 4 me, ok
    w my, safe w my, safe with my, ok with my, me ayudaria a mi, es bueno para mi, sera bueno
    para mi, estaria bien para mi
    """
)
"""Phrases with which somebody asks about themselves or their own people."""

TELLS_OF_ONESELF = _phrases(
    """
    i have, ive got, i got, i had, ive had, i take, im taking, im on, i am on, im still on, i
    was diagnosed, im diagnosed, i was on, im pregnant, i am pregnant, im breastfeeding, im
    bipolar, im schizophrenic, im diabetic, im epileptic, im an alcoholic, im in recovery, im
    sober, i drink, i smoke, i use, my meds, my medication, my medications, my medicine, my
    blood pressure, my bp, my heart, my bladder, my psychosis, my depression, my anxiety, my
    ptsd, my history, my liver, my kidneys, my doctor says i, my doctor wont, my mom has, my dad
    has, my son has, my daughter has, my wife has, my husband has, my mom is on, my dad is on,
    my husband is on, my wife is on, tengo, tomo, estoy tomando, padezco, sufro de, me
    diagnosticaron, estoy embarazada, estoy lactando, doy pecho, soy bipolar, soy diabetico, soy
    diabetica, soy alcoholico, soy alcoholica, soy hipertenso, soy hipertensa, mis medicinas,
    mis pastillas, mis medicamentos, mi presion, mi corazon, mi vejiga, mi depresion, mi
    ansiedad, mi mama tiene, mi papa tiene, mi hijo tiene, mi hija tiene, mi mama toma, mi papa
    toma, my mom, my mother, my dad, my father, my son, my daughter, my kid, my teen, my
    husband, my wife, my brother, my sister, my grandma, my grandpa, my boyfriend, my
    girlfriend, mi mama, mi madre, mi papa, mi padre, mi hijo, mi hija, mi esposo, mi esposa, mi
    marido, mi abuela, mi abuelo, mi hermano, mi hermana, mi novio, mi novia, weeks pregnant,
    months pregnant, semanas de embarazo, meses de embarazo, im nursing, im on meds, i am
    bipolar, i am schizophrenic, me operaron, me dio un infarto
    """
)
"""Phrases with which somebody tells of a state of their own; with a topic that is a question."""

NOT_OF_ONESELF = _phrases(
    """
    i have a question, i have questions, i have one question, i have another question,
    i have no idea, i have to, i got a question, i got questions, i had a question, am i talking,
    am i texting, am i chatting, should i ask, should i text, should i look, should i watch,
    what should i know, tengo una pregunta, tengo preguntas, tengo una duda, tengo dudas,
    tengo otra pregunta, tengo que, debo preguntar, debo saber
    """
)
"""What begins like one of those and is none: taken out before the others are looked for."""
