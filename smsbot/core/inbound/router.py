"""Step 3 of 4: which vetted answer a text asks for.

In order: the whole message is a name, then a known question; a greeting or thanks; then names
anywhere in the sentence (typos repaired) weighed together with likeness to the example questions.
What stays unsure is not guessed: the text gets the menu.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.answers import Group
from smsbot.core.inbound.router_index import LONGEST_CUE, Index, Name, features_of
from smsbot.core.messages import Lang
from smsbot.core.text.language import guess
from smsbot.core.text.normalise import fold, squeeze, tokens
from smsbot.core.text.stems import stem
from smsbot.core.text.words import FUNCTION


class Kind(StrEnum):
    """What the router made of a text."""

    KEYWORD = "keyword"
    QUESTION = "question"
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
_EVERYBODYS = frozenset({"ketamine", "ketamina"})
"""What everybody here texts about: in a sentence it tells no answer from another."""

_STRONG, _LOOSE, _BARELY, _ASKED = 0.62, 0.34, 0.2, 1.25
_ALIKE = 0.85
_ALIKE_WHOLE = 0.3
"""The cosine with an answer's whole vocabulary that counts as certain; measured."""

_ANSWER, _OFFER = 0.45, 0.42
_AHEAD, _LEAD, _TRUSTED = 0.35, 0.12, 0.7
"""An answer less sure than _ANSWER still goes out when it is this sure, this far ahead, and the
text is about little else."""

_HONESTY = 0.3
"""How far ahead of a topic "that is not covered" stands, once it is clear by itself."""

_FREE, _DOUBT, _LEAST_TRUST = 0, 0.18, 0.3
"""Words about other things that raise no doubt, what each further one costs, and what is left."""

_MOST_OFFERED = 3


def route(text: str, index: Index) -> Route:
    """The answers this text asks for, best first. Pure; the same text gives the same route."""
    words = tokens(text)
    if not words:
        return Route(kind=Kind.EMPTY, rule="empty", lang=_language(text, words, index))
    exact = _whole_message(text, words, index)
    return exact or _sentence(text, words, index)


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
    keyword = index.questions.get(fold(text))
    if keyword is not None:
        return Route(kind=Kind.QUESTION, rule="question.exact", lang=lang, topics=(keyword,))
    if _GREETINGS.issuperset(words):
        return Route(kind=Kind.GREETING, rule="greeting", lang=lang)
    if _THANKS.issuperset(words) and not _THANKS_CORE.isdisjoint(words):
        return Route(kind=Kind.THANKS, rule="thanks", lang=lang)
    return None


def _sentence(text: str, words: tuple[str, ...], index: Index) -> Route:
    repaired = tuple(index.repair(word) for word in words)
    asked = _asked_words(text)
    named, in_names = _names_in(repaired, index, asked)
    hinted, in_cues = _cues_in(repaired, index)
    alike = _likeness(repaired, index)
    trust = _trust(repaired, in_names | in_cues)
    scores = {keyword: 1 - (1 - _ALIKE * share) for keyword, share in alike.items()}
    for keyword in named.keys() | hinted.keys():
        scores[keyword] = 1 - (1 - trust * named.get(keyword, 0.0)) * (
            1 - trust * hinted.get(keyword, 0.0)
        ) * (1 - _ALIKE * alike.get(keyword, 0.0))
    ranked = sorted(scores.items(), key=lambda item: (_rank(item), item[0]))[:6]
    runners_up = tuple((keyword, round(score, 3)) for keyword, score in ranked)
    lang = _language(text, words, index)
    if not _is_sure(ranked, trust):
        return Route(
            kind=Kind.UNKNOWN,
            rule="unknown",
            lang=lang,
            confidence=round(ranked[0][1], 3) if ranked else 0.0,
            runners_up=runners_up,
        )
    lead, confidence = ranked[0]
    called = named.keys() | hinted.keys()
    others = [k for k, s in ranked[1:] if s >= _OFFER and k in called][: _MOST_OFFERED - 1]
    by_name = named.get(lead, 0.0) >= max(hinted.get(lead, 0.0), _ALIKE * alike.get(lead, 0.0))
    return Route(
        kind=Kind.KEYWORD if by_name else Kind.QUESTION,
        rule=("keyword.in_sentence" if by_name else "question.alike") + f".{lead}",
        lang=lang,
        topics=(lead, *others),
        confidence=round(confidence, 3),
        runners_up=runners_up[1:],
    )


def _rank(scored: tuple[str, float]) -> float:
    # Who asks what Spravato costs is told first that prices are not covered, not what it is.
    keyword, score = scored
    ahead = _HONESTY if keyword == "NOTCOVERED" and score >= _ANSWER else 0.0
    return -(score + ahead)


