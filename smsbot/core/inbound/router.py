"""Step 3 of 4: which vetted answer a text asks for.

In order: the whole message is a name, then a known question; a greeting or thanks; then, clause by
clause and with typos repaired, likeness to the ways people ask for each answer. What stays unsure
is not guessed: two close answers are offered, anything less gets the menu.
"""

from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.inbound.router_hearing import Sure, hear
from smsbot.core.inbound.router_index import Index
from smsbot.core.messages import Lang
from smsbot.core.text.language import guess
from smsbot.core.text.normalise import squeeze, tokens


class Kind(StrEnum):
    """What the router made of a text."""

    KEYWORD = "keyword"
    QUESTION = "question"
    AMBIGUOUS = "ambiguous"
    """Two answers are close and neither is sure: `topics` holds the two, the likelier first."""
    GREETING = "greeting"
    THANKS = "thanks"
    HELPLINE = "helpline"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a text leads. `topics` are keywords, best first; `confidence` is 0 to 1."""

    kind: Kind
    rule: str
    lang: Lang | None
    """The language of the text, None when it does not say."""
    topics: tuple[str, ...] = ()
    confidence: float = 1.0
    runners_up: tuple[tuple[str, float], ...] = ()


# Words other helplines ask for; sent here by mistake they get 988 before anything else.
# Source: https://988lifeline.org/get-help/what-to-expect and
# https://www.alexproject.org/crisis-text-line-text-home-to-741741 (read 2026-11-23).
_HELPLINE_WORDS: dict[str, tuple[str, ...]] = {
    "HOME": ("CRISIS", "ATHOME"),
    "HOLA": ("CRISIS",),
    "NEXT": ("CRISIS", "STEPS"),
    "TALK": ("CRISIS", "THERAPY"),
    "HABLAR": ("CRISIS", "THERAPY"),
}
_AMBIGUOUS = {"ABUSE": ("DV", "ADDICTION"), "ABUSO": ("DV", "ADDICTION")}
_GREETINGS = frozenset(
    "hi hello hey hiya yo sup howdy greetings hola buenas buenos dias tardes noches good morning"
    " afternoon evening there".split()
)
_THANKS = frozenset(
    "thanks thank you thx ty tysm much very so ok okay k kk cool great good got it gracias muchas"
    " vale bueno perfect perfecto awesome nice cheers appreciate mil listo".split()
)
_THANKS_CORE = frozenset(
    "thanks thank thx ty tysm ok okay k kk cool great gracias vale perfecto perfect awesome nice"
    " cheers listo got".split()
)
SUBJECT = frozenset(
    """ketamine ketamin ketamina ket esketamine esketamina spravato troche troches lozenge
    lozenges infusion infusions infusiones spray clinic clinics clinica clinicas treatment
    tratamiento therapy terapia drug drugs medicine medicina medicamento meds med psychiatrist
    psiquiatra doctor provider prescriber prescribe telehealth fda depression depresion trd
    antidepressant antidepressants antidepresivos dose session sessions sesion sesiones racemic
    kap""".split()
)

_MOST_OFFERED = 3


def route(text: str, index: Index) -> Route:
    """The answers this text asks for, best first. Pure; the same text gives the same route."""
    words = tokens(text)
    if not words:
        return Route(kind=Kind.EMPTY, rule="empty", lang=_language(text, words, index))
    exact = _whole_message(text, words, index)
    return exact or _sentence(text, words, index)


def stands_alone(text: str, index: Index) -> bool:
    """Whether the whole text is one thing that is answered: a keyword, a known question, HOME."""
    words = tokens(text)
    return bool(words) and _whole_message(text, words, index) is not None


def _language(text: str, words: tuple[str, ...], index: Index) -> Lang | None:
    return guess(text, words) or (Lang.ES if index.is_spanish(words) else None)


def _whole_message(text: str, words: tuple[str, ...], index: Index) -> Route | None:
    squeezed, lang = squeeze(text), _language(text, words, index)
    if squeezed in _HELPLINE_WORDS:
        topics = _HELPLINE_WORDS[squeezed]
        said_in = Lang.ES if squeezed in {"HOLA", "HABLAR"} else lang
        return Route(kind=Kind.HELPLINE, rule=f"helpline.{squeezed}", lang=said_in, topics=topics)
    name = index.names.get(squeezed)
    if name is not None:
        rule = "keyword" if squeezed == name.keyword else "alias"
        return Route(
            kind=Kind.KEYWORD,
            rule=f"{rule}.{squeezed}",
            lang=name.lang or lang,
            topics=(name.keyword,),
        )
    if squeezed in _AMBIGUOUS:
        said_in = Lang.ES if squeezed == "ABUSO" else lang
        topics = _AMBIGUOUS[squeezed]
        return Route(kind=Kind.KEYWORD, rule=f"ambiguous.{squeezed}", lang=said_in, topics=topics)
    keyword = index.questions.get(" ".join(words))
    if keyword is not None:
        return Route(kind=Kind.QUESTION, rule="question.exact", lang=lang, topics=(keyword,))
    if _GREETINGS.issuperset(words):
        return Route(kind=Kind.GREETING, rule="greeting", lang=lang)
    if _THANKS.issuperset(words) and not _THANKS_CORE.isdisjoint(words):
        return Route(kind=Kind.THANKS, rule="thanks", lang=lang)
    return None


def _sentence(text: str, words: tuple[str, ...], index: Index) -> Route:
    lang = _language(text, words, index)
    heard = hear(text, index)
    confidence = round(heard.confidence, 3)
    scored = tuple((topic, round(score, 3)) for topic, score in heard.ranked[:6])
    if heard.sure is Sure.NO:
        return Route(
            kind=Kind.UNKNOWN, rule="unknown", lang=lang, confidence=confidence, runners_up=scored
        )
    close = heard.sure is Sure.OF_TWO
    lead = heard.ranked[0][0]
    others = (heard.ranked[1][0],) if close else heard.also
    return Route(
        kind=Kind.AMBIGUOUS if close else Kind.QUESTION,
        rule=f"question.{'close' if close else 'alike'}.{lead}",
        lang=lang,
        topics=(lead, *others[: _MOST_OFFERED - 1]),
        confidence=confidence,
        runners_up=scored[1:],
    )
