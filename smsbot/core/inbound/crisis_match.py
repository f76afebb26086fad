"""Finds the lexicon's phrases in a text's words: all of them at once, in one pass, never going back.

The phrases are merged into one tree of words and word classes. Reading a text keeps the list of
places in the tree that the words so far have led to. A place waits a bounded number of words, so
the work for one word is bounded and the whole takes time in proportion to the text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

BREAK_SIGN = 0
"""The sign of a clause's start or end; words and classes are numbered from 1."""
_SLACK = 3  # filler words ("really", "just") that may stand between any two words of a phrase


class Kind(IntEnum):
    """How a word of the text behaves between the words of a phrase."""

    PLAIN = 0
    FILLER = 1
    """Says nothing by itself: stepped over anywhere."""
    SUBJECT = 2
    """Starts another person's or my own clause: "..." never reaches over it."""
    BREAK = 3
    """A full stop, question or exclamation mark, or the text's start or end: no phrase reaches
    over it, except by naming it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as the lexicon reads it. `text` is the lexicon's spelling, "" for an unknown word."""

    text: str
    signs: frozenset[int] = frozenset()
    kind: Kind = Kind.PLAIN


UNKNOWN = Word(text="")
BREAK = Word(text="", signs=frozenset({BREAK_SIGN}), kind=Kind.BREAK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Up to `width` words of any kind between two words of a phrase, within one clause."""

    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A phrase found: whose it is, and its first and last word."""

    owner: int
    start: int
    end: int

    def within(self, other: "Match") -> bool:
        """Whether the other match covers all of this one."""
        return other.start <= self.start and self.end <= other.end

    def touches(self, other: "Match") -> bool:
        """Whether the two share a word."""
        return other.start <= self.end and self.start <= other.end


@dataclass(slots=True)
class _Place:
    """A place in the tree: where each sign leads, what may be waited for, which phrases end here."""

    ways: dict[int, "_Place"] = field(default_factory=dict)
    waits: dict[int, "_Place"] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)

    def after(self, step: int | Gap) -> "_Place":
        if isinstance(step, Gap):
            return self.waits.setdefault(step.width, _Place())
        return self.ways.setdefault(step, _Place())


_Waiting = tuple[_Place, int, int, int]
"""A place, how many words it may still wait, how many fillers, and where its phrase began."""


class Tree:
    """All phrases, merged. Built once; reading it changes nothing, so threads share it."""

    def __init__(self, phrases: Iterable[tuple[int, Sequence[int | Gap]]]) -> None:
        """Takes (owner, phrase) pairs; owners are the caller's own numbers."""
        self._root = _Place()
        for owner, phrase in phrases:
            place = self._root
            for step in phrase:
                place = place.after(step)
            if owner not in place.ends:
                place.ends.append(owner)

    def matches(self, words: Sequence[Word]) -> Iterator[Match]:
        """Every phrase found in the words, ordered by where it ends."""
        waiting: list[_Waiting] = []
        for index, word in enumerate(words):
            following: list[_Waiting] = []
            edge = word.kind is Kind.BREAK  # it is named by phrases, but is no word of theirs
            reached = [(place, index + edge) for place in self._starts(word)]
            for place, room, slack, start in waiting:
                ways = place.ways
                if len(ways) < len(word.signs):
                    reached += [(ways[s], start) for s in ways if s in word.signs]
                else:
                    reached += [(ways[s], start) for s in word.signs if s in ways]
                kept = _step_over(word.kind, room, slack)
                if kept is not None:
                    following.append((place, *kept, start))
            for place, start in reached:
                for owner in place.ends:
                    yield Match(owner=owner, start=start, end=index - edge)
                if place.ways:
                    following.append((place, 0, _SLACK, start))
                following += [(p, width, _SLACK, start) for width, p in place.waits.items()]
            waiting = following

    def _starts(self, word: Word) -> list[_Place]:
        """Where phrases that begin with this word stand after it."""
        ways = self._root.ways
        return [ways[sign] for sign in word.signs if sign in ways]


def _step_over(kind: Kind, room: int, slack: int) -> tuple[int, int] | None:
    """The room and slack left to a place that lets this word pass; None when it may not."""
    match kind:
        case Kind.FILLER if slack:
            return room, slack - 1
        case Kind.PLAIN if room:
            return room - 1, slack
        case _:
            return None
