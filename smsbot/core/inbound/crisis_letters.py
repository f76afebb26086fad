"""Comparing letters: what a word looks like mistyped, masked, or standing inside a longer one."""

import itertools
from collections.abc import Iterable

MASKS = "*#_.-"
"""Signs that stand for letters: "k*ll", "s**cide"."""


def index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Words by the form they share with their misspellings."""
    index: dict[str, tuple[str, ...]] = {}
    for word, form in pairs:
        if form and word not in index.get(form, ()):
            index[form] = (*index.get(form, ()), word)
    return index


def cuts(word: str) -> list[str]:
    """The word with each of its letters left out."""
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def is_inside(token: str, word: str) -> bool:
    """Whether the token is the word with only vowels left out."""
    at = 0
    for letter in word:
        if at < len(token) and token[at] == letter:
            at += 1
        elif letter not in "aeiou":
            return False
    return at == len(token)


def fits(masked: str, word: str) -> bool:
    """Whether each letter that shows is the word's; the two are of one length."""
    return all(m in MASKS or m == w for m, w in zip(masked, word, strict=True))


def fits_loosely(pieces: list[str], word: str) -> bool:
    """Whether the pieces stand in the word in order, at its start and end, with letters between."""
    if not (word.startswith(pieces[0]) and word.endswith(pieces[-1])):
        return False
    at = 0
    for piece in pieces:
        at = word.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def sparks(words: Iterable[str]) -> frozenset[str]:
    """How the words begin, three or four letters of each; none of them may be shorter."""
    return frozenset(word[:4] for word in words)


def may_hold(token: str, beginnings: frozenset[str]) -> bool:
    """Whether one of the words with these beginnings may stand in the token; quick, not sure."""
    return not (
        beginnings.isdisjoint([token[at : at + 4] for at in range(len(token) - 3)])
        and beginnings.isdisjoint([token[at : at + 3] for at in range(len(token) - 2)])
    )


def grow(letters: dict[str, object], word: str) -> None:
    """Put a word into the tree of letters; the "" key marks a word's end."""
    for letter in word:
        inner = letters.setdefault(letter, {})
        assert isinstance(inner, dict)  # noqa: S101 - only the "" key holds something else
        letters = inner
    letters[""] = True


def words_from(letters: dict[str, object], token: str, at: int) -> list[str]:
    """The words of the tree that stand in the token from `at` on, shortest first."""
    found: list[str] = []
    for end in range(at, len(token)):
        inner = letters.get(token[end])
        if not isinstance(inner, dict):
            break
        letters = inner
        if "" in letters:
            found.append(token[at : end + 1])
    return found


def ends(word: str) -> tuple[str, str]:
    """The first and last letter shown of a word that may have masks, "" where one is masked."""
    return word[0].strip(MASKS), word[-1].strip(MASKS)


def by_ends(words: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """Words by their first and last letter, either of which may be masked ("")."""
    found: dict[tuple[str, str], list[str]] = {}
    for word in words:
        for shown in itertools.product((word[0], ""), (word[-1], "")):
            found.setdefault(shown, []).append(word)
    return found
