"""Finds the lexicon's phrases in a text's words: all at once, in one pass, never going back.

The phrases are merged into one tree of words and word classes. Reading a text keeps the list of
places in the tree that the words so far have led to. A place waits a bounded number of words, so
the work for one word is bounded and the whole takes time in proportion to the text. Where a word
leads from such a list is worked out once and remembered (an automaton that builds itself as it is
used); only the lexicon's own words are ever remembered, never a text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

BREAK_SIGN = 0
"""The sign of a clause's start or end; words and classes are numbered from 1."""
_MOST_REMEMBERED = 20_000
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
    """A word as the lexicon reads it. `text` is the lexicon's spelling, "" for an unknown word.

    Two words of the same text are the same word: same signs, same kind.
    """

    text: str
    signs: frozenset[int] = frozenset()
    kind: Kind = Kind.PLAIN


UNKNOWN = Word(text="")
BREAK = Word(text=".", signs=frozenset({BREAK_SIGN}), kind=Kind.BREAK)


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

    def touches(self, other: "Match") -> bool:
        """Whether the two share a word."""
        return other.start <= self.end and self.start <= other.end


@dataclass(slots=True, eq=False)
class _Place:
    """A place in the tree: where signs lead, what may be waited for, which phrases end here."""

    ways: dict[int, "_Place"] = field(default_factory=dict)
    waits: dict[int, "_Place"] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)

    def after(self, step: int | Gap) -> "_Place":
        if isinstance(step, Gap):
            return self.waits.setdefault(step.width, _Place())
        return self.ways.setdefault(step, _Place())


_Waiting = tuple[_Place, int, int, int]
"""A place, how many words it may still wait, how many fillers, and how long ago it all began."""
_Move = tuple["_Stand", tuple[tuple[int, int], ...]]
"""Where a word leads, and the phrases that end on it: whose, and how long ago they began."""


class _Stand:
    """The places that the words so far have led to, and the moves from here worked out."""

    __slots__ = ("moves", "waiting")

    def __init__(self, waiting: tuple[_Waiting, ...]) -> None:
        self.waiting = waiting
        self.moves: dict[str, _Move] = {}


class Tree:
    """All phrases, merged. Threads share it: what it remembers of moves is the same for all."""

    def __init__(self, phrases: Iterable[tuple[int, Sequence[int | Gap]]]) -> None:
        """Takes (owner, phrase) pairs; owners are the caller's own numbers."""
        root = _Place()
        for owner, phrase in sorted(phrases, key=lambda said: len(said[1])):
            place = root
            for step in phrase:
                if owner in place.ends:
                    break  # the shorter phrase of the same owner says it already
                place = place.after(step)
            place.ends.add(owner)
        self._root = _shared(root, {})
        self._stands: dict[tuple[_Waiting, ...], _Stand] = {(): _Stand(())}

    def matches(self, words: Sequence[Word]) -> Iterator[Match]:
        """Every phrase found in the words, ordered by where it ends."""
        stand = self._stand(())
        for index, word in enumerate(words):
            move = stand.moves.get(word.text)
            if move is None:
                move = stand.moves[word.text] = self._move(stand, word)
            stand, found = move
            end = index - (word.kind is Kind.BREAK)
            for owner, age in found:
                yield Match(owner=owner, start=index - age, end=end)

    def _stand(self, waiting: tuple[_Waiting, ...]) -> _Stand:
        known = self._stands.get(waiting)
        if known is not None:
            return known
        if len(self._stands) >= _MOST_REMEMBERED:
            self._stands = {}
        return self._stands.setdefault(waiting, _Stand(waiting))

    def _move(self, stand: _Stand, word: Word) -> _Move:
        """Where a word leads. A break is named by phrases, but is no word of theirs."""
        following: dict[_Waiting, None] = {}
        reached = [
            (place, -1 if word.kind is Kind.BREAK else 0) for place in _after(self._root, word)
        ]
        for place, room, slack, age in stand.waiting:
            reached += [(beyond, age + 1) for beyond in _after(place, word)]
            kept = _step_over(word.kind, room, slack)
            if kept is not None:
                following[(place, *kept, age + 1)] = None
        found: dict[tuple[int, int], None] = {}
        for place, age in reached:
            found.update(((owner, age), None) for owner in place.ends)
            if place.ways:
                following[(place, 0, _SLACK, age)] = None
            for width, beyond in place.waits.items():
                following[(beyond, width, _SLACK, age)] = None
        return self._stand(tuple(following)), tuple(found)


def _shared(place: _Place, seen: dict[object, _Place]) -> _Place:
    """The same tree with all places that lead to the same things made one: far fewer of them."""
    place.ways = {sign: _shared(beyond, seen) for sign, beyond in place.ways.items()}
    place.waits = {width: _shared(beyond, seen) for width, beyond in place.waits.items()}
    key = (
        frozenset((sign, id(beyond)) for sign, beyond in place.ways.items()),
        frozenset((width, id(beyond)) for width, beyond in place.waits.items()),
        frozenset(place.ends),
    )
    return seen.setdefault(key, place)


def _after(place: _Place, word: Word) -> list[_Place]:
    """Where a word leads from a place."""
    ways = place.ways
    if len(ways) < len(word.signs):
        return [ways[sign] for sign in ways if sign in word.signs]
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
