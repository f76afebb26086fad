"""Makes texts comparable: the same words in any case, accent, font, alphabet or invisible dressing.

One normaliser for everything that matches text (the crisis screen, the keywords, the router), so
that none of them is easier to get past than another. It is conservative: it changes how a word is
written, never which word it is. What only a crisis reading may assume (leetspeak, masks, words run
together) is in `smsbot.core.inbound.crisis_words`.

Everything here takes any `str`, lone surrogates and NUL included, never raises, and takes time in
proportion to the length of the text: each character is folded by itself, through one table.
"""

import re
import unicodedata

from smsbot.core.text.lookalikes import APOSTROPHES, LOOKALIKES, OTHER_LETTERS

# Letters that draw nothing at all (Hangul fillers): category Lo, and yet invisible.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0")
# What NFKD leaves apart, or takes to something no reader would see in it.
_SPECIAL: dict[str, str] = {
    **LOOKALIKES,
    **OTHER_LETTERS,
    # Apostrophes go, so that "don't" is one word however, and whether, it is written.
    **dict.fromkeys(APOSTROPHES | _BLANKS, ""),
    "\u2800": " ",  # Braille blank
}
# "LATIN SMALL LETTER L WITH STROKE", "LATIN LETTER SMALL CAPITAL K", "REGIONAL INDICATOR SYMBOL
# LETTER S", "NEGATIVE SQUARED LATIN CAPITAL LETTER A", "TAG LATIN SMALL LETTER D"
_NAMED_LETTER = re.compile(
    r"(?:LATIN (?:SMALL LETTER|CAPITAL LETTER|LETTER SMALL CAPITAL)|SYMBOL LETTER)"
    r" ([A-Z])(?: WITH .*)?"
)
_HIGHEST_REMEMBERED = 0x1FFFF


def _fold_code_point(code_point: int) -> str:
    """The folded form of one character: possibly nothing, possibly several characters."""
    char = chr(code_point)
    if char in _SPECIAL:
        return _SPECIAL[char]
    match unicodedata.category(char):
        case "Mn" | "Me" | "Mc" | "Cf" | "Cs":
            return ""
        case "Cc":
            return " " if char.isspace() else ""
        case "Zs" | "Zl" | "Zp" | "Co" | "Cn":
            return " "
    parts = unicodedata.normalize("NFKD", char.casefold())
    if parts != char:
        return "".join(map(_fold_part, parts))
    named = _NAMED_LETTER.search(unicodedata.name(char, ""))
    return named[1].lower() if named else char


def _fold_part(part: str) -> str:
    """A piece of a decomposed character: a letter, or a mark that goes."""
    if part in _SPECIAL:
        return _SPECIAL[part]
    if unicodedata.category(part) in {"Mn", "Me", "Mc", "Cf"}:
        return ""
    return _fold_code_point(ord(part)) if part.isalpha() else part


class _Table(dict[int, str]):
    """A translation table filled as characters turn up; the far planes are worked out each time."""

    def __missing__(self, code_point: int) -> str:
        folded = _fold_code_point(code_point)
        if code_point <= _HIGHEST_REMEMBERED:
            self[code_point] = folded
        return folded


_TABLE = _Table({code_point: _fold_code_point(code_point) for code_point in range(0x250)})
_NOT_SQUEEZED = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text in one plain writing: lower case, no accents, fonts, look-alikes or invisible marks.

    Apostrophes go ("don't" is "dont"); every run of spaces, line ends included, is one space;
    other punctuation, digits and emoji stay. "ñ" becomes "n". Folding twice changes nothing.
    """
    return " ".join(text.translate(_TABLE).split())


def squeeze(text: str) -> str:
    """Only A-Z and 0-9, upper case: "Side effects!" is "SIDEEFFECTS". What keywords compare by."""
    return _NOT_SQUEEZED.sub("", text.translate(_TABLE)).upper()


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of the text, in order; punctuation and emoji part words and are not kept."""
    return tuple(_WORD.findall(text.translate(_TABLE)))
