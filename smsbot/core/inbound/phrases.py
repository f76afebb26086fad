"""The few fixed sentences the bot itself adds around vetted answers. GSM-7 only; a test holds it.

They say nothing about health. Everything else people read is an answer with a source.
"""

from dataclasses import dataclass

from smsbot.core.messages import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The fixed sentences in one language."""

    more: str
    offer: str
    nothing_more: str
    nothing_yet: str
    no_sources: str
    greeting: str
    thanks: str
    unknown: str
    did_you_mean: str
    """Must fit one segment with the choices; a test holds that for every pair of topics."""
    which_one: str
    not_sure: str
    no_numbers: str
    not_for_you: str
    """Before a vetted answer to somebody who asks for themselves."""
    media: str
    helpline_word: str
    lang_set: str
    in_care: str
    aftercare: str
    """To a text that means nothing by itself, soon after a crisis text: "why", "ok", "1"."""
    programme: str
    """Said once, with the first answer. `{program}` is filled in when the catalogue is built."""


_EN = Phrases(
    more="Text MORE for details.",
    offer="You can also text {keywords}.",
    nothing_more="That was all of it. Text BACK to see it again, SOURCES for where it comes from,"
    " or MENU for topics.",
    nothing_yet="There is nothing to go on with yet. Text MENU for topics.",
    no_sources="This text has no outside sources: it is about this service.",
    greeting="Hi! I send short, sourced facts about online ketamine therapy.",
    thanks="You're welcome. Text MENU any time. In crisis, call or text 988.",
    unknown="I don't have a checked answer for that. I can only send facts on online ketamine"
    " therapy. I can't help with cost, doses, buying or your own case: ask a doctor."
    " In an emergency, call 911.",
    did_you_mean="Did you mean {choices}? Reply {numbers}, or text MENU.",
    which_one="Which one: {choices}? Reply {numbers}, or text MENU.",
    not_sure="I don't want to guess here.",
    no_numbers="Nothing on your screen has a number right now. Text a word in CAPS from this list,"
    " or ask in your own words.",
    not_for_you="I can't say what is right for you: ask a prescriber, who can check you.",
    media="I can't read pictures or voice notes. Please text me words.",
    helpline_word="988 is the crisis line: call or text 988, free, 24/7."
    " This number is not a crisis line.",
    lang_set="OK, English from now on.",
    aftercare="Call or text 988: a real person is there now, free, 24/7. I am only an automatic"
    " line. In danger, call 911.",
    in_care="If it gets hard: call or text 988, any time.",
    programme="{program}: automated facts, not medical advice. 1 reply per text. Msg & data rates"
    " may apply. HELP for help, STOP to end. In crisis: call or text 988.",
)
_ES = Phrases(
    more="Envia MAS para saber mas.",
    offer="Puedes enviar {keywords}.",
    nothing_more="Eso es todo. Envia ATRAS para verlo otra vez, FUENTES para saber de donde viene,"
    " o MENU para ver los temas.",
    nothing_yet="Todavia no hay nada que seguir. Envia MENU para ver los temas.",
    no_sources="Este texto no tiene fuentes externas: habla de este servicio.",
    greeting="¡Hola! Mando datos cortos y con fuente sobre la terapia de ketamina en linea.",
    thanks="De nada. Envia MENU cuando quieras. En crisis, llama al 988 (oprime 2).",
    unknown="No tengo una respuesta revisada para eso. Solo mando datos sobre la terapia de"
    " ketamina en linea. No puedo ayudar con precios, dosis, compras ni tu caso: pregunta a un"
    " doctor. Emergencia: 911.",
    did_you_mean="¿Hablas de {choices}? Responde {numbers}, o envia MENU.",
    which_one="¿Cual quieres: {choices}? Responde {numbers}, o envia MENU.",
    not_sure="Aqui no quiero adivinar.",
    no_numbers="Ahora no hay nada con numero. Envia una palabra en MAYUSCULAS de esta lista, o"
    " pregunta con tus palabras.",
    not_for_you="No puedo decir si es para ti: pregunta a quien receta, que te puede revisar.",
    media="No puedo leer fotos ni audios. Por favor escribe con palabras.",
    helpline_word="988 es la linea de crisis: llama al 988 (oprime 2), gratis, 24/7."
    " Este numero no es una linea de crisis.",
    lang_set="Listo, desde ahora en español.",
    aftercare="Llama al 988 (oprime 2): hay una persona de verdad, gratis, 24/7. Yo solo soy un"
    " sistema automatico. En peligro, llama al 911.",
    in_care="Si se pone dificil: llama al 988 (oprime 2), a toda hora.",
    programme="{program}: datos automaticos, no consejo medico. 1 respuesta por texto. Pueden"
    " aplicar tarifas de msj y datos. AYUDA para ayuda, ALTO para salir. En crisis: llama al 988.",
)
PHRASES = {Lang.EN: _EN, Lang.ES: _ES}
