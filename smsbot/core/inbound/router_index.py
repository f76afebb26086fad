"""What the router looks things up in, compiled once from the published answers.

Four look-ups, none of which grows with the number of answers: names (keywords and aliases,
squeezed), cues (words and phrases that speak for an answer), typos of any of their words (by
deleting a letter on both sides), and an inverted index of how people ask for each answer.
"""

import functools
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from smsbot.core.answers import Answer, Group
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import fold, squeeze, tokens
from smsbot.core.text.stems import stem
from smsbot.core.text.words import COMMON

_NEVER_REPAIRED_INTO = {Group.SAFETY, Group.RESERVED}
LONGEST_CUE = 4
"""Words in a cue; more are cut off."""

_CUE, _HINT, _PHRASE = 0.55, 0.25, 1.15

_LETTERS_FROM = 5
_OWN_WORDS = 0.5
_UNSEEN = 0.7
_LONGEST_POSTING = 48
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")

_TYPO_LENGTH = 5
"""Shorter words have too many neighbours to guess among."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A keyword or alias, as one of the ways to call an answer."""

    keyword: str
    group: Group
    lang: Lang | None
    """The language whose file has it; None for a keyword, which is the same in all."""
    loose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The compiled look-ups. Immutable; a new one replaces it when an answer is published."""

    names: dict[str, Name]
    cues: dict[str, tuple[tuple[str, float], ...]]
    """Stems of a cue or hint, one space between -> what it speaks for, and how strongly."""
    questions: dict[str, str]
    """Folded example question -> keyword."""
    typos: dict[str, tuple[str, ...]]
    """A word less one letter -> the words it may stand for."""
    known: frozenset[str]
    """Words that are right as they are, never repaired."""
    postings: dict[str, tuple[tuple[str, float], ...]]
    """Feature -> (keyword, the feature's weight times its share of that answer's unit vector)."""
    weights: dict[str, float]
    """Feature -> how much it tells topics apart."""
    unseen: float
    """The weight of a word no question has."""
    spanish: frozenset[str]
    """Words that only the Spanish answers, and how they are asked for, have."""
    english: frozenset[str]

    def is_spanish(self, words: tuple[str, ...]) -> bool:
        """Whether a text whose everyday words don't say its language is in Spanish."""
        return not self.spanish.isdisjoint(words) and self.english.isdisjoint(words)

    def repair(self, word: str) -> str:
        """The word meant, if this one is unknown and exactly one letter away from a known one."""
        if len(word) < _TYPO_LENGTH or word in self.known or not word.isalpha():
            return word
        candidates = {c for key in deletions(word) for c in self.typos.get(key, ())}
        near = [c for c in candidates if OSA.distance(word, c, score_cutoff=1) <= 1]
        # The longest first: "ketamin" is ketamine with a letter lost, sooner than another word.
        return min(near, key=lambda c: (abs(len(c) - len(word) - 1), c)) if near else word


def compile_index(answers: Iterable[Answer]) -> Index:
    """Compile the published answers (one per keyword and language) into look-ups."""
    answers = tuple(answers)
    names = _names(answers)
    counts = _counts(answers)
    weights = _weights(counts)
    vocabulary = {word for answer in answers for text in _spoken(answer) for word in tokens(text)}
    return Index(
        names=names,
        cues=_cues(answers),
        questions={fold(q): a.keyword for a in answers for q in a.questions if q},
        typos=_typos(vocabulary, names),
        known=frozenset(vocabulary) | COMMON | {n.lower() for n in names},
        postings=_postings(counts, weights),
        weights=weights,
        unseen=max(weights.values(), default=1.0) * _UNSEEN,
        spanish=_words_of(answers, Lang.ES) - _words_of(answers, Lang.EN),
        english=_words_of(answers, Lang.EN) - _words_of(answers, Lang.ES),
    )


def features_of(words: tuple[str, ...], stem_of: Callable[[str], str] = stem) -> list[str]:
    """What a text is compared by: stems, two neighbouring stems, and four letters of long words.

    The letters keep a word comparable that is misspelt beyond repair, or bent in a way the stems
    don't know.
    """
    stems = [stem_of(word) for word in words]
    features = [*stems, *(f"{left} {right}" for left, right in itertools.pairwise(stems))]
    for word in words:
        if len(word) >= _LETTERS_FROM:
            framed = f"^{word}$"
            features += ["#" + framed[at : at + 4] for at in range(len(framed) - 3)]
    return features


