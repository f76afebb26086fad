"""What the router looks things up in, compiled once from the published answers.

Names (keywords and aliases, squeezed), known questions, typos of any word in use (by deleting a
letter on both sides), and the likeness to how people ask for each answer. No look-up grows with the
number of answers.
"""

import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rapidfuzz.distance import OSA

from smsbot.core.answers import Answer, Group
from smsbot.core.inbound.router_features import NO_VOCABULARY, Vocabulary, compile_meanings
from smsbot.core.inbound.router_likeness import Example, Likeness, compile_likeness
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze, tokens
from smsbot.core.text.words import COMMON

SMALL_TALK = "NONE"
"""The topic of texts that ask for nothing; no answer has it."""

_QUESTION, _CUE, _HINT, _NAME = 1.0, 2.0, 1.0, 6.0
"""How much an example question, a cue, a hint and a name count. Measured."""

_NEVER_REPAIRED_INTO = {Group.SAFETY, Group.RESERVED}
_TYPO_LENGTH = 5
"""Shorter words have too many neighbours to guess among."""

_Reader: TypeAlias = Callable[[str], tuple[str, ...]]
"""`tokens`, or what remembers it."""


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

    vocabulary: Vocabulary
    """What it was compiled with, so that the next one can be."""
    names: dict[str, Name]
    questions: dict[str, str]
    """The folded words of an example question, one space between -> keyword."""
    typos: dict[str, tuple[str, ...]]
    """A word less one letter -> the words it may stand for."""
    known: frozenset[str]
    """Words that are right as they are, never repaired."""
    likeness: Likeness
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


def compile_index(answers: Iterable[Answer], vocabulary: Vocabulary = NO_VOCABULARY) -> Index:
    """Compile the published answers (one per keyword and language) into look-ups."""
    answers = tuple(answers)
    read = functools.cache(tokens)
    names = _names(answers)
    spoken = {lang: _words_of(answers, lang, read) for lang in Lang}
    asked = _words(itertools.chain.from_iterable(map(_asked, answers)), read)
    meant = _words(itertools.chain.from_iterable(vocabulary.means.values()), read)
    small_talk = _words(vocabulary.small_talk, read)
    return Index(
        vocabulary=vocabulary,
        names=names,
        questions={" ".join(read(q)): a.keyword for a in answers for q in a.questions if q},
        typos=_typos(asked | meant, names),
        known=asked | meant | small_talk | COMMON | {n.lower() for n in names},
        likeness=compile_likeness(
            _examples(answers, vocabulary), compile_meanings(vocabulary), read
        ),
        spanish=spoken[Lang.ES] - spoken[Lang.EN],
        english=spoken[Lang.EN] - spoken[Lang.ES],
    )


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


def _asked(answer: Answer) -> Iterator[str]:
    """All that people might say to ask for an answer."""
    yield from answer.questions
    yield " ".join((answer.keyword, *answer.aliases))
    yield from answer.cues
    yield from answer.hints


def _examples(answers: tuple[Answer, ...], vocabulary: Vocabulary) -> Iterator[Example]:
    for answer in answers:
        topic = answer.keyword
        # STOP inside a sentence stops nothing: reserved words count as whole messages alone.
        names = () if answer.group is Group.RESERVED else (topic, *answer.aliases)
        for texts, weight in (
            (answer.questions, _QUESTION),
            (answer.cues, _CUE),
            (answer.hints, _HINT),
            (names, _NAME),
        ):
            for text in texts:
                yield Example(text=text, topic=topic, weight=weight)
    for text in vocabulary.small_talk:
        yield Example(text=text, topic=SMALL_TALK, weight=_QUESTION)


def _words_of(answers: tuple[Answer, ...], lang: Lang, read: _Reader) -> frozenset[str]:
    return _words(
        (
            text
            for answer in answers
            if answer.lang is lang
            for text in (*_asked(answer), answer.short, answer.long or "")
        ),
        read,
    )


def _words(texts: Iterable[str], read: _Reader) -> frozenset[str]:
    return frozenset(itertools.chain.from_iterable(map(read, texts)))


def _typos(vocabulary: frozenset[str], names: dict[str, Name]) -> dict[str, tuple[str, ...]]:
    barred = {n.lower() for n, name in names.items() if name.group in _NEVER_REPAIRED_INTO}
    targets = vocabulary | {n.lower() for n in names}
    typos: dict[str, list[str]] = defaultdict(list)
    for word in sorted(targets - barred):
        if len(word) >= _TYPO_LENGTH and word.isalpha() and word not in COMMON:
            for key in deletions(word):
                typos[key].append(word)
    return {key: tuple(words) for key, words in typos.items()}
