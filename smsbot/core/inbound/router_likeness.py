"""How like the ways people ask for each answer a text is. Part of step 3.

A feature speaks for an answer as far as the others are asked for without it: its weight is the
logarithm of how often all questions have it over how often the other answers' questions do. That
is the complement form of naive Bayes; it needs no training, and each weight can be read. Counting
is done when an answer is published, weighing when a text first has the feature.

Source: Rennie, Shih, Teevan, Karger, Tackling the poor assumptions of naive Bayes text classifiers,
ICML 2003, https://people.csail.mit.edu/jrennie/papers/icml03-nb.pdf (read 2026-11-23).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from smsbot.core.inbound.router_counts import SMALL_TALK, Counted, Example, Reader, Tally, count
from smsbot.core.inbound.router_features import (
    PAIR,
    Meanings,
    features,
    is_meaning,
    is_word,
    letters,
    share,
)
from smsbot.core.text.normalise import tokens
from smsbot.core.text.stems import stem
from smsbot.core.text.words import FUNCTION

_SMOOTH = 0.7
"""What every feature is taken to have been seen elsewhere, so that one question is no proof."""

_ONCE = 0.06
"""What one question adds, in the units of `_SMOOTH`: about the part one feature is of it."""

_TALKED = 6.0
"""How often a small-talk text counts in `asking`: of small talk only a sample is known."""

_MOST_SHARED = 64
"""A feature that more topics have tells them apart no more. With it, a look-up costs the same with
ten answers and with ten thousand."""

_MOST_SHARED_LETTERS = 16
"""The same for letters, of which a text has many, and which say less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A run of words, compared: what it says for each topic, and how much it says at all."""

    scores: Mapping[str, float]
    square: float
    """The square of its length as a vector; words nobody has used before lengthen it too."""
    asking: float
    """How much more its features stand in questions, to whatever topic, than in small talk."""
    unknown: int
    """How many of its words no example has, everyday words apart."""
    meanings: tuple[str, ...]
    """What its words and phrases mean, by the vocabulary's names."""

    @property
    def length(self) -> float:
        """What scores are divided by, so that long and short texts compare. Never 0."""
        return math.sqrt(self.square) or 1.0


Entry: TypeAlias = tuple[float, float, tuple[tuple[str, float], ...]]
"""How much a feature counts in a text (more, the fewer questions have it), how strongly it speaks
for a question rather than small talk, and how strongly for which topics."""


