"""Finds the lexicon's phrases in a text's words: all at once, in one pass, never going back.

From every word of the text on, what it and the next words lead to in the tree of phrases is
followed for as long as a phrase may still come of it. A place in the tree waits a bounded number
of words, so the work for one word is bounded and the whole takes time in proportion to the text.
Where a word leads is worked out once and remembered (an automaton that builds itself as it is
used); only the lexicon's own words are ever remembered, never a text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis_places import BREAK_SIGN, Place, Places, Position

_MOST_REMEMBERED = 100_000  # moves; then it begins anew
MOST_STEPS = 1_000_000
"""Steps from word to word that one text may take: about a second. No text a carrier delivers takes
a hundredth of it; a lexicon that does is at fault, and the text is answered with 988."""

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
class Match:
    """A phrase found: whose it is, and its first and last word."""

    owner: int
    start: int
    end: int

    def words(self) -> range:
        """Where its words stand in the text."""
        return range(self.start, self.end + 1)


_Waiting = tuple[Place, int, int]
"""A place, how many words it may still wait, and how many fillers."""
_Move = tuple["_Stand | None", tuple[int, ...]]
"""Where a word leads, and the owners of the phrases that end on it."""


class _Stand:
    """The places that some words have led to from one start, and the moves from here worked out."""

    __slots__ = ("moves", "signs", "waiting")

    def __init__(self, waiting: tuple[_Waiting, ...]) -> None:
        self.waiting = waiting
        self.signs = frozenset().union(*[place.ways for place, _, _ in waiting])
        self.moves: dict[str | Kind, _Move] = {}
        """By word; by kind for all the words that none of the places waits for."""


class Tree:
    """All phrases, merged. Threads share it: what it remembers of moves is the same for all."""

    def __init__(self, starts: Iterable[Position]) -> None:
        """Takes where the phrases begin."""
        self._places = Places(starts)
        self._forget()

    def matches(self, words: Sequence[Word], *, most_steps: int = MOST_STEPS) -> Iterator[Match]:
        """Every phrase found in the words, ordered by where it ends; some of them twice.

        Raises:
            ScreenFault: There is more to follow than `most_steps`; it counts as found.
        """
        live: list[tuple[int, _Stand]] = []
        steps = 0
        for index, word in enumerate(words):
            steps += len(live)
            if steps > most_steps:
                raise ScreenFault("crisis screen: this text takes too long. It counts as found.")
            is_break = word.kind is Kind.BREAK
            # A break is named by phrases, but is no word of theirs.
            live.append((index + is_break, self._start))
            following: list[tuple[int, _Stand]] = []
            for start, stand in live:
                beyond, owners = stand.moves.get(word.text) or self._move(stand, word)
                for owner in owners:
                    yield Match(owner=owner, start=start, end=index - is_break)
                if beyond is not None:
                    following.append((start, beyond))
            live = following

    def _move(self, stand: _Stand, word: Word) -> _Move:
        """Where a word leads."""
        if self._remembered >= _MOST_REMEMBERED:
            self._forget()
        self._remembered += 1
        if not stand.signs.isdisjoint(word.signs):
            move = self._reckon(stand, stand.signs & word.signs, word.kind)
        elif (known := stand.moves.get(word.kind)) is not None:
            move = known
        else:
            move = stand.moves[word.kind] = self._reckon(stand, frozenset(), word.kind)
        stand.moves[word.text] = move
        return move

    def _reckon(self, stand: _Stand, signs: frozenset[int], kind: Kind) -> _Move:
        following = dict.fromkeys(_kept(stand.waiting, kind))
        owners: dict[int, None] = {}
        for place, _, _ in stand.waiting if signs else ():
            for reached in self._places.after(place, signs):
                owners.update(dict.fromkeys(reached.ends))
                if reached.ways:
                    following[(reached, 0, _SLACK)] = None
                for width, beyond in reached.waits.items():
                    following[(self._places.of(beyond), width, _SLACK)] = None
        return (self._stand(tuple(following)) if following else None, tuple(owners))

    def _stand(self, waiting: tuple[_Waiting, ...]) -> _Stand:
        known = self._stands.get(waiting)
        return self._stands.setdefault(waiting, _Stand(waiting)) if known is None else known

    def _forget(self) -> None:
        """Begin anew with nothing remembered."""
        self._remembered = 0
        self._start = _Stand(((self._places.root, 0, 0),))
        self._stands: dict[tuple[_Waiting, ...], _Stand] = {}


def _kept(waiting: tuple[_Waiting, ...], kind: Kind) -> list[_Waiting]:
    """The places that let a word of this kind pass, with the room and slack left to them."""
    match kind:
        case Kind.FILLER:
            return [(place, room, slack - 1) for place, room, slack in waiting if slack]
        case Kind.PLAIN:
            return [(place, room - 1, slack) for place, room, slack in waiting if room]
        case _:
            return []
