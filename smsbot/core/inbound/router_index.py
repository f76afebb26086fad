"""What the router looks things up in, compiled once from the published answers.

Names (keywords and aliases, squeezed), known questions, slips of any word in use, and the likeness
to how people ask for each answer. No look-up grows with the number of answers, and when one answer
changes only that one is compiled again.
"""

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from smsbot.core.answers import Answer, Group
from smsbot.core.inbound.router_counts import SMALL_TALK, Counted, Example, Reader, count
from smsbot.core.inbound.router_features import (
    NO_VOCABULARY,
    Meanings,
    Vocabulary,
    compile_meanings,
)
from smsbot.core.inbound.router_likeness import Likeness, exchanged, join
from smsbot.core.inbound.router_slips import Slips, compile_slips
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze, tokens
from smsbot.core.text.words import COMMON

_QUESTION, _CUE, _HINT, _NAME = 1.0, 2.0, 1.0, 6.0
"""How much an example question, a cue, a hint and a name count. Measured."""

_NOT_REPAIRED_INTO = {Group.SAFETY, Group.RESERVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A keyword or alias, as one of the ways to call an answer."""

    keyword: str
    group: Group
    lang: Lang | None
    """The language whose file has it; None for a keyword, which is the same in all."""
    loose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """One answer by itself, compiled: kept from index to index while the answer is the same."""

    answer: Answer
    questions: tuple[str, ...]
    """Its example questions in folded words, one space between."""
    asked: frozenset[str]
    """The words in which people ask for it."""
    spoken: frozenset[str]
    """These, and the words of its texts."""
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the vocabulary and small talk give to every index."""

    meanings: Meanings
    meant: frozenset[str]
    small_talk: frozenset[str]
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The compiled look-ups. Immutable; a new one replaces it when an answer is published."""

    vocabulary: Vocabulary
    """What it was compiled with, so that the next one can be."""
    names: dict[str, Name]
    questions: dict[str, str]
    """The folded words of an example question, one space between -> keyword."""
    slips: Slips
    known: frozenset[str]
    """Words that are right as they are, never repaired."""
    likeness: Likeness
    spanish: frozenset[str]
    """Words that only the Spanish answers, and how they are asked for, have."""
    english: frozenset[str]
    compiled: Mapping[tuple[str, Lang], Compiled]
    words: Words

    def is_spanish(self, words: tuple[str, ...]) -> bool:
        """Whether a text whose everyday words don't say its language is in Spanish."""
        return not self.spanish.isdisjoint(words) and self.english.isdisjoint(words)

    def repair(self, word: str) -> str:
        """The word meant, if this one is unknown and one slip away from a known one."""
        return word if word in self.known else self.slips.meant(word)


def compile_index(
    answers: Iterable[Answer],
    vocabulary: Vocabulary = NO_VOCABULARY,
    before: Index | None = None,
) -> Index:
    """Compile the published answers (one per keyword and language) into look-ups.

    What `before` has compiled of answers that are still the same is taken from there.
    """
    answers = tuple(answers)
    if before is not None and before.vocabulary != vocabulary:
        before = None
    words = before.words if before else _compile_words(vocabulary)
    compiled = _compile_each(answers, words.meanings, before.compiled if before else {})
    each = tuple(compiled.values())
    names = _names(answers)
    spoken = {lang: _union(one.spoken for one in each if one.answer.lang is lang) for lang in Lang}
    asked = _union(one.asked for one in each)
    called = {name.lower() for name in names}
    barred = frozenset(n.lower() for n, name in names.items() if name.group in _NOT_REPAIRED_INTO)
    return Index(
        vocabulary=vocabulary,
        names=names,
        questions={question: one.answer.keyword for one in each for question in one.questions},
        slips=compile_slips(asked | words.meant | called, barred, before.slips if before else None),
        known=asked | words.meant | words.small_talk | COMMON | called,
        likeness=_likeness(compiled, words, before),
        spanish=spoken[Lang.ES] - spoken[Lang.EN],
        english=spoken[Lang.EN] - spoken[Lang.ES],
        compiled=compiled,
        words=words,
    )


def _compile_words(vocabulary: Vocabulary) -> Words:
    meanings = compile_meanings(vocabulary)
    read = functools.cache(tokens)
    talk = (Example(text=t, topic=SMALL_TALK, weight=_QUESTION) for t in vocabulary.small_talk)
    return Words(
        meanings=meanings,
        meant=_words(itertools.chain.from_iterable(vocabulary.means.values()), read),
        small_talk=_words(vocabulary.small_talk, read),
        counted=count(SMALL_TALK, talk, meanings, read),
    )


def _compile_each(
    answers: tuple[Answer, ...], meanings: Meanings, before: Mapping[tuple[str, Lang], Compiled]
) -> dict[tuple[str, Lang], Compiled]:
    compiled = {}
    for answer in answers:
        name = answer.keyword, answer.lang
        known = before.get(name)
        same = known is not None and known.answer == answer
        compiled[name] = known if known and same else _compile_one(answer, meanings)
    return compiled


def _compile_one(answer: Answer, meanings: Meanings) -> Compiled:
    read = functools.cache(tokens)
    asked = _words(_asked(answer), read)
    return Compiled(
        answer=answer,
        questions=tuple(" ".join(read(question)) for question in answer.questions if question),
        asked=asked,
        spoken=asked | _words((answer.short, answer.long or ""), read),
        counted=count(answer.keyword, _examples(answer), meanings, read),
    )


def _likeness(
    compiled: Mapping[tuple[str, Lang], Compiled], words: Words, before: Index | None
) -> Likeness:
    if before is None:
        return join([*(one.counted for one in compiled.values()), words.counted], words.meanings)
    was = before.compiled
    gone = [one.counted for name, one in was.items() if compiled.get(name) is not one]
    new = [one.counted for name, one in compiled.items() if was.get(name) is not one]
    return exchanged(before.likeness, gone, new)


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


def _examples(answer: Answer) -> Iterator[Example]:
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


def _words(texts: Iterable[str], read: Reader) -> frozenset[str]:
    return frozenset(itertools.chain.from_iterable(map(read, texts)))


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
