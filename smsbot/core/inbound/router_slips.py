"""Words with a slip: which known word was meant. Part of step 3.

A word less any one letter is looked up among all known words less any one letter, so that no
look-up grows with their number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from smsbot.core.text.words import COMMON

SHORTEST = 5
"""Letters; shorter words have too many neighbours to guess among."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slips:
    """The words that one with a slip may be repaired into."""

    words: frozenset[str]
    typos: Mapping[str, list[str]]
    """A word less one letter -> the words it may stand for."""

    def meant(self, word: str) -> str:
        """The word meant, if exactly one slip away from a known one; else the word itself."""
        if len(word) < SHORTEST or not word.isalpha():
            return word
        candidates = {c for key in deletions(word) for c in self.typos.get(key, ())}
        near = [c for c in candidates if OSA.distance(word, c, score_cutoff=1) <= 1]
        # The longest first: "ketamin" is ketamine with a letter lost, sooner than another word.
        return min(near, key=lambda c: (abs(len(c) - len(word) - 1), c)) if near else word


def compile_slips(known: Iterable[str], barred: frozenset[str], before: Slips | None) -> Slips:
    """What slips may be repaired into: known words that are long enough and not `barred`.

    What `before` has is taken from there.
    """
    words = frozenset(word for word in known if len(word) >= SHORTEST and word.isalpha()) - (
        barred | COMMON
    )
    if before is None:
        return Slips(words=words, typos=_typos(words))
    if before.words == words:
        return before
    typos = dict(before.typos)
    _each(before.words - words, lambda key, word: _take(typos, key, word))
    _each(words - before.words, lambda key, word: _put(typos, key, word))
    return Slips(words=words, typos=typos)


def deletions(word: str) -> Iterator[str]:
    """The word itself and every way to leave one letter out."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _typos(words: frozenset[str]) -> dict[str, list[str]]:
    typos: dict[str, list[str]] = defaultdict(list)
    for word in words:
        typos[word].append(word)
        for at in range(len(word)):
            typos[word[:at] + word[at + 1 :]].append(word)
    return dict(typos)


def _each(words: Iterable[str], do: Callable[[str, str], None]) -> None:
    for word in words:
        for key in deletions(word):
            do(key, word)


def _take(typos: dict[str, list[str]], key: str, word: str) -> None:
    rest = list(typos.pop(key, ()))
    if word in rest:
        rest.remove(word)
    if rest:
        typos[key] = rest


def _put(typos: dict[str, list[str]], key: str, word: str) -> None:
    typos[key] = [*typos.get(key, ()), word]