def deletions(word: str) -> Iterator[str]:
    """The word itself and every way to leave one letter out."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _names(answers: tuple[Answer, ...]) -> dict[str, Name]:
    names: dict[str, Name] = {}
    for answer in answers:
        spellings = [(answer.keyword, None), *((alias, answer.lang) for alias in answer.aliases)]
        for spelling, said_in in spellings:
            known = names.get(squeeze(spelling))
            same = known if known is not None and known.keyword == answer.keyword else None
            # The same word in both languages' files tells no language, and it is an everyday
            # word if either file says so.
            names[squeeze(spelling)] = Name(
                keyword=answer.keyword,
                group=answer.group,
                lang=None if same and same.lang != said_in else said_in,
                loose=spelling in answer.loose or bool(same and same.loose),
            )
    return names


def _cues(answers: tuple[Answer, ...]) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for answer in answers:
        for cues, strength in ((answer.hints, _HINT), (answer.cues, _CUE)):
            for cue in cues:
                words = tokens(cue)[:LONGEST_CUE]
                longer = 1.0 if len(words) == 1 else _PHRASE
                key = " ".join(map(stem, words))
                found[key][answer.keyword] = strength * longer
    # A cue that several answers have says less for each of them.
    return {
        key: tuple((keyword, weight / math.sqrt(len(owners))) for keyword, weight in owners.items())
        for key, owners in found.items()
    }


def _spoken(answer: Answer) -> Iterator[str]:
    """All words people might use for an answer."""
    yield from answer.questions
    yield " ".join((answer.keyword, *answer.aliases))
    yield from answer.cues
    yield from answer.hints


def _counts(answers: tuple[Answer, ...]) -> dict[str, dict[str, float]]:
    """How often each answer has each feature: its questions whole, its own sentences in part."""
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    stem_of = functools.cache(stem)
    for answer in answers:
        of_answer = counts[answer.keyword]
        for text in _spoken(answer):
            for feature in set(features_of(tokens(text), stem_of)):
                of_answer[feature] += 1.0
        for sentence in _SENTENCE_END.split(f"{answer.short} {answer.long or ''}"):
            for feature in set(features_of(tokens(sentence), stem_of)):
                of_answer[feature] += _OWN_WORDS
    return counts


def _weights(counts: dict[str, dict[str, float]]) -> dict[str, float]:
    owners: dict[str, int] = defaultdict(int)
    for of_answer in counts.values():
        for feature in of_answer:
            owners[feature] += 1
    total = len(counts)
    return {
        feature: (math.log((total + 1) / number) + 0.05) * _share(feature)
        for feature, number in owners.items()
    }


def _share(feature: str) -> float:
    if feature.startswith("#"):
        return 0.35
    return 0.6 if " " in feature else 1.0


def _postings(
    counts: dict[str, dict[str, float]], weights: dict[str, float]
) -> dict[str, tuple[tuple[str, float], ...]]:
    postings: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for keyword, of_answer in counts.items():
        vector = {f: math.log1p(n) * weights[f] for f, n in of_answer.items()}
        norm = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        for feature, value in vector.items():
            postings[feature].append((-value / norm, keyword))
    # Cut off, a look-up costs the same with ten answers and with ten thousand: a feature that
    # more answers have tells them apart no more.
    return {
        feature: tuple(
            (keyword, weights[feature] * -share)
            for share, keyword in sorted(rows)[:_LONGEST_POSTING]
        )
        for feature, rows in postings.items()
    }


def _words_of(answers: tuple[Answer, ...], lang: Lang) -> frozenset[str]:
    texts = (
        text
        for answer in answers
        if answer.lang is lang
        for text in (*_spoken(answer), answer.short, answer.long or "")
    )
    return frozenset(word for text in texts for word in tokens(text))


def _typos(vocabulary: set[str], names: dict[str, Name]) -> dict[str, tuple[str, ...]]:
    barred = {n.lower() for n, name in names.items() if name.group in _NEVER_REPAIRED_INTO}
    targets = vocabulary | {n.lower() for n in names}
    typos: dict[str, list[str]] = defaultdict(list)
    for word in sorted(targets - barred):
        if len(word) >= _TYPO_LENGTH and word.isalpha() and word not in COMMON:
            for key in deletions(word):
                typos[key].append(word)
    return {key: tuple(words) for key, words in typos.items()}
