"""What one text of an answer costs and asks of its reader, as an editor shows it while typing."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from smsbot.core.editorial.reading import HIGHEST_GRADE, LEAST_WORDS, grade
from smsbot.core.editorial.texts import at_its_longest, kept_free, most_segments
from smsbot.core.messages import Lang
from smsbot.core.text.segments import (
    GSM7,
    GSM7_JOINED,
    GSM7_SINGLE,
    UCS2_JOINED,
    Measure,
    measure,
    to_gsm7,
)

_MOST_MEASURED = 20_000
"""Characters; ten times the longest text that may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offender:
    """A character that makes the whole text dearer."""

    char: str
    name: str
    """Its name in Unicode, in small letters: "right single quotation mark"."""
    times: int
    plain: str | None
    """What to write instead, "" to leave it out; None when nothing looks like it."""

    @property
    def code(self) -> str:
        """Its code point as "U+2019"."""
        return f"U+{ord(self.char):04X}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """The figures of one text."""

    cost: Measure
    """Of the text alone."""
    segments: int
    """With what is kept free: what counts against the limit."""
    kept_free: int
    """Units kept free for what the bot appends."""
    left: int
    """How many plain characters still fit before it counts one segment more."""
    over: int
    """Units to take out; 0 when it keeps to its limit."""
    most: int
    """Segments this kind of text may have."""
    offenders: tuple[Offender, ...]
    grade: float | None
    """School years it asks for; None when it is too short to tell."""

    @property
    def is_over(self) -> bool:
        """Whether it has more segments than it may."""
        return self.segments > self.most

    @property
    def is_hard(self) -> bool:
        """Whether it reads above the level that is allowed."""
        return self.grade is not None and self.grade > HIGHEST_GRADE


def meter(text: str, key: str, lang: Lang) -> Meter:
    """Measure a text; `key` is short, long or stub."""
    text = text[:_MOST_MEASURED]
    cost, most = measure(text), most_segments(key)
    longest = at_its_longest(text, key) if text else ""
    counted = measure(longest)
    most_units = most * (GSM7_JOINED if counted.encoding == "GSM-7" else UCS2_JOINED)
    return Meter(
        cost=cost,
        segments=counted.segments,
        kept_free=kept_free(key),
        left=_left(longest, counted),
        over=max(1, counted.units - most_units) if counted.segments > most else 0,
        most=most,
        offenders=tuple(_offender(char, text) for char in cost.offenders),
        grade=grade(text, lang) if len(text.split()) >= LEAST_WORDS else None,
    )


def marked(text: str) -> Iterator[tuple[bool, str]]:
    """The text in stretches, each with whether it is of characters that make it dearer."""
    for is_odd, chars in groupby(text, key=lambda char: char not in GSM7):
        yield is_odd, "".join(chars)


def replaced(text: str, char: str) -> str:
    """The text with a character's plain look-alike put for it; with all of theirs for "all"."""
    return to_gsm7(text) if char == "all" else text.replace(char, to_gsm7(char))


def _left(text: str, cost: Measure) -> int:
    """By trying: characters of two units are never parted, so a segment may end a unit early."""
    low, high = 0, GSM7_SINGLE if cost.segments == 1 else GSM7_JOINED
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text + "x" * middle).segments == cost.segments:
            low = middle
        else:
            high = middle - 1
    return low


def _offender(char: str, text: str) -> Offender:
    plain = to_gsm7(char)
    return Offender(
        char=char,
        name=unicodedata.name(char, "unnamed character").lower(),
        times=text.count(char),
        plain=None if plain == char else plain,
    )
