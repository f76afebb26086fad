"""Step 4 of 4: the words that go back, put together from vetted text and fixed sentences.

It never composes medical text: it joins whole answers, whole fixed sentences and keywords.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from smsbot.core.answers import Answer, Group
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure, split

PART_SEGMENTS = 2
"""Segments per message of a long answer: short enough to read, long enough for a thought."""

_PART_MARK = 6
"""Units kept free for "1/3 " in front of a part; carriers may deliver out of order."""

_MOST_SEGMENTS = 5
"""How long one reply may grow with what is added to the answer."""

MAX_CHARACTERS = 1600
"""Source: https://www.twilio.com/docs/api/errors/21617 (read 2026-11-23)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The published answers by keyword and language, and the programme's name for them."""

    by_name: dict[tuple[str, Lang], Answer]
    program: str

    def get(self, keyword: str, lang: Lang) -> Answer | None:
        """The answer in this language, else in the other: better foreign than silent."""
        return self.by_name.get((keyword, lang)) or self.by_name.get((keyword, lang.other))

    @property
    def unsigned(self) -> int:
        """How many answers still wait for a clinician's signature."""
        return sum(answer.reviewer is None for answer in self.by_name.values())

    def call_it(self, keyword: str, lang: Lang) -> str:
        """The word people of this language are told to text: in Spanish the first alias."""
        answer = self.by_name.get((keyword, lang))
        if lang is Lang.EN or answer is None or not answer.aliases:
            return keyword
        return answer.aliases[0]

    def programme_line(self, lang: Lang) -> str:
        """Who this is and how to stop: said once to everyone."""
        return PHRASES[lang].programme.replace("{program}", self.program)


def short_reply(
    answer: Answer, lang: Lang, today: date, *, offers: Iterable[str], before: str, after: str
) -> str:
    """One message: `before`, the short answer, MORE if there is more, other topics, `after`.

    What is added gives way, last first, when the message would grow past its segments; the
    answer and what stands before it never do.
    """
    phrases, said = PHRASES[lang], answer.text(today)
    # What the answer names itself need not be offered again.
    others = [name for name in offers if name not in said]
    extras = [
        phrases.more if answer.more(today) else "",
        phrases.offer.replace("{keywords}", listed(others, lang)) if others else "",
    ]
    head = join(before, said, separator="\n\n")
    text = fit(head, extras)
    return fit(text, [after], separator="\n\n")


def long_reply(answer: Answer, today: date) -> tuple[str, ...]:
    """The long answer as messages in order, each marked with its place when there are several."""
    text = answer.more(today) or answer.text(today)
    parts = split(text, PART_SEGMENTS, reserve=_PART_MARK)
    if len(parts) == 1:
        return parts
    return tuple(f"{n}/{len(parts)} {part}" for n, part in enumerate(parts, start=1))


def citations(answer: Answer, lang: Lang) -> str:
    """Title, address and date read of every source of an answer, in one message."""
    if not answer.sources:
        return PHRASES[lang].no_sources
    read = "read" if lang is Lang.EN else "leido"
    lines = [f"{s.title}: {s.url} ({read} {s.read_on.isoformat()})" for s in answer.sources]
    text = f"{answer.keyword}:"
    for line in lines:
        if len(text) + len(line) + 1 > MAX_CHARACTERS:
            break
        text = f"{text}\n{line}"
    return text


def fit(text: str, extras: Iterable[str], separator: str = " ") -> str:
    """The text with as many of the extras, in order, as fit the longest reply we send."""
    for extra in extras:
        longer = join(text, extra, separator=separator)
        if measure(longer).segments <= _MOST_SEGMENTS and len(longer) <= MAX_CHARACTERS:
            text = longer
    return text


def join(*pieces: str, separator: str = "\n") -> str:
    """The pieces that are not empty, one after the other."""
    return separator.join(piece for piece in pieces if piece)


def shows_care(answer: Answer) -> bool:
    """Whether the answer itself already carries the 988 line."""
    return answer.group is Group.SAFETY or "988" in answer.short


def listed(keywords: list[str], lang: Lang) -> str:
    """The words as one list: "A, B or C"."""
    if len(keywords) == 1:
        return keywords[0]
    last = " or " if lang is Lang.EN else " o "
    return ", ".join(keywords[:-1]) + last + keywords[-1]
