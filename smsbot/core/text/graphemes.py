"""Where a text may be cut without breaking what a reader sees as one character.

A family emoji, a flag, a letter with its accent and a Korean syllable are each several code
points. This keeps together a little more than Unicode asks for (it never cuts beside an invisible
format character), and never less.

Source: Unicode Standard Annex 29, section 3, https://unicode.org/reports/tr29/ (rules as of
Unicode 14, the version in Python 3.11's `unicodedata`).
"""

import unicodedata

_MARKS = frozenset({"Mn", "Mc", "Me"})
_VIRAMA = 9  # canonical combining class of the sign that joins two Indic consonants
_SKIN_TONES = range(0x1F3FB, 0x1F3FF + 1)
_FLAG_LETTERS = range(0x1F1E6, 0x1F1FF + 1)
# Letters by category that join the character before them: Thai and Lao AM, half-width voicing.
_JOINING_LETTERS = frozenset("\u0e33\u0eb3\uff9e\uff9f")
# Letters written before the one they belong to, in Malayalam and three scripts of the East.
_HOLDING_LETTERS = frozenset(
    "\u0d4e\U000111c2\U000111c3\U0001193f\U00011941\U00011a3a\U00011d46\U00011f02"
) | frozenset(map(chr, range(0x11A84, 0x11A8A)))
_HANGUL_SYLLABLES = range(0xAC00, 0xD7A4)
_HANGUL_LEADING = (range(0x1100, 0x1160), range(0xA960, 0xA97D))
_HANGUL_FOLLOWING = (range(0x1160, 0x1200), range(0xD7B0, 0xD7FC))


def may_cut(text: str, at: int) -> bool:
    """Whether `text[:at]` and `text[at:]` part between two characters as a reader sees them."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if after.isspace():  # nothing a reader sees is lost with it
        return (before, after) != ("\r", "\n")
    if after.isascii():
        return not _holds_next(before)
    return not (
        _holds_next(before)
        or _joins_previous(after)
        or _same_flag(text, at)
        or _same_syllable(before, after)
    )


def _holds_next(before: str) -> bool:
    """The character keeps whatever follows: a joiner, an Indic virama."""
    if before.isascii():
        return False
    return (
        unicodedata.combining(before) == _VIRAMA
        or unicodedata.category(before) == "Cf"
        or before in _HOLDING_LETTERS
    )


def _joins_previous(char: str) -> bool:
    """The character belongs to the one before it: an accent, a joiner, a skin tone, a tag."""
    return (
        unicodedata.category(char) in _MARKS
        or unicodedata.category(char) == "Cf"
        or ord(char) in _SKIN_TONES
        or char in _JOINING_LETTERS
    )


def _same_flag(text: str, at: int) -> bool:
    """Flags are pairs of letters: a cut is inside one after an odd number of them."""
    if ord(text[at]) not in _FLAG_LETTERS:
        return False
    first = at
    while first and ord(text[first - 1]) in _FLAG_LETTERS:
        first -= 1
    return (at - first) % 2 == 1


def _same_syllable(before: str, after: str) -> bool:
    """Korean letters that are written as one block."""
    if any(ord(after) in block for block in _HANGUL_FOLLOWING):
        return True
    continues = (*_HANGUL_LEADING, _HANGUL_SYLLABLES)
    return any(ord(before) in block for block in _HANGUL_LEADING) and any(
        ord(after) in block for block in continues
    )
