"""Step 2 of 4, second half: joining and leaving topics, with a confirmation in between.

It never sees a text before the crisis screen and STOP, START and HELP have, nor one of somebody
who has opted out. Nobody in care after a crisis is signed up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from smsbot.core.contacts import Asked, ConsentChange, Contact, Topic
from smsbot.core.inbound.decision import TopicChange
from smsbot.core.inbound.joining_words import (
    END,
    FILLERS,
    JOIN,
    LEAVE,
    MOST_WORDS,
    SENTENCES,
    Sentences,
)
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import tokens

CONFIRM_WITHIN = timedelta(hours=24)
"""How long a bare JOIN means the topic last asked about."""


class Kind(StrEnum):
    """What is wished."""

    JOIN = "join"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A wish to join or leave; without a topic it is the bare word."""

    kind: Kind
    topic: Topic | None
    lang: Lang | None
    """The language of the words used; None when they don't say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said to a wish, what it changed, and the contact afterwards."""

    rule: str
    text: str
    lang: Lang
    contact: Contact
    changes: tuple[TopicChange, ...] = ()


def read(body: str, topics: Iterable[Topic]) -> Wish | None:
    """The wish in a text, or None. Only whole messages are read: "JOIN NEWS", "news", "JOIN".

    Of a retired topic only a wish that names it with a verb is one: who joined it can leave.
    """
    words = tokens(body)
    if not 0 < len(words) <= MOST_WORDS:
        return None
    by_word = {}
    for topic in topics:
        by_word[topic.keyword_es.lower()] = (topic, Lang.ES)
        by_word[topic.keyword.lower()] = (topic, Lang.EN)
    if not by_word:
        return None
    verb, *rest = words
    if len(words) == 1 and verb in by_word:
        topic, said_in = by_word[verb]
        if topic.retired:
            return None
        return Wish(kind=Kind.JOIN, topic=topic, lang=said_in if said_in is Lang.ES else None)
    named = [word for word in rest if word not in FILLERS]
    if not rest and (verb in JOIN or verb in LEAVE):
        return _wish(verb, None, None)
    if len(named) == 1 and named[0] in by_word and (verb in JOIN or verb in LEAVE or verb in END):
        topic, said_in = by_word[named[0]]
        return _wish(verb, topic, said_in)
    return None


def _wish(verb: str, topic: Topic | None, said_in: Lang | None) -> Wish:
    kind = Kind.JOIN if verb in JOIN else Kind.LEAVE
    verb_lang = {**END, **LEAVE, **JOIN}[verb]
    # JOIN and NEWS are words that Spanish texters copy from a poster; UNIRME says what they speak.
    is_spanish = said_in is Lang.ES or (verb_lang is Lang.ES and verb != "no")
    return Wish(kind=kind, topic=topic, lang=Lang.ES if is_spanish else None)


def answer(
    wish: Wish, contact: Contact, topics: tuple[Topic, ...], program: str, now: datetime
) -> Said:
    """What is said to a wish, and what it changes. `contact.joined` must have been looked up."""
    lang = wish.lang or contact.lang or Lang.EN
    speaker = _Speaker(contact=contact, topics=topics, program=program, lang=lang, now=now)
    return speaker.join(wish.topic) if wish.kind is Kind.JOIN else speaker.leave(wish.topic)


def shown(topic: Topic, lang: Lang, program: str) -> tuple[str, str, str]:
    """What is said of a topic: to who asks to join, who has joined, and who asks again."""
    sentences = SENTENCES[lang]
    said = (sentences.ask, sentences.joined, sentences.already)
    asked, joined, already = (_fill(one, topic, lang, program) for one in said)
    return asked, joined, already


def _fill(sentence: str, topic: Topic, lang: Lang, program: str) -> str:
    return (
        sentence.replace("{topic}", topic.called(lang))
        .replace("{words}", topic.words(lang))
        .replace("{program}", program)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speaker:
    contact: Contact
    topics: tuple[Topic, ...]
    program: str
    lang: Lang
    now: datetime

    @property
    def sentences(self) -> Sentences:
        return SENTENCES[self.lang]

    @property
    def in_care(self) -> bool:
        until = self.contact.care_until
        return until is not None and until > self.now

    @property
    def joinable(self) -> tuple[Topic, ...]:
        return tuple(one for one in self.topics if not one.retired)

    def join(self, topic: Topic | None) -> Said:
        if self.in_care:
            return self._said("join.in_care", self.sentences.in_care)
        if topic is not None and topic.retired:
            return self._choose()
        asked = self.contact.asked
        if topic is None:
            by_keyword = {one.keyword: one for one in self.joinable}
            topic = by_keyword.get(asked.topic) if asked is not None else None
            if topic is None or asked is None:
                return self._choose()
            if asked.expires_at > self.now:
                return self._joined(topic, asked)
        if topic.keyword in self.contact.joined:
            return self._said("join.already", self._filled(self.sentences.already, topic))
        return self._ask(topic)

    def leave(self, topic: Topic | None) -> Said:
        if topic is not None:
            leaving = [topic]
            text = self._filled(self.sentences.left, topic)
        else:
            leaving = [one for one in self.topics if one.keyword in self.contact.joined]
            names = ", ".join(one.called(self.lang) for one in leaving)
            text = self.sentences.left_all.replace("{topic}", names)
        if not leaving:
            return self._said("leave.nothing", self.sentences.on_no_list)
        changes = tuple(
            TopicChange(change=ConsentChange.LEFT, topic=one.keyword, words=text) for one in leaving
        )
        return self._said("leave", text, changes=changes)

    def _ask(self, topic: Topic) -> Said:
        text = self._filled(self.sentences.ask, topic)
        change = TopicChange(change=ConsentChange.ASKED, topic=topic.keyword, words=text)
        asked = Asked(topic=topic.keyword, words=text, expires_at=self.now + CONFIRM_WITHIN)
        return self._said("join.ask", text, changes=(change,), asked=asked)

    def _joined(self, topic: Topic, asked: Asked) -> Said:
        # What they agree to is what they were shown, even where it reads otherwise by now.
        change = TopicChange(change=ConsentChange.JOINED, topic=topic.keyword, words=asked.words)
        text = self._filled(self.sentences.joined, topic)
        return self._said("join.confirm", text, changes=(change,))

    def _choose(self) -> Said:
        if not self.joinable:
            return self._said("join.nothing", self.sentences.nothing_to_join)
        names = [one.called(self.lang) for one in self.joinable]
        last = " or " if self.lang is Lang.EN else " o "
        choices = last.join(", ".join(part) for part in (names[:-1], names[-1:]) if part)
        text = self.sentences.choose.replace("{choices}", choices)
        return self._said("join.which", text.replace("{topic}", names[0]))

    def _filled(self, sentence: str, topic: Topic) -> str:
        return _fill(sentence, topic, self.lang, self.program)

    def _said(
        self,
        rule: str,
        text: str,
        changes: tuple[TopicChange, ...] = (),
        asked: Asked | None = None,
    ) -> Said:
        if self.in_care and "988" not in text:
            text = f"{text}\n\n{self.sentences.care_line}"
        contact = replace(
            self.contact,
            lang=self.contact.lang or self.lang,
            greeted=True,
            # The next number picks nothing: these replies number nothing.
            offer=None,
            asked=asked,
        )
        return Said(rule=rule, text=text, lang=self.lang, contact=contact, changes=changes)
