"""What a text asks for, clause by clause, and how sure that is. Part of step 3."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from smsbot.core.answers import Group
from smsbot.core.inbound.router_clauses import Clause, clauses
from smsbot.core.inbound.router_index import SMALL_TALK, Index
from smsbot.core.inbound.router_likeness import Reading


class Sure(Enum):
    """What may be done with the first topic."""

    YES = auto()
    """Answer it."""
    OF_TWO = auto()
    """Ask which of the first two is meant."""
    NO = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """How scores become confidence, the logistic function of their weighed sum, and what it takes.

    Fitted on questions that were left out and on texts that ask for nothing: docs/routing.md.
    """

    bias: float
    score: float
    ahead: float
    """The first topic's lead over the second."""
    unknown: float
    """Each word that nobody has asked with before."""
    small_talk: float
    meant: float
    """Any word with a meaning in the vocabulary."""
    answer: float
    """As sure as this, the answer is sent."""
    offer: float
    """As sure as this, it is offered together with the second."""


_ON_SUBJECT = _Scale(
    bias=-0.62, score=0.48, ahead=2.05, unknown=-0.42, small_talk=-1.54, meant=0.0,
    answer=0.3, offer=0.24,
)  # fmt: skip
_ANYTHING = _Scale(
    bias=-1.1, score=0.76, ahead=1.21, unknown=-0.48, small_talk=-3.87, meant=0.56,
    answer=0.5, offer=0.46,
)  # fmt: skip
"""A text that names our subject is read with trust; one that could be about anything is not."""

_ALSO, _ALSO_SHARE = 0.55, 0.3
"""A further topic is named in the reply when its score is this high, and this part of the first."""

_FAR_BEHIND = 0.1
"""A topic with less than this part of the best score is not looked at."""

_TOLD = 0.3
"""How much a clause that tells something counts beside one that asks."""

_ASKS_ITSELF, _NAMED = 1.0, 3.0
"""The score from which a clause that asks is a question by itself, of several the first leads; and
the score of a clause that is nothing but a name or a known question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A text, compared clause by clause with the ways people ask."""

    ranked: tuple[tuple[str, float], ...]
    """Every topic it speaks of with its score, the one to answer first; small talk apart."""
    ahead: float
    """How far the first is ahead of the second, in what was compared to choose it."""
    also: tuple[str, ...]
    """Topics it speaks of besides, the clearest first."""
    small_talk: float
    unknown: float
    """Words that nobody has asked with before; less for those that only tell something."""
    meant: bool
    """Some of its words have a meaning in the vocabulary ..."""
    on_subject: bool
    """... and one of them is about what this number knows of, and nothing else."""

    @property
    def confidence(self) -> float:
        """How sure it is that the first topic is the right one: 0 to 1."""
        if not self.ranked or (not self.on_subject and self.small_talk >= self.ranked[0][1]):
            return 0.0
        by = self._scale
        x = by.bias + by.score * self.ranked[0][1] + by.ahead * self.ahead + by.meant * self.meant
        x += by.unknown * self.unknown + by.small_talk * self.small_talk
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))

    @property
    def sure(self) -> Sure:
        """What the confidence is enough for."""
        confidence = self.confidence
        if confidence >= self._scale.answer:
            return Sure.YES
        return Sure.OF_TWO if confidence >= self._scale.offer and len(self.ranked) > 1 else Sure.NO

    @property
    def _scale(self) -> _Scale:
        return _ON_SUBJECT if self.on_subject else _ANYTHING


_Ranked = tuple[tuple[str, float], ...]


def hear(text: str, index: Index) -> Heard:
    """Compare a text, typos repaired, with the ways people ask for each answer."""
    parts = clauses(text)
    some_ask = any(part.asks for part in parts)
    scores: dict[str, float] = defaultdict(float)
    square = unknown = 0.0
    meanings: set[str] = set()
    readings: list[Reading] = []
    for part in parts:
        reading = index.likeness.read(tuple(map(index.repair, part.words)))
        weight = 1.0 if part.asks or not some_ask else _TOLD
        square += weight * weight * reading.square
        unknown += weight * reading.unknown
        meanings.update(reading.meanings)
        for topic, score in reading.scores.items():
            scores[topic] += weight * score
        readings.append(reading)
    length = math.sqrt(square) or 1.0
    small_talk = scores.pop(SMALL_TALK, 0.0) / length
    ranked = _rank(scores, length)
    ahead = _ahead(ranked)
    if len(parts) == 1:
        # By itself a clause says no more than the text does, unless it is a name: "and alcohol?"
        tops = [_named(parts[0], index)]
    else:
        tops = [_top(part, reading, index) for part, reading in zip(parts, readings, strict=True)]
    first = next((top for top, part in zip(tops, parts, strict=False) if _asks(top, part.asks)), ())
    if first and ranked and first[0][0] != ranked[0][0]:
        # What is asked leads before what is told, and of two questions the first. It takes the
        # best score: it is as clear, and it came first.
        lead = first[0][0]
        ranked = ((lead, ranked[0][1]), *(one for one in ranked if one[0] != lead))
        ahead = max(ahead, _ahead(first))
    return Heard(
        ranked=ranked,
        ahead=ahead,
        also=_also(ranked, tops),
        small_talk=small_talk,
        unknown=unknown,
        meant=bool(meanings),
        on_subject=not index.vocabulary.subject.isdisjoint(meanings),
    )


def _rank(scores: Mapping[str, float], length: float) -> _Ranked:
    # The far behind are many when there are thousands of answers, and of no use.
    least = max(scores.values(), default=0.0) * _FAR_BEHIND
    found = [(topic, score / length) for topic, score in scores.items() if score >= least]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _top(part: Clause, reading: Reading, index: Index) -> _Ranked:
    """What a clause by itself is about: what it is word for word, or the two likeliest."""
    return _named(part, index) or _rank(reading.scores, reading.length)[:2]


def _named(part: Clause, index: Index) -> _Ranked:
    """The answer a clause names and does nothing else: "side effects? and can i drink"."""
    name = index.names.get("".join(part.words).upper())
    if name is not None and name.group is not Group.RESERVED:
        return ((name.keyword, _NAMED),)
    keyword = index.questions.get(" ".join(part.words))
    return ((keyword, _NAMED),) if keyword is not None else ()


def _ahead(ranked: _Ranked) -> float:
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return ranked[0][1] - second if ranked else 0.0


def _asks(top: _Ranked, asking: bool) -> bool:  # noqa: FBT001 - one of a pair
    return asking and bool(top) and top[0][1] >= _ASKS_ITSELF and top[0][0] != SMALL_TALK


def _also(ranked: _Ranked, tops: list[_Ranked]) -> tuple[str, ...]:
    """Further topics: what other clauses are about first, then what the whole text is like."""
    if not ranked:
        return ()
    lead, best = ranked[0]
    by_clause = [top[0][0] for top in tops if top and top[0][1] >= _ALSO]
    whole = [topic for topic, score in ranked if score >= max(_ALSO, best * _ALSO_SHARE)]
    found = dict.fromkeys((*by_clause, *whole))
    return tuple(topic for topic in found if topic not in {lead, SMALL_TALK})
