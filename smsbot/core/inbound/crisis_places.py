"""The lexicon's phrases as a net of positions, and the places in it that words lead to.

A phrase is never written out in all its readings: the options in a bracket share what follows it.
Reading a text needs the phrases merged into one tree; its branches are put together when words
first lead there, so that a start pays for what the files say and not for all they can mean.
"""

from collections.abc import Iterable, Mapping

from smsbot.core.inbound.crisis_phrases import EDGES, GAPS, Choice, Sequence, is_word, one_of

BREAK_SIGN = 0
"""The sign of a clause's start or end; words and classes are numbered from 1."""

_Then = tuple["Position", ...]


class Position:
    """A point in one owner's phrases: one step from it, and where that leads.

    The step is a word's or class's sign, or a gap's width below zero; None at a phrase's end.
    """

    __slots__ = ("owner", "step", "then")

    def __init__(self, owner: int, step: int | None, then: _Then) -> None:
        self.owner = owner
        self.step = step
        self.then = then


class Net:
    """All phrases; equal endings of an owner's phrases are one."""

    def __init__(self) -> None:
        self._signs: dict[str, int] = dict.fromkeys(EDGES, BREAK_SIGN)
        self._choices: dict[tuple[str, ...], int] = {}
        self._known: dict[tuple[int, int | None, _Then], Position] = {}
        self._starts: dict[Position, None] = {}

    @property
    def signs(self) -> Mapping[str, int]:
        """A number for everything that stands for a word in a phrase."""
        return self._signs

    @property
    def starts(self) -> tuple[Position, ...]:
        """Where the phrases begin."""
        return tuple(self._starts)

    def add(self, owner: int, phrase: Choice) -> None:
        """Take in a phrase; owners are the caller's own numbers."""
        for at in self._choice(owner, phrase, (self._at(owner, None),)):
            # A gap at a phrase's start says nothing.
            is_gap = at.step is not None and at.step < 0
            self._starts.update(dict.fromkeys(at.then if is_gap else (at,)))

    def _at(self, owner: int, step: int | None, then: _Then = ()) -> Position:
        key = (owner, step, then)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Position(owner, step, then)
        return known

    def _choice(self, owner: int, choice: Choice, then: _Then) -> _Then:
        """The positions before a choice that is followed by `then`."""
        before: dict[Position, None] = {}
        words: list[str] = []
        for option in choice.options:
            if len(option) == 1 and isinstance(option[0], str) and is_word(option[0]):
                words.append(option[0])
            else:
                before.update(dict.fromkeys(self._sequence(owner, option, then)))
        if words:
            before[self._at(owner, self._one_of(tuple(words)), then)] = None
        if choice.may_be_missing:
            before.update(dict.fromkeys(then))
        return tuple(before)

    def _sequence(self, owner: int, sequence: Sequence, then: _Then) -> _Then:
        for piece in reversed(sequence):
            if isinstance(piece, Choice):
                then = self._choice(owner, piece, then)
            elif piece in GAPS:
                then = self._gap(owner, GAPS[piece], then)
            else:
                then = (self._at(owner, self._sign(piece), then),)
        return then

    def _gap(self, owner: int, width: int, then: _Then) -> _Then:
        """The positions before a gap. Gaps with nothing between them are one as wide as both."""
        found = [
            self._at(owner, at.step - width, at.then)
            for at in then
            if at.step is not None and at.step < 0
        ]
        rest = tuple(at for at in then if at.step is None or at.step >= 0)
        return (*found, self._at(owner, -width, rest)) if rest else tuple(found)

    def _sign(self, piece: str) -> int:
        return self._signs.setdefault(piece, len(self._signs))

    def _one_of(self, words: tuple[str, ...]) -> int:
        """The sign that stands for all of the words."""
        sign = self._choices.get(words)
        if sign is None:
            sign = self._choices[words] = self._sign(one_of(words))
        return sign


class Place:
    """A place in the merged tree: which phrases end here, where signs and gaps lead."""

    __slots__ = ("ends", "reached", "waits", "ways")

    def __init__(self, positions: Iterable[Position]) -> None:
        self.ends = tuple({at.owner: None for at in positions if at.step is None})
        self.ways: dict[int, dict[Position, None]] = {}
        self.waits: dict[int, dict[Position, None]] = {}
        self.reached: dict[int, Place] = {}
        for at in positions:
            # Where a phrase ends, the longer ones of the same owner have nothing to add.
            if at.step is None or at.owner in self.ends:
                continue
            led = self.ways if at.step >= 0 else self.waits
            led.setdefault(abs(at.step), {}).update(dict.fromkeys(at.then))


class Places:
    """The places that words have led to so far, each made once."""

    def __init__(self, starts: Iterable[Position]) -> None:
        self._known: dict[frozenset[Position], Place] = {}
        self.root = Place(tuple(starts))

    def after(self, place: Place, signs: frozenset[int]) -> list[Place]:
        """Where a word that has these signs leads from a place."""
        found: list[Place] = []
        for sign in signs:
            beyond = place.reached.get(sign)
            if beyond is None and (led := place.ways.get(sign)):
                beyond = place.reached[sign] = self.of(led)
            if beyond is not None:
                found.append(beyond)
        return found

    def of(self, positions: Iterable[Position]) -> Place:
        """The place that these positions are."""
        key = frozenset(positions)
        known = self._known.get(key)
        return self._known.setdefault(key, Place(tuple(positions))) if known is None else known