_Holders: TypeAlias = Mapping[str, list[Counted]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The counted examples of all topics. What it says of a text never changes."""

    meanings: Meanings
    examples: int
    features: _Holders
    """Feature -> the counts that have it."""
    words: _Holders
    """A word as it is spelt -> the counts that have it."""
    spelt: Mapping[str, list[str]]
    """Four letters -> the words that have them, those of widely used words left out."""
    widely: frozenset[str]
    """Words that too many topics have for their letters to tell anything."""
    weighed: dict[str, Entry] = field(default_factory=dict, compare=False, repr=False)
    """What has been asked before: most features of most answers never are."""

    @property
    def unseen(self) -> float:
        """What a word counts that no example has: as much as two neighbours seen once."""
        return (math.log((1 + self.examples) / 2) + 1) * PAIR if self.examples else 1.0

    def read(self, words: tuple[str, ...]) -> Reading:
        """Compare a run of folded words with the examples of every topic."""
        scores: dict[str, float] = defaultdict(float)
        square, asking, unknown, unseen = 0.0, 0.0, 0, self.unseen
        meanings: list[str] = []
        # In the order of the text: a sum of floats must not depend on how a set is ordered today.
        pieces = (piece for word in words for piece in letters(word))
        for feature in dict.fromkeys((*features(words, self.meanings), *pieces)):
            entry = self.weighed.get(feature) or self._weigh(feature)
            if entry is None:
                if is_word(feature) and feature not in _PLAIN:
                    square += unseen * unseen
                    unknown += 1
                continue
            if is_meaning(feature):
                meanings.append(feature[1:])
            weight, asked, postings = entry
            square += weight * weight
            asking += weight * asked
            for topic, part in postings:
                scores[topic] += weight * part
        return Reading(
            scores=scores,
            square=square,
            asking=asking,
            unknown=unknown,
            meanings=tuple(meanings),
        )

    def _weigh(self, feature: str) -> Entry | None:
        """What is known of a feature that no text had before; None when it is in no example."""
        texts, amounts = 0, defaultdict[str, float](float)
        for tally, thing, topic in self._tallies(feature):
            texts += tally.texts[thing]
            amounts[topic] += tally.amounts[thing]
        if not texts:
            return None
        weight = (math.log((1 + self.examples) / (1 + texts)) + 1) * share(feature)
        most = _MOST_SHARED_LETTERS if feature[0] == "#" else _MOST_SHARED
        once = weight * _ONCE
        everywhere = sum(amount for _, amount in sorted(amounts.items())) * once + _SMOOTH
        asked = math.log(everywhere / (amounts.get(SMALL_TALK, 0.0) * _TALKED * once + _SMOOTH))
        shared = len(amounts) > most
        entry = weight, asked, () if shared else _spoken_for(amounts, everywhere, once)
        self.weighed[feature] = entry
        return entry

    def _tallies(self, feature: str) -> Iterable[tuple[Tally, str, str]]:
        """Where a feature stands: counts, the thing that is counted there, whose examples."""
        if feature[0] == "#":
            # Letters count once for each word that has them.
            for word in sorted(set(self.spelt.get(feature, ()))):
                for one in self.words[word]:
                    yield one.words, word, one.topic
        else:
            for one in self.features.get(feature, ()):
                yield one.features, feature, one.topic


_PLAIN = frozenset(map(stem, FUNCTION))


def compile_likeness(
    examples: Iterable[Example], meanings: Meanings, read: Reader = tokens
) -> Likeness:
    """Count example questions, and join the counts."""
    by_topic: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_topic[example.topic].append(example)
    return join((count(t, some, meanings, read) for t, some in by_topic.items()), meanings)


def join(counted: Iterable[Counted], meanings: Meanings) -> Likeness:
    """The likeness to all that was counted."""
    by_feature: dict[str, list[Counted]] = defaultdict(list)
    by_word: dict[str, list[Counted]] = defaultdict(list)
    examples = 0
    for one in counted:
        examples += one.examples
        for feature in one.features.texts:
            by_feature[feature].append(one)
        for word in one.words.texts:
            by_word[word].append(one)
    widely = frozenset(word for word, holders in by_word.items() if _is_wide(holders))
    return Likeness(
        meanings=meanings,
        examples=examples,
        features=dict(by_feature),
        words=dict(by_word),
        spelt=_spelt(by_word, widely),
        widely=widely,
    )


def exchanged(before: Likeness, gone: list[Counted], new: list[Counted]) -> Likeness:
    """The same likeness with some counts taken out and others put in."""
    features = _exchanged(
        before.features, [(one, one.features) for one in gone], [(one, one.features) for one in new]
    )
    words = _exchanged(
        before.words, [(one, one.words) for one in gone], [(one, one.words) for one in new]
    )
    touched = {word for one in (*gone, *new) for word in one.words.texts}
    now_wide = {word for word in touched if _is_wide(words.get(word, []))}
    widely = (before.widely - touched) | now_wide
    same = widely == before.widely and all(
        (word in words) == (word in before.words) for word in touched
    )
    return Likeness(
        meanings=before.meanings,
        examples=before.examples + sum(o.examples for o in new) - sum(o.examples for o in gone),
        features=features,
        words=words,
        spelt=before.spelt if same else _spelt(words, widely),
        widely=widely,
    )


def _exchanged(
    holders: _Holders, gone: list[tuple[Counted, Tally]], new: list[tuple[Counted, Tally]]
) -> _Holders:
    found = dict(holders)
    for one, tally in gone:
        for thing in tally.texts:
            rest = [other for other in found[thing] if other is not one]
            if rest:
                found[thing] = rest
            else:
                del found[thing]
    for one, tally in new:
        for thing in tally.texts:
            found[thing] = [*found.get(thing, ()), one]
    return found


def _is_wide(holders: list[Counted]) -> bool:
    most = _MOST_SHARED_LETTERS
    return len(holders) > most and len({one.topic for one in holders}) > most


def _spelt(words: _Holders, widely: frozenset[str]) -> dict[str, list[str]]:
    """Which words have which letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words.keys() - widely:
        for piece in letters(word):
            found[piece].append(word)
    for word in widely:
        for piece in letters(word):
            found.pop(piece, None)
    return dict(found)


def _spoken_for(
    amounts: Mapping[str, float], everywhere: float, once: float
) -> tuple[tuple[str, float], ...]:
    """How strongly a feature speaks for each topic whose examples have it."""
    return tuple(
        (topic, math.log(everywhere / (everywhere - amount * once)))
        for topic, amount in sorted(amounts.items())
    )
