"""Step 2 of 4: STOP, START and HELP, in the words people use for them.

The law counts any reasonable wording as an opt-out, so this reads sentences, not only the words
the carriers reserve. It never sees a text before the crisis screen has.

Sources (read 2026-11-23): 47 CFR 64.1200(a)(10)-(12), FCC 24-24,
https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm; reserved words,
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.messages import InboundMessage, Lang, OptOutType
from smsbot.core.text.normalise import squeeze, tokens


class Kind(StrEnum):
    """What the contact wants of the number itself; the values are the catalogue's keywords."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A compliance request found in a text."""

    kind: Kind
    rule: str
    lang: Lang | None
    provider_answered: bool = False
    """Twilio's Advanced Opt-Out has replied already: we record it and say nothing."""


_WORDS: dict[str, tuple[Kind, Lang]] = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
        (Kind.STOP, Lang.EN),
    ),
    **dict.fromkeys(("ALTO", "PARAR", "BAJA", "CANCELAR"), (Kind.STOP, Lang.ES)),
    **dict.fromkeys(("START", "YES", "UNSTOP"), (Kind.START, Lang.EN)),
    "INICIAR": (Kind.START, Lang.ES),
    **dict.fromkeys(("HELP", "INFO"), (Kind.HELP, Lang.EN)),
    "AYUDA": (Kind.HELP, Lang.ES),
}
RESERVED = frozenset(_WORDS)
"""Squeezed words that mean STOP, START or HELP when they are the whole message."""

_STOP_WORDS = frozenset(w.lower() for w, (kind, _) in _WORDS.items() if kind is Kind.STOP)

# A text made of nothing but these, with at least one of _STOP_WORDS or a word like them, is STOP.
_ONLY_STOP = _STOP_WORDS | frozenset(
    "stopp stoppp stap please pls plz now thanks thank you all it this ok already just i said"
    " the por favor ya gracias basta paren pare opt out me messages texts text msgs now".split()
)
_STOP_CORE = frozenset("stop stopp stoppp stopall unsubscribe optout revoke basta paren".split())

_SUBJECT = frozenset(
    "text texts texting txt txts txting message messages messaging msg msgs sms spam contact"
    " contacting update updates alerts notices list lists reminders campaign campaigns"
    " number".split()
)
_SUBJECT_ES = frozenset(
    "mensaje mensajes texto textos mensajitos sms lista escribir escriban escribas escribirme"
    " escribiendo escribiendome mandarme mandando mandandome mandes manden textear texteando"
    " texteen contacten contactarme molesten molestando enviarme enviando envien numero".split()
)
_HALT = frozenset("stop stopp quit cancel end cease unsubscribe halt".split())
_HALT_ES = frozenset(
    "deja dejen dejame dejenme dejar para paren parar alto basta cancela cancelen detengan".split()
)
_NEGATION = frozenset("no not dont never".split())
_AGAIN = frozenset("again anymore more ever".split())
_REMOVE = frozenset("remove take delete drop get cancel scratch".split())
_REMOVE_ES = frozenset(
    "quitame quitenme saquenme sacame borrenme borrame eliminenme eliminen elimina borren borra"
    " quiten saquen quita saca".split()
)
_VERB_TO_US = frozenset("text message msg txt contact sms spam write send".split())

_INSTRUCTS = frozenset("reply txt text send with sms word".split())
_LONGEST_PLAIN_WISH = 12
"""Words; up to here a text that speaks of stopping is taken at its word."""

_REACH = 5
"""How many words may stand between the verb and what it is about."""

_CLAUSE_START = frozenset(
    "i im id ive its no please pls plz yo ya me quiero estoy voy dont".split()
)
_LEADING = re.compile(r"^\W*(\w+)\W*[.!,;:\n-]")


def check(message: InboundMessage) -> Request | None:
    """The compliance request in this message, or None.

    `provider_answered` is set when Twilio has already acted and replied (OptOutType present).
    """
    if message.opt_out_type is not None:
        kind = Kind(OptOutType(message.opt_out_type).value)
        return Request(kind=kind, rule="provider", lang=None, provider_answered=True)
    word = squeeze(message.body)
    if word in _WORDS:
        kind, lang = _WORDS[word]
        return Request(kind=kind, rule=f"word.{word}", lang=lang)
    words = tokens(message.body)
    rule = _opt_out_in_words(words)
    if rule is not None:
        lang = Lang.ES if rule.endswith(".es") else Lang.EN
        return Request(kind=Kind.STOP, rule=rule, lang=lang)
    return None


