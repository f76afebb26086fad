"""Entry codes as they are made: short, hard to misread, and far from each other.

A code is one letter and one or two digits, without those that are mistaken for others by eye or by
ear (I and 1, O and 0, S and 5, B D G Q Z).
"""

from collections.abc import Collection, Iterator

LETTERS = "KMRTCXHVANPEWFJYU"
DIGITS = "7496283"

# Names of drugs, vitamins, thyroid values and explosives: people write of them.
_SPOKEN_OF = frozenset({"K2", "E2", "T3", "T4", "C4", "H2", "A2", "U2", "R34"})


def candidates() -> Iterator[str]:
    """Every code there is, each unlike the one before in letter and digit."""
    # 17 and 7 share no divisor, so that counting both on at once comes by every pair.
    pairs = [(n % len(LETTERS), n % len(DIGITS)) for n in range(len(LETTERS) * len(DIGITS))]
    for letter, digit in pairs:
        yield LETTERS[letter] + DIGITS[digit]
    for second in DIGITS:
        for letter, digit in pairs:
            yield LETTERS[letter] + DIGITS[digit] + second


def next_code(taken: Collection[str], names: Collection[str]) -> str | None:
    """A code that was never given out and means nothing else; None when all are used up.

    `names` are the squeezed words that people text for an answer.
    """
    for code in candidates():
        if code not in taken and code not in names and code not in _SPOKEN_OF:
            return code
    return None
