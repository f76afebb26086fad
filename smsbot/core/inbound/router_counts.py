"""What the examples of one answer hold: counted once, kept while it stays. Part of step 3."""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from smsbot.core.inbound.router_features import Meanings, features
from smsbot.core.text.stems import stem

Reader: TypeAlias = Callable[[str], tuple[str, ...]]
"""`tokens`, or what remembers it."""

SMALL_TALK = "NONE"
"""The topic of texts that ask for nothing; no answer has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One way to ask for a topic. `weight` is how much it counts; a question counts 1."""

    text: str
    topic: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """In how many texts a thing stands, and how much these texts count together."""

    texts: Mapping[str, int]
    amounts: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """The examples of one topic, or of one answer to it, counted. Immutable."""

    topic: str
    examples: int
    features: Tally
    words: Tally
    """The words as they are spelt."""


def count(topic: str, examples: Iterable[Example], meanings: Meanings, read: Reader) -> Counted:
    """Count the features and words of examples that all ask for `topic`."""
    stem_of = functools.cache(stem)
    number = 0
    said, spelt = _Sums(), _Sums()
    for number, example in enumerate(examples, start=1):  # noqa: B007 - the last is the number
        words = read(example.text)
        said.add(set(features(words, meanings, stem_of)), example.weight)
        spelt.add(set(words), example.weight)
    return Counted(topic=topic, examples=number, features=said.tally(), words=spelt.tally())


class _Sums:
    def __init__(self) -> None:
        self._texts: dict[str, int] = defaultdict(int)
        self._amounts: dict[str, float] = defaultdict(float)

    def add(self, things: Iterable[str], weight: float) -> None:
        texts, amounts = self._texts, self._amounts
        for thing in things:
            texts[thing] += 1
            amounts[thing] += weight

    def tally(self) -> Tally:
        return Tally(texts=dict(self._texts), amounts=dict(self._amounts))
