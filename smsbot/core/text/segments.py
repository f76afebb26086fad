"""How many segments a text costs, what makes it cost more, and how to cut a long one.

A phone network carries a text in segments. In the GSM-7 alphabet a text of up to 160 septets is
one segment; a longer one has 153 in each. One character outside that alphabet turns the whole
text into UCS-2: 70 UTF-16 units alone, 67 in each segment when there are several.

Sources: the alphabet and its extension table are 3GPP TS 23.038 section 6.2.1
(https://www.3gpp.org/ftp/Specs/archive/23_series/23.038/, as mapped to Unicode in
https://www.unicode.org/Public/MAPPINGS/ETSI/GSM0338.TXT); the counts are
https://www.twilio.com/docs/glossary/what-is-ucs-2-character-encoding (read 2026-11-23).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from smsbot.core.text.graphemes import may_cut
from smsbot.core.text.sentences import sentence_ends

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""One septet each. The escape that opens the extension table is not a character of its own."""
GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Two septets each: the escape and a character."""
GSM7 = GSM7_BASIC | GSM7_EXTENSION
GSM7_SINGLE, GSM7_JOINED = 160, 153
UCS2_SINGLE, UCS2_JOINED = 70, 67

_EXTENDED = re.compile("[" + re.escape("".join(sorted(GSM7_EXTENSION))) + "]")
_LAST_BMP = "\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a text costs to send. `units` are septets in GSM-7 and UTF-16 units in UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int
    """At least 1, for an empty text too."""
    offenders: tuple[str, ...] = ()
    """The characters that force UCS-2, each once, in the order of the text."""


def measure(text: str) -> Measure:
    """Count what the networks will count. Takes any string; a lone surrogate is one unit."""
    if GSM7.issuperset(text):
        units = len(text) + len(_EXTENDED.findall(text))
        if units <= GSM7_SINGLE:
            return Measure(encoding="GSM-7", units=units, segments=1)
        wide = units > len(text)
        segments = _fill(text, GSM7_JOINED, GSM7_EXTENSION) if wide else -(-units // GSM7_JOINED)
        return Measure(encoding="GSM-7", units=units, segments=segments)
    offenders = tuple(dict.fromkeys(char for char in text if char not in GSM7))
    pairs = frozenset(char for char in offenders if char > _LAST_BMP)
    units = len(text) + sum(char in pairs for char in text)
    segments = 1 if units <= UCS2_SINGLE else _fill(text, UCS2_JOINED, pairs)
    return Measure(encoding="UCS-2", units=units, segments=segments, offenders=offenders)


def _fill(text: str, room: int, double: frozenset[str]) -> int:
    """How many segments of `room` units the text fills; a two-unit character is never parted."""
    segments, used = 1, 0
    for char in text:
        size = 2 if char in double else 1
        if used + size > room:
            segments, used = segments + 1, 0
        used += size
    return segments


_LOOKALIKES: dict[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`\u02bc\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys(map(chr, range(0x2010, 0x2016)), "-"),
    **dict.fromkeys("\u2212\u2022\u2023\u25e6\u2043\u00b7", "-"),
    **dict.fromkeys("\t\v\u2028\u2029\u202f\u205f\u3000\u1680", " "),
    **dict.fromkeys(map(chr, (0xA0, *range(0x2000, 0x200B))), " "),
    # Draw nothing: soft hyphen, zero-width space and non-joiner, word joiner, direction marks, BOM.
    **dict.fromkeys(map(chr, (0xAD, 0x200B, 0x200C, 0x200E, 0x200F, 0x2060, 0xFEFF)), ""),
    **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))), ""),
    "\u2026": "...", "\u00d7": "x", "\u2044": "/", "\u00f7": "/", "\u2192": "->", "\u2264": "<=",
    "\u2265": ">=", "\u00aa": "a", "\u00ba": "o", "\u00a9": "(c)", "\u00ae": "(R)", "\u2122": "TM",
    "\u00bd": "1/2", "\u00bc": "1/4", "\u00be": "3/4", "\u0153": "oe", "\u0152": "OE",
    "\u0131": "i", "\u0142": "l", "\u0141": "L",
}  # fmt: skip
_SAME_LETTER = ("<wide>", "<narrow>", "<noBreak>", "<compat>", "<font>")
_ACCENTS = re.compile("[\u0300-\u036f]")


def to_gsm7(text: str) -> str:
    """The text with GSM-7 look-alikes put for what would make it UCS-2.

    Curly quotes, dashes, bullets and odd spaces get their plain form; á í ó ú lose the accent,
    é ñ ü ¿ ¡ are in the alphabet and stay. What has no look-alike (emoji, other scripts) stays as
    it is, for `measure` to name. A text already in GSM-7 comes back unchanged.
    """
    if GSM7.issuperset(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(char if char in GSM7 else _plain(char) for char in composed)


def _plain(char: str) -> str:
    """One character's GSM-7 look-alike, or the character itself."""
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    if _ACCENTS.match(char):
        return ""
    kind = unicodedata.decomposition(char).partition(" ")[0]
    if kind.startswith("<") and kind not in _SAME_LETTER:
        return char  # a raised 2 is not a 2
    decomposed = unicodedata.normalize("NFKD", char)
    letters = "".join(_LOOKALIKES.get(part, part) for part in _ACCENTS.sub("", decomposed))
    return letters if letters and GSM7.issuperset(letters) else char


