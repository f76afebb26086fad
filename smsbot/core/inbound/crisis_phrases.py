"""Reads the phrases that nurses write in the lexicon.

i <want> to die          words, and word classes in angle brackets
<die~>                   a word of the class, or one typing slip away from one
i (might|will) die       one of several
[my] life is over        words that may be missing
said .. goodbye          ".." up to 3 words between, "..." up to 6
^ goodbye forever $      "^" only at a clause's start, "$" only at its end
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from smsbot.core.errors import ScreenFault

GAPS: dict[str, int] = {"..": 3, "...": 6}
EDGES = frozenset("^$")
SLIPPED = "~>"
"""How a class ends that also takes what is one slip away from its words."""

_PIECE = re.compile(r"\.{2,3}|[\[\]()|^$]|<[a-z0-9_]+~?>|[a-z0-9]+|\S")
_MOST_READINGS = 20_000
_OPENING = {"(": ")", "[": "]"}
_CLOSING = frozenset(")]")


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands in brackets: one of the options, or nothing when it may be missing."""

    options: tuple["Sequence", ...]
    may_be_missing: bool = False


Sequence = tuple[str | Choice, ...]
"""Words, "<class>" names, "..", "^" and "$", and choices, one after the other."""

Phrase = tuple[str, ...]
"""One plain reading of a phrase: words, "<class>" names, "=one|of|these", "..", "^" and "$"."""


def parse(written: str) -> Choice:
    """What a written phrase says, alternatives and optional words left as they are.

    Raises:
        ScreenFault: The phrase is empty, has a stray sign or brackets that do not pair.
    """
    pieces = _PIECE.findall(written)
    found, rest = _options(pieces, 0, written)
    if rest != len(pieces):
        raise ScreenFault(f"lexicon phrase {written!r}: a bracket closes that was never opened")
    if not _says_something(Choice(found)):
        raise ScreenFault(f"lexicon phrase {written!r}: at least one word must be there always")
    return Choice(found)


def _options(pieces: list[str], at: int, written: str) -> tuple[tuple[Sequence, ...], int]:
    """The alternatives from `at` up to a closing bracket or the end, and where that is."""
    done: list[Sequence] = []
    current: list[str | Choice] = []
    while at < len(pieces):
        piece = pieces[at]
        if piece in _CLOSING:
            break
        at += 1
        if piece == "|":
            done.append(tuple(current))
            current = []
        elif piece in _OPENING:
            inside, at = _options(pieces, at, written)
            if at >= len(pieces) or pieces[at] != _OPENING[piece]:
                raise ScreenFault(f"lexicon phrase {written!r}: a bracket is never closed")
            at += 1
            current.append(Choice(inside, piece == "["))
        elif piece.isalnum() or piece[0] == "<" or piece in GAPS or piece in EDGES:
            current.append(piece)
        else:
            raise ScreenFault(f"lexicon phrase {written!r}: {piece!r} means nothing here")
    return (*done, tuple(current)), at


def _says_something(piece: str | Choice) -> bool:
    """Whether a word is there however the piece is read."""
    if isinstance(piece, str):
        return is_word(piece)
    return not piece.may_be_missing and all(
        any(map(_says_something, option)) for option in piece.options
    )


def is_word(piece: str) -> bool:
    """Whether the piece stands for a word: it is no gap and no clause's edge."""
    return piece not in GAPS and piece not in EDGES


def members(piece: str) -> tuple[str, ...]:
    """What a piece made of alternatives ("=bus|<train>") stands for; else the piece itself."""
    return tuple(piece[1:].split("|")) if piece[0] == "=" else (piece,)


def one_of(words: Iterable[str]) -> str:
    """One piece that stands for all that the given ones do."""
    single = sorted({member for word in words for member in members(word)})
    return "=" + "|".join(single) if len(single) > 1 else single[0]


def readings(written: str) -> list[Phrase]:
    """Every plain reading of a written phrase, without alternatives and optional words.

    Raises:
        ScreenFault: The phrase does not parse, or has more readings than anybody means.
    """
    return _readings(parse(written), written)


def _readings(choice: Choice, written: str) -> list[Phrase]:
    found: list[Phrase] = []
    for option in choice.options:
        current: list[Phrase] = [()]
        for piece in option:
            said = [(piece,)] if isinstance(piece, str) else _readings(piece, written)
            current = [before + after for before in current for after in said]
            if len(current) > _MOST_READINGS:
                raise ScreenFault(f"lexicon phrase {written!r}: too many readings; split it")
        found += current
    merged = _merged(list(dict.fromkeys(found)))
    return [*merged, ()] if choice.may_be_missing else merged


def _merged(found: list[Phrase]) -> list[Phrase]:
    """The same readings, those that differ in one word only written as one: far fewer of them."""
    for place in range(max(map(len, found), default=0)):
        alike: dict[tuple[Phrase, Phrase, bool], list[str]] = {}
        for reading in found:
            if place < len(reading):
                word = reading[place] if not is_word(reading[place]) else ""
                key = (reading[:place] + ((word,) if word else ()), reading[place + 1 :], not word)
                alike.setdefault(key, []).append(reading[place])
        found = [reading for reading in found if place >= len(reading)] + [
            (*before, *((one_of(words),) if free else ()), *after)
            for (before, after, free), words in alike.items()
        ]
    return found