def _is_sure(ranked: list[tuple[str, float]], trust: float) -> bool:
    """Whether the first is worth saying: clear by itself, or clearly ahead of the second."""
    if not ranked or ranked[0][1] < _AHEAD:
        return False
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    clearly_ahead = ranked[0][1] - second >= _LEAD and trust >= _TRUSTED
    return ranked[0][1] >= _ANSWER or clearly_ahead


def _asked_words(text: str) -> frozenset[str]:
    # "Bp high, on klonopin. worth asking about spravato?": what is asked stands in the clause
    # that ends with the question mark.
    if "?" not in text:
        return frozenset()
    clause = text[: text.rindex("?")]
    for mark in ".!;\n?":
        clause = clause.rsplit(mark, 1)[-1]
    return frozenset(tokens(clause))


def _names_in(
    words: tuple[str, ...], index: Index, asked: frozenset[str]
) -> tuple[dict[str, float], frozenset[int]]:
    """How strongly each answer is called by name: one to three words together, longest first."""
    on_subject = not SUBJECT.isdisjoint(words)
    missing: dict[str, float] = {}
    spoken: set[int] = set()
    at = 0
    while at < len(words):
        length, name = _name_at(words, at, index)
        if name is not None:
            spoken.update(range(at, at + length))
            weight = _weight(name, length, on_subject=on_subject, alone=len(words) <= 2)
            if asked and not asked.isdisjoint(words[at : at + length]):
                weight = min(weight * _ASKED, 0.95)
            missing[name.keyword] = missing.get(name.keyword, 1.0) * (1 - weight)
        at += length
    return _found(missing), frozenset(spoken)


def _name_at(words: tuple[str, ...], at: int, index: Index) -> tuple[int, Name | None]:
    if words[at] in _EVERYBODYS and len(words) > 2:
        return 1, None
    for length in (3, 2, 1):
        name = index.names.get("".join(words[at : at + length]).upper())
        if name is not None and at + length <= len(words) and name.group is not Group.RESERVED:
            return length, name
    return 1, None


def _weight(name: Name, length: int, *, on_subject: bool, alone: bool) -> float:
    if not name.loose:
        return _STRONG
    if on_subject or alone:
        return _LOOSE if length == 1 else _STRONG
    # Two everyday words together ("how long", "at home") say a little more than one.
    return _BARELY if length == 1 else _LOOSE


def _cues_in(words: tuple[str, ...], index: Index) -> tuple[dict[str, float], frozenset[int]]:
    """How strongly cues and hints speak for each answer; of overlapping ones the longest."""
    stems = [stem(word) for word in words]
    missing: dict[str, float] = {}
    spoken: set[int] = set()
    at = 0
    while at < len(stems):
        length = 1
        for tried in range(min(LONGEST_CUE, len(stems) - at), 0, -1):
            found = index.cues.get(" ".join(stems[at : at + tried]))
            if found is not None:
                for keyword, weight in found:
                    missing[keyword] = missing.get(keyword, 1.0) * (1 - weight)
                spoken.update(range(at, at + tried))
                length = tried
                break
        at += length
    return _found(missing), frozenset(spoken)


def _found(missing: dict[str, float]) -> dict[str, float]:
    return {keyword: 1 - left for keyword, left in missing.items() if left < 1}


def _trust(words: tuple[str, ...], spoken: frozenset[int]) -> float:
    """How far names and cues may be trusted: less, the more of the text is about other things.

    "how long will it take to get to the golden gate bridge" has the words of LASTS and is not it.
    """
    if not SUBJECT.isdisjoint(words):
        return 1.0
    other = sum(at not in spoken and word not in FUNCTION for at, word in enumerate(words))
    return max(_LEAST_TRUST, 1.0 - _DOUBT * max(0, other - _FREE))


def _likeness(words: tuple[str, ...], index: Index) -> dict[str, float]:
    """How like the ways people ask for it the text is, for each answer: 0 to 1."""
    scores: dict[str, float] = defaultdict(float)
    square = 0.0
    # In the order of the text: a sum of floats must not depend on how a set is ordered today.
    for feature in dict.fromkeys(features_of(words)):
        weight = index.weights.get(feature)
        if weight is None:
            if feature[0] != "#" and " " not in feature:
                square += index.unseen**2
            continue
        square += weight * weight
        for keyword, part in index.postings[feature]:
            scores[keyword] += part
    norm = math.sqrt(square) or 1.0
    return {keyword: min(1.0, score / norm / _ALIKE_WHOLE) for keyword, score in scores.items()}