def split(text: str, segments: int, *, reserve: int = 0) -> tuple[str, ...]:
    """Cut a text into messages of at most `segments` segments each, in reading order.

    Cuts at the last sentence end that fits, else between words, else between characters. Nothing
    but white space at the cuts is lost, and no visible character is cut, unless one alone is
    larger than a whole message. An empty text gives no message. `reserve` units of each message
    stay free for what the caller puts in front of it ("1/3 ").

    Raises:
        ValueError: `segments` is below 1.
    """
    if segments < 1:
        raise ValueError("A message has at least one segment: ask for 1 or more.")
    parts = []
    start = _skip_space(text, 0)
    while start < len(text):
        # No character takes less than a septet, so nothing beyond this window can fit.
        window = text[start : start + GSM7_SINGLE * segments + 1]
        cut = _cut(window, segments, reserve, ends_text=start + len(window) >= len(text))
        parts.append(window[:cut].rstrip())
        start = _skip_space(text, start + cut)
    return tuple(parts)


def _skip_space(text: str, at: int) -> int:
    """The next place that is no white space; a space that carries an accent is a character."""
    while at < len(text) and text[at].isspace() and may_cut(text, at + 1):
        at += 1
    return at


def _cut(window: str, segments: int, reserve: int, *, ends_text: bool) -> int:
    """How much of the window makes the next message; at least one character."""
    room = _longest_fit(window, segments, reserve)
    if room == len(window) and ends_text:
        return room
    for places in (sentence_ends(window), range(1, room + 1)):
        fitting = [at for at in places if at <= room and _is_gap(window, at)]
        if fitting:
            return fitting[-1]
    whole = next((at for at in range(room, 0, -1) if may_cut(window, at)), 0)
    return whole or room


def _longest_fit(window: str, segments: int, reserve: int) -> int:
    """The length of the longest start of the window that fits; a longer start never costs less."""
    low, high, kept_free = 1, len(window), "x" * reserve
    while low < high:
        middle = (low + high + 1) // 2
        if measure(kept_free + window[:middle]).segments <= segments:
            low = middle
        else:
            high = middle - 1
    return low


def _is_gap(window: str, at: int) -> bool:
    """Whether a cut here falls before white space (or the window's end), between characters."""
    return (at == len(window) or window[at].isspace()) and may_cut(window, at)
