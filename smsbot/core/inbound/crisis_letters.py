"""Comparing letters: what a word looks like mistyped, masked, or standing inside a longer one."""

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
    if len(word) - sum(map(len, pieces)) not in range(4):
        return False
    at = 0
    for piece in pieces:
        at = word.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


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
