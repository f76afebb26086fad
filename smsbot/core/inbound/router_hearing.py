"""What a text asks for, clause by clause, and how sure that is. Part of step 3."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from smsbot.core.answers import Group
from smsbot.core.inbound.router_clauses import Clause, clauses
from smsbot.core.inbound.router_counts import SMALL_TALK
from smsbot.core.inbound.router_index import Index
from smsbot.core.inbound.router_likeness import Reading
from smsbot.core.text.normalise import tokens


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
    asking: float
    """Each thing that questions have more than small talk has."""
    meant: float
    """Any word with a meaning in the vocabulary."""
    long: float
    """Ten words; a longer text scores lower for the same clearness."""
    answer: float
    """As sure as this, the answer is sent."""
    offer: float
    """As sure as this, it is offered together with the second."""


_ON_SUBJECT = _Scale(
    bias=-0.82, score=0.17, ahead=2.08, unknown=-0.35, small_talk=-1.36, asking=0.06, meant=0.0,
    long=0.29, answer=0.25, offer=0.2,
)  # fmt: skip
_ANYTHING = _Scale(
    bias=-3.91, score=1.02, ahead=1.62, unknown=-0.82, small_talk=-1.88, asking=0.45, meant=0.59,
    long=-0.65, answer=0.36, offer=0.3,
)  # fmt: skip
"""A text that names our subject is read with trust; one that could be about anything is not."""

_LONGEST = 20
"""Words; still longer texts count as so long."""

_ALSO, _ALSO_SHARE = 0.25, 0.15
"""A further topic is named in the reply when its score is this high, and this part of the first."""

_FAR_BEHIND = 0.1
"""A topic with less than this part of the best score is not looked at."""

_ASKED_MORE = 0.4
"""How much the clauses that ask count once more, beside the whole text."""

_ASKS_ITSELF, _PART_OF_BEST, _NAMED = 1.0, 0.2, 3.0
"""The score from which a clause that asks is a question by itself; the part of the best score that
the first of two such questions needs to lead; and the score of a clause that is nothing but a name
or a known question."""

_CLEAR, _CLEARLY, _MOST_OF_BEST, _ELLIPSIS = 1.3, 0.8, 0.7, 2
"""The only question leads, whatever is told beside it, when its score is this high, so far ahead of
its second, and this part of the best; and when it has more than so many words ("is it true?")."""


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
    asking: float
    """How much more its words stand in questions, to whatever topic, than in small talk."""
    unknown: int
    """Words that nobody has asked with before."""
    words: int
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
        x += by.asking * self.asking
        x += by.long * min(self.words, _LONGEST) / 10
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A clause, compared by itself."""

    reading: Reading
    asks: bool
    top: _Ranked
    """The two topics it is likest to, or what it is word for word."""

    words: int

    @property
    def is_question(self) -> bool:
        """Whether it asks for something by itself."""
        if not self.asks or not self.top:
            return False
        return self.top[0][1] >= _ASKS_ITSELF and self.top[0][0] != SMALL_TALK

    @property
    def is_clear(self) -> bool:
        """Whether there is no doubt what it asks for."""
        clear = self.top[0][1] >= _CLEAR and _ahead(self.top) >= _CLEARLY
        return clear and self.words > _ELLIPSIS


def hear(text: str, index: Index) -> Heard:
    """Compare a text, typos repaired, with the ways people ask for each answer."""
    split, words = clauses(text), tokens(text)
    whole = _read(words, index)
    parts = [_part(clause, index) for clause in split] if len(split) > 1 else []
    scores = _weighed(whole, parts)
    small_talk = scores.pop(SMALL_TALK, 0.0)
    ranked = _rank(scores)
    ahead = _ahead(ranked)
    # An only clause may be a name with a word before it: "and alcohol?"
    first = _asked_first(ranked, parts) if parts else _named(split[0], index) if split else ()
    if first and ranked and first[0][0] != ranked[0][0]:
        # It takes the best score: it is as clear, and it came first.
        lead = first[0][0]
        ranked = ((lead, ranked[0][1]), *(one for one in ranked if one[0] != lead))
        ahead = max(ahead, _ahead(first))
    return Heard(
        ranked=ranked,
        ahead=ahead,
        also=_also(ranked, [part.top for part in parts]),
        small_talk=small_talk,
        asking=whole.asking / whole.length,
        unknown=whole.unknown,
        words=len(words),
        meant=bool(whole.meanings),
        on_subject=not index.vocabulary.subject.isdisjoint(whole.meanings),
    )


def _read(words: tuple[str, ...], index: Index) -> Reading:
    return index.likeness.read(tuple(map(index.repair, words)))


def _part(clause: Clause, index: Index) -> _Part:
    reading = _read(clause.words, index)
    by_length = {topic: score / reading.length for topic, score in reading.scores.items()}
    top = _named(clause, index) or _rank(by_length)[:2]
    return _Part(reading=reading, asks=clause.asks, top=top, words=len(clause.words))


def _weighed(whole: Reading, parts: list[_Part]) -> dict[str, float]:
    """What the whole text says for each topic, and what it asks once more.

    People tell first and ask at the end, "is it ok for me?": what is told belongs to the question.
    """
    scores = {topic: score / whole.length for topic, score in whole.scores.items()}
    asked = [part.reading for part in parts if part.asks]
    length = math.sqrt(sum(reading.square for reading in asked)) or 1.0
    for reading in asked:
        for topic, score in reading.scores.items():
            scores[topic] = scores.get(topic, 0.0) + _ASKED_MORE * score / length
    return scores


def _rank(scores: Mapping[str, float]) -> _Ranked:
    # The far behind are many when there are thousands of answers, and of no use.
    least = max(scores.values(), default=0.0) * _FAR_BEHIND
    found = [item for item in scores.items() if item[1] >= least]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _asked_first(ranked: _Ranked, parts: list[_Part]) -> _Ranked:
    """What leads by where it stands: the first of several questions, or the only clear one."""
    questions = [part for part in parts if part.is_question]
    if not questions or not ranked:
        return ()
    several = len({part.top[0][0] for part in questions}) > 1
    if not several and not questions[0].is_clear:
        return ()
    least = ranked[0][1] * (_PART_OF_BEST if several else _MOST_OF_BEST)
    scores = dict(ranked)
    return next((part.top for part in questions if scores.get(part.top[0][0], 0.0) >= least), ())


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


def _also(ranked: _Ranked, tops: list[_Ranked]) -> tuple[str, ...]:
    """Further topics: what other clauses are about first, then what the whole text is like."""
    if not ranked:
        return ()
    lead, best = ranked[0]
    by_clause = [top[0][0] for top in tops if top and top[0][1] >= _ALSO]
    whole = [topic for topic, score in ranked if score >= max(_ALSO, best * _ALSO_SHARE)]
    found = dict.fromkeys((*by_clause, *whole))
    return tuple(topic for topic in found if topic not in {lead, SMALL_TALK})
