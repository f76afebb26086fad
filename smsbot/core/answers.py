"""The vetted answers: what may be said, where it comes from, who signed it and until when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smsbot.core.messages import Lang


class Group(StrEnum):
    """What kind of answer a keyword leads to."""

    CONTENT = "content"
    """Health information from the explainer."""
    SAFETY = "safety"
    """Helplines. Its names win over all others; its texts carry 988 in the first 40 characters."""
    SYSTEM = "system"
    """About the bot itself: menu, privacy, language."""
    RESERVED = "reserved"
    """STOP, START, HELP: words the law and the carriers give a meaning."""
    FALLBACK = "fallback"
    """Outside the vetted content: says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact comes from and when a person or program last read it there."""

    title: str
    url: str
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer in one language.

    `keyword` and `aliases` are squeezed: upper case A-Z and 0-9 only ("SIDEEFFECTS"). `loose`
    are those of them that are everyday words: they count as a whole message, and inside a
    sentence only together with a word of the subject. `short` fits 3 segments, `long` 8.
    """

    keyword: str
    lang: Lang
    group: Group
    aliases: tuple[str, ...]
    loose: frozenset[str]
    questions: tuple[str, ...]
    """How people ask for it, in their words."""
    short: str
    long: str | None
    claims: tuple[str, ...]
    seed: tuple[str, ...]
    sources: tuple[Source, ...]
    author: str
    reviewer: str | None
    """The clinician who signed it; None says that it still waits for a signature."""
    reviewed_on: date | None
    review_by: date
    cues: tuple[str, ...] = ()
    """Words and short phrases that, inside a text to this bot, nearly decide for this answer."""
    hints: tuple[str, ...] = ()
    """Words and short phrases that speak for this answer together with others."""
    expires_on: date | None = None
    """The last day on which `short` and `long` may be said; after it `stub` is said instead."""
    stub: str | None = None

    def text(self, today: date) -> str:
        """The short text that may be said today."""
        return self.stub if self._expired(today) and self.stub else self.short

    def more(self, today: date) -> str | None:
        """The long text that may be said today, or None."""
        return None if self._expired(today) else self.long

    def _expired(self, today: date) -> bool:
        return self.expires_on is not None and today > self.expires_on
