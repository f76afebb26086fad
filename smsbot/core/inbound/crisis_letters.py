"""Comparing letters: what a word looks like mistyped, masked, or standing inside a longer one."""

import itertools
from collections.abc import Hashable, Iterable
from typing import TypeVar

MASKS = "*#_.-"
"""Signs that stand for letters: "k*ll", "s**cide"."""

Form = TypeVar("Form", bound=Hashable)


def index(pairs: Iterable[tuple[str, Form]]) -> dict[Form, tuple[str, ...]]:
    """Words by the form they share with their misspellings."""
    index: dict[Form, tuple[str, ...]] = {}
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


Letters = dict[str, "Letters"]
"""Words as a tree of letters; the "" key marks a word's end."""


def grow(letters: Letters, word: str) -> None:
    """Put a word into the tree."""
    for letter in word:
        letters = letters.setdefault(letter, {})
    letters[""] = {}


def words_from(letters: Letters, token: str, at: int) -> list[str]:
    """The words of the tree that stand in the token from `at` on, shortest first."""
    found: list[str] = []
    for end in range(at, len(token)):
        inner = letters.get(token[end])
        if inner is None:
            break
        letters = inner
        if "" in letters:
            found.append(token[at : end + 1])
    return found


Shape = tuple[str, str, int]
"""A word's first and last letter, "" where it is masked, and how long it is."""


def shape(word: str, length: int) -> Shape:
    """What is seen of a word that may have masks, if it has this length."""
    return word[0].strip(MASKS), word[-1].strip(MASKS), length


def by_shape(words: Iterable[str]) -> dict[Shape, tuple[str, ...]]:
    """Words by all shapes they have when an end of theirs is masked or not."""
    return index(
        (word, shown)
        for word in words
        for shown in itertools.product((word[0], ""), (word[-1], ""), (len(word),))
    )


def letters_at(words: Iterable[str]) -> dict[tuple[int, int, str], frozenset[str]]:
    """Words by how long they are and the letter that stands at a place in them."""
    found: dict[tuple[int, int, str], set[str]] = {}
    for word in words:
        for at, letter in enumerate(word):
            found.setdefault((len(word), at, letter), set()).add(word)
    return {place: frozenset(held) for place, held in found.items()}
