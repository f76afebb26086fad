"""How like the ways people ask for each answer a text is. Part of step 3.

A feature speaks for an answer as far as the others are asked for without it: its weight is the
logarithm of how often all questions have it over how often the other answers' questions do. That
is the complement form of naive Bayes; it is compiled in one pass over the example questions, needs
no training, and each weight can be read. Source: Rennie, Shih, Teevan, Karger, Tackling the poor
assumptions of naive Bayes text classifiers, ICML 2003,
https://people.csail.mit.edu/jrennie/papers/icml03-nb.pdf.
"""

import functools
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from smsbot.core.inbound.router_features import (
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

_MOST_SHARED = 64
"""A feature that more topics have tells them apart no more. With it, a look-up costs the same with
ten answers and with ten thousand."""

_MOST_SHARED_LETTERS = 16
"""The same for letters, of which a text has many, and which say less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One way to ask for a topic. `weight` is how much it counts; a question counts 1."""

    text: str
    topic: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A run of words, compared: what it says for each topic, and how much it says at all."""

    scores: Mapping[str, float]
    square: float
    """The square of its length as a vector; words nobody has used before lengthen it too."""
    unknown: int
    """How many of its words no example has, everyday words apart."""
    meanings: tuple[str, ...]
    """What its words and phrases mean, by the vocabulary's names."""

    @property
    def length(self) -> float:
        """What scores are divided by, so that long and short texts compare. Never 0."""
        return math.sqrt(self.square) or 1.0


Entry: TypeAlias = tuple[float, tuple[tuple[str, float], ...]]
"""How much a feature counts in a text (more, the fewer questions have it), and how strongly it
speaks for which topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The compiled examples. Immutable."""

    meanings: Meanings
    entries: Mapping[str, Entry]
    """Feature -> what is known of it. One look-up for each feature of a text."""
    unseen: float
    """What a word counts that no example has."""

    def read(self, words: tuple[str, ...]) -> Reading:
        """Compare a run of folded words with the examples of every topic."""
        scores: dict[str, float] = defaultdict(float)
        square, unknown = 0.0, 0
        meanings: list[str] = []
        # In the order of the text: a sum of floats must not depend on how a set is ordered today.
        pieces = (piece for word in words for piece in letters(word))
        for feature in dict.fromkeys((*features(words, self.meanings), *pieces)):
            entry = self.entries.get(feature)
            if entry is None:
                if is_word(feature) and feature not in _PLAIN:
                    square += self.unseen * self.unseen
                    unknown += 1
                continue
            if is_meaning(feature):
                meanings.append(feature[1:])
            weight, postings = entry
            square += weight * weight
            for topic, part in postings:
                scores[topic] += weight * part
        return Reading(scores=scores, square=square, unknown=unknown, meanings=tuple(meanings))


_PLAIN = frozenset(map(stem, FUNCTION))


def compile_likeness(
    examples: Iterable[Example], meanings: Meanings, read: Callable[[str], tuple[str, ...]] = tokens
) -> Likeness:
    """Compile example questions into weights, in one pass. `read` is `tokens`, or remembers."""
    seen, number = _counted(examples, meanings, read)
    texts: Counter[str] = Counter()
    for counts in seen.values():
        texts.update(counts)
    telling = {
        feature: (math.log((1 + number) / (1 + count)) + 1) * share(feature)
        for feature, count in texts.items()
    }
    postings = _postings(seen, telling)
    return Likeness(
        meanings=meanings,
        entries={
            feature: (weight, postings.get(feature, ())) for feature, weight in telling.items()
        },
        unseen=max(telling.values(), default=1.0),
    )


_Seen: TypeAlias = dict[tuple[str, float], Counter[str]]
"""Topic and weight of its examples -> feature -> in how many of them it is."""


def _counted(
    examples: Iterable[Example], meanings: Meanings, read: Callable[[str], tuple[str, ...]]
) -> tuple[_Seen, int]:
    """What was seen of each topic, and the number of texts."""
    stem_of = functools.cache(stem)
    seen: _Seen = defaultdict(Counter)
    spelt: _Seen = defaultdict(Counter)
    number = 0
    for number, example in enumerate(examples, start=1):  # noqa: B007 - the last is the number
        words = read(example.text)
        key = example.topic, example.weight
        seen[key].update(set(features(words, meanings, stem_of)))
        spelt[key].update(set(words))
    _add_letters(seen, spelt)
    return seen, number


def _owners(seen: _Seen) -> Counter[str]:
    """In how many topics each feature is."""
    owners: Counter[str] = Counter()
    for _, keys in itertools.groupby(sorted(seen), key=lambda key: key[0]):
        owners.update(set().union(*(seen[key] for key in keys)))
    return owners


def _add_letters(seen: _Seen, spelt: _Seen) -> None:
    """Count the letters of words, once for each word of a topic.

    Those of a word that too many topics have are left out: they would be too widely shared to tell
    anything, and counting them is most of the work when there are thousands of answers.
    """
    owners = _owners(spelt)
    widely = {
        piece for word, n in owners.items() if n > _MOST_SHARED_LETTERS for piece in letters(word)
    }
    pieces = {
        word: tuple(set(letters(word)) - widely)
        for word, n in owners.items()
        if n <= _MOST_SHARED_LETTERS
    }
    for key, words in spelt.items():
        counts = seen[key]
        for word, count in words.items():
            for piece in pieces.get(word, ()):
                counts[piece] += count


def _postings(
    seen: _Seen, telling: Mapping[str, float]
) -> dict[str, tuple[tuple[str, float], ...]]:
    owners = _owners(seen)
    rows: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for topic, weight in sorted(seen):
        once = weight * _ONCE
        for feature, count in seen[topic, weight].items():
            most = _MOST_SHARED_LETTERS if feature[0] == "#" else _MOST_SHARED
            if owners[feature] <= most:
                rows[feature].append((topic, count * telling[feature] * once))
    return {feature: _weighed(row) for feature, row in rows.items()}


def _weighed(row: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    if len(row) == 1:
        topic, amount = row[0]
        return ((topic, math.log((amount + _SMOOTH) / _SMOOTH)),)
    amounts: dict[str, float] = defaultdict(float)
    for topic, amount in row:
        amounts[topic] += amount
    everywhere = sum(amounts.values()) + _SMOOTH
    return tuple(
        (topic, math.log(everywhere / (everywhere - amount))) for topic, amount in amounts.items()
    )
