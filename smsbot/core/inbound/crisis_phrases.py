"""Reads the phrases that nurses write in the lexicon.

i <want> to die          words, and word classes in angle brackets
i (might|will) die       one of several
[my] life is over        words that may be missing
said .. goodbye          ".." up to 3 words between, "..." up to 6
^ goodbye forever $      "^" only at a clause's start, "$" only at its end
"""

import re

from smsbot.core.errors import ScreenFault

GAPS: dict[str, int] = {"..": 3, "...": 6}
EDGES = frozenset("^$")
_PIECE = re.compile(r"\.{2,3}|[\[\]()|^$]|<[a-z0-9_]+>|[a-z0-9]+|\S")
_MOST_READINGS = 20_000

Phrase = tuple[str, ...]
"""One plain reading of a phrase: words, "<class>" names, "=one|of|these", "..", "^" and "$"."""


def readings(written: str) -> list[Phrase]:
    """Every plain reading of a written phrase, without alternatives and optional words.

    Raises:
        ScreenFault: The phrase is empty, has a stray sign or brackets that do not pair.
    """
    pieces = _PIECE.findall(written)
    found, rest = _alternatives(pieces, 0, written)
    if rest != len(pieces):
        raise ScreenFault(f"lexicon phrase {written!r}: a bracket closes that was never opened")
    if not all(any(_is_word(piece) for piece in reading) for reading in found):
        raise ScreenFault(f"lexicon phrase {written!r}: at least one word must be there always")
    return found


def _is_word(piece: str) -> bool:
    return piece not in GAPS and piece not in EDGES


def members(piece: str) -> tuple[str, ...]:
    """What a piece made of alternatives ("=bus|<train>") stands for; else the piece itself."""
    return tuple(piece[1:].split("|")) if piece[0] == "=" else (piece,)


def _merged(found: list[Phrase]) -> list[Phrase]:
    """The same readings, those that differ in one word only written as one: far fewer of them."""
    for place in range(max(map(len, found), default=0)):
        alike: dict[tuple[Phrase, Phrase, bool], list[str]] = {}
        for reading in found:
            if place < len(reading):
                word = reading[place] if not _is_word(reading[place]) else ""
                key = (reading[:place] + ((word,) if word else ()), reading[place + 1 :], not word)
                alike.setdefault(key, []).append(reading[place])
        found = [reading for reading in found if place >= len(reading)] + [
            (*before, *((_one_of(words),) if free else ()), *after)
            for (before, after, free), words in alike.items()
        ]
    return found


def _one_of(words: list[str]) -> str:
    single = sorted({member for word in words for member in members(word)})
    return "=" + "|".join(single) if len(single) > 1 else single[0]


def _alternatives(pieces: list[str], at: int, written: str) -> tuple[list[Phrase], int]:
    """Readings from `at` up to a closing bracket or the end, and where that is."""
    done: list[Phrase] = []
    current: list[Phrase] = [()]
    while at < len(pieces) and pieces[at] not in {")", "]"}:
        piece = pieces[at]
        at += 1
        if piece == "|":
            done += current
            current = [()]
            continue
        options, at = _options(piece, pieces, at, written)
        current = [before + option for before in current for option in options]
        if len(current) > _MOST_READINGS:
            raise ScreenFault(f"lexicon phrase {written!r}: too many readings; split it")
    return _merged(list(dict.fromkeys(done + current))), at


def _options(piece: str, pieces: list[str], at: int, written: str) -> tuple[list[Phrase], int]:
    """What one piece can be read as: itself, or a bracket's readings."""
    if piece in {"(", "["}:
        inside, end = _alternatives(pieces, at, written)
        if end >= len(pieces) or pieces[end] != {"(": ")", "[": "]"}[piece]:
            raise ScreenFault(f"lexicon phrase {written!r}: a bracket is never closed")
        return ([*inside, ()] if piece == "[" else inside), end + 1
    if not (piece in GAPS or piece in EDGES or piece[0] == "<" or piece.isalnum()):
        raise ScreenFault(f"lexicon phrase {written!r}: {piece!r} means nothing here")
    return [(piece,)], at