def opts_out_beside(body: str) -> bool:
    """Whether a crisis text also asks us to stop: "STOP i want to die", not "stop the pain".

    Only asked once the crisis screen has fired; the opt-out then comes on top of the 988 reply.
    """
    words = tokens(body)
    if _opt_out_in_words(words) is not None:
        return True
    if not words or words[0] not in _STOP_WORDS:
        return False
    leading = _LEADING.match(body)
    return leading is not None or len(words) == 1 or words[1] in _CLAUSE_START


def _opt_out_in_words(words: tuple[str, ...]) -> str | None:
    if not words:
        return None
    if len(words) <= 8 and _ONLY_STOP.issuperset(words) and not _STOP_CORE.isdisjoint(words):
        return "words.only_stop"
    if _is_footer(words):
        return None
    if "unsubscribe" in words or _pair(words, frozenset({"opt"}), frozenset({"out"}), 2):
        return "words.unsubscribe"
    if _stop_texting(words):
        return "words.stop_texting"
    if _do_not_text(words):
        return "words.do_not_text"
    if _off_the_list(words):
        return "words.off_the_list"
    return _opt_out_in_spanish(words)


def _stop_texting(words: tuple[str, ...]) -> bool:
    # "stop texting me", "quit sending these messages"; not "how do i stop" or "stop my meds".
    if _asks_how(words):
        return False
    return _pair(words, _HALT, _SUBJECT, _REACH)


def _do_not_text(words: tuple[str, ...]) -> bool:
    # "dont text me again", "do not ever message this number", "no more texts".
    if _pair(words, frozenset({"no"}), frozenset({"more"}), 1):
        return _pair(words, frozenset({"more"}), _SUBJECT, 2)
    if not _pair(words, _NEGATION, _VERB_TO_US, 2):
        return _pair(words, frozenset({"leave"}), frozenset({"alone"}), 2) and len(words) <= 6
    return "me" in words or not _AGAIN.isdisjoint(words) or "number" in words


def _off_the_list(words: tuple[str, ...]) -> bool:
    # "take me off this list", "remove my number", "delete me from your messages".
    for at, word in enumerate(words[:-1]):
        if word not in _REMOVE or words[at + 1] not in {"me", "my", "us", "this"}:
            continue
        if words[at + 1] in {"my", "this"} and {"number", "phone"} & {*words[at + 2 : at + 3]}:
            return True
        if {"off", "from"} & {*words[at + 2 : at + 4]} and _SUBJECT & {*words[at + 3 : at + 8]}:
            return True
    return False


def _is_footer(words: tuple[str, ...]) -> bool:
    """Whether another sender's bulk text came to us, with its own way out at its end.

    "... 2 stop texts txt STOP to 80062" asks nothing of us.
    """
    if len(words) <= _LONGEST_PLAIN_WISH:
        return False
    instructs = _pair(words, _INSTRUCTS, _HALT | {"out"}, 3) or _pair(
        words, frozenset({"to", "2"}), _HALT | {"opt"}, 1
    )
    return instructs or any(len(word) >= 5 and word.isdigit() for word in words)


def _opt_out_in_spanish(words: tuple[str, ...]) -> str | None:
    if _pair(words, _HALT_ES, _SUBJECT_ES, 4):
        return "words.stop_texting.es"
    # "no me escriban mas", "ya no quiero mensajes", "no mas mensajes"
    if _pair(words, frozenset({"no"}), _SUBJECT_ES, 4) and (
        not frozenset({"me", "mas", "quiero", "mandes", "manden"}).isdisjoint(words)
    ):
        return "words.do_not_text.es"
    if not _REMOVE_ES.isdisjoint(words) and not _SUBJECT_ES.isdisjoint(words):
        return "words.off_the_list.es"
    if _pair(words, frozenset({"darme", "dame", "denme"}), frozenset({"baja"}), 2):
        return "words.unsubscribe.es"
    return None


def _asks_how(words: tuple[str, ...]) -> bool:
    return words[0] in {"how", "why", "when", "should"}


def _pair(
    words: tuple[str, ...], first: frozenset[str], second: frozenset[str], reach: int
) -> bool:
    """Whether a word of `first` is followed by one of `second` within `reach` words."""
    for at, word in enumerate(words):
        if word in first and not second.isdisjoint(words[at + 1 : at + 1 + reach]):
            return True
    return False
