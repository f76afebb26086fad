"""The words in which people join and leave a topic, and the sentences that answer them.

GSM-7 only; a test holds it. What CTIA wants said to who opts in is said: the programme, what comes
and how often, rates, HELP and STOP. Source: https://usshortcodedirectory.com/ctia-short-code-monitoring-handbook/
(read 2026-11-23). YES is not used: it is an opt-in word of the provider's own.
"""

from dataclasses import dataclass

from smsbot.core.messages import Lang

JOIN = {"join": Lang.EN, "unirme": Lang.ES, "unir": Lang.ES}
LEAVE = {"leave": Lang.EN, "salir": Lang.ES}
END = {
    **dict.fromkeys(("stop", "end", "quit", "cancel", "unsubscribe", "no"), Lang.EN),
    **dict.fromkeys(("alto", "parar", "baja", "cancelar", "no"), Lang.ES),
}
"""Words for STOP that leave one topic when its keyword follows: "STOP NEWS"."""

FILLERS = frozenset("to the a al la el los las de del list lista please pls por favor me".split())
MOST_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What is said in one language; `{...}` is filled in, `{words}` with the topic's own."""

    join: str
    """The word that confirms."""
    leave: str
    ask: str
    joined: str
    already: str
    left: str
    left_all: str
    on_no_list: str
    choose: str
    nothing_to_join: str
    in_care: str
    care_line: str


_EN = Sentences(
    join="JOIN",
    leave="LEAVE",
    ask="{program}: you asked for {topic}: {words}. Msg & data rates may apply."
    " Reply JOIN to confirm. HELP for help, STOP to end.",
    joined="{program}: you joined {topic}: {words}. Text LEAVE {topic} to leave it, STOP to end all"
    " texts, HELP for help. Msg & data rates may apply.",
    already="You are on the list for {topic}: {words}. Text LEAVE {topic} to leave it, STOP to end"
    " all texts.",
    left="You left {topic}; no more of it will be sent. Text JOIN {topic} to come back, STOP to end"
    " all texts.",
    left_all="You left {topic}; no more of it will be sent. STOP ends all texts.",
    on_no_list="You are on no list. You only get replies to what you text. STOP ends all texts.",
    choose="You can join {choices}. Text JOIN {topic}, for example.",
    nothing_to_join="There is no list to join right now. Text MENU for topics.",
    in_care="No sign-ups for a few weeks after a hard time: that can wait. To talk with someone"
    " now, call or text 988, free, 24/7.",
    care_line="If it gets hard: call or text 988, any time.",
)
_ES = Sentences(
    join="UNIRME",
    leave="SALIR",
    ask="{program}: pediste {topic}: {words}. Pueden aplicar tarifas de mensajes y datos."
    " Responde UNIRME para confirmar. AYUDA para ayuda, ALTO para terminar.",
    joined="{program}: ya recibes {topic}: {words}. Manda SALIR {topic} para dejarlo, ALTO para"
    " terminar todo, AYUDA para ayuda. Pueden aplicar tarifas de mensajes y datos.",
    already="Ya estas en la lista de {topic}: {words}. Manda SALIR {topic} para dejarlo, ALTO para"
    " terminar todo.",
    left="Dejaste {topic}; no te mandaremos mas. Manda UNIRME {topic} para volver, ALTO para"
    " terminar todo.",
    left_all="Dejaste {topic}; no te mandaremos mas. ALTO termina todo.",
    on_no_list="No estas en ninguna lista. Solo recibes respuestas a lo que mandas. ALTO termina"
    " todo.",
    choose="Puedes recibir {choices}. Manda UNIRME {topic}, por ejemplo.",
    nothing_to_join="Ahora no hay ninguna lista. Manda MENU para ver los temas.",
    in_care="Por unas semanas despues de un mal momento no apuntamos a nadie: eso puede esperar."
    " Para hablar con alguien ahora, llama al 988 (oprime 2), gratis, 24/7.",
    care_line="Si se pone dificil: llama al 988 (oprime 2), a toda hora.",
)
SENTENCES = {Lang.EN: _EN, Lang.ES: _ES}
