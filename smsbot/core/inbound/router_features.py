"""What a text is compared by: its words, neighbouring words, their letters and their meanings.

Part of step 3. The meanings are data that staff keep: "lozenge", "troche" and "pastilla" are one
thing to somebody who texts this number, and so a text with one of them is like a question with
another, in either language.
"""

import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from smsbot.core.text.normalise import tokens
from smsbot.core.text.stems import stem

LONGEST_PHRASE = 4
"""Words in a phrase with a meaning; more are cut off."""

WORD, PAIR, LETTERS, MEANING, MEANINGS = 0.8, 1.5, 0.35, 1.0, 0.7
"""How much each kind of feature counts: a word, two neighbouring words, four letters of a word, a
meaning, two neighbouring meanings. Measured by leaving questions out."""

_LETTERS_FROM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What staff know about words, apart from any one answer."""

    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A meaning's name -> the words and short phrases that have it, in both languages."""
    subject: frozenset[str] = frozenset()
    """Meanings of which one alone says that a text is about what this number knows of."""
    small_talk: tuple[str, ...] = ()
    """Texts that ask for nothing this number knows of. No answer may be claimed for them."""


NO_VOCABULARY = Vocabulary()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """The vocabulary as it is looked up."""

    phrases: Mapping[str, tuple[str, ...]]
    """The stems of a phrase, one space between -> the meanings it has."""
    longest: Mapping[str, int]
    """The first stem of phrases -> how many the longest of them has. Most words begin none."""


def compile_meanings(vocabulary: Vocabulary) -> Meanings:
    """The vocabulary as it is looked up."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    longest: dict[str, int] = defaultdict(int)
    stem_of = functools.cache(stem)
    for meaning, phrases in vocabulary.means.items():
        for phrase in phrases:
            stems = [stem_of(word) for word in tokens(phrase)[:LONGEST_PHRASE]]
            if stems:
                found[" ".join(stems)][meaning] = None
                longest[stems[0]] = max(longest[stems[0]], len(stems))
    return Meanings(
        phrases={phrase: tuple(meanings) for phrase, meanings in found.items()},
        longest=dict(longest),
    )


def features(
    words: tuple[str, ...], meanings: Meanings, stem_of: Callable[[str], str] = stem
) -> list[str]:
    """Stems, neighbouring stems, meanings and neighbouring meanings of a run of folded words.

    With repeats. A caller with many texts brings a `stem_of` that remembers.
    """
    stems = [stem_of(word) for word in words]
    found = [*stems, *map(" ".join, itertools.pairwise(stems))]
    if not meanings.phrases:
        return found
    said = _said(stems, meanings)
    for group in said:
        found += ["@" + meaning for meaning in group]
    for left, right in itertools.pairwise(said):
        found += [f"@{min(a, b)}@{max(a, b)}" for a in left for b in right if a != b]
    return found


def letters(word: str) -> tuple[str, ...]:
    """Every four letters of a word, its ends marked.

    They keep a word comparable that is misspelt beyond repair, or bent in a way the stems don't
    know.
    """
    if len(word) < _LETTERS_FROM:
        return ()
    framed = f"^{word}$"
    return tuple("#" + framed[at : at + 4] for at in range(len(framed) - 3))


def share(feature: str) -> float:
    """How much a feature of this kind counts."""
    if feature[0] == "#":
        return LETTERS
    if feature[0] == "@":
        return MEANING if is_meaning(feature) else MEANINGS
    return PAIR if " " in feature else WORD


def is_word(feature: str) -> bool:
    """Whether the feature is a single word."""
    return feature[0] not in "#@" and " " not in feature


def is_meaning(feature: str) -> bool:
    """Whether the feature is a single meaning."""
    return feature[0] == "@" and "@" not in feature[1:]


def _said(stems: list[str], meanings: Meanings) -> list[tuple[str, ...]]:
    """The meanings in the order they are said; of overlapping phrases the longest counts."""
    found: list[tuple[str, ...]] = []
    at = 0
    while at < len(stems):
        step = 1
        for length in range(meanings.longest.get(stems[at], 0), 0, -1):
            meant = meanings.phrases.get(" ".join(stems[at : at + length]))
            if meant is not None:
                found.append(meant)
                step = min(length, len(stems) - at)
                break
        at += step
    return found
