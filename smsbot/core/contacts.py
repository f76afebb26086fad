"""A contact: one phone number, and the little the bot remembers of it to be understood."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from smsbot.core.messages import E164, Lang

MEMORY = timedelta(hours=24)
"""How long a conversation is remembered: MORE, a number and a follow-up work within it."""

MOST_OFFERED = 9
"""A bare number is one digit."""


_FULL = len("+12025550100")


def area_code(number: E164) -> str | None:
    """The three digits after +1 of a North American number; None for any other."""
    return number[2:5] if number.startswith("+1") and len(number) == _FULL else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in an answer the contact is. `part` 0 is the short text, 1 and up the long one's."""

    keyword: str
    lang: Lang
    part: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The topics last shown to choose from, in their order: "1" is the first of them."""

    keywords: tuple[str, ...]
    """Catalogue keywords, at least one and at most MOST_OFFERED."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What people can ask to be sent, and leave again by itself.

    Keywords are 1 to 20 of A-Z and 0-9. `words_*` say what one gets and how often, as the middle of
    a sentence: "new answers, up to 2 texts a month".
    """

    keyword: str
    keyword_es: str
    name_en: str
    name_es: str
    words_en: str
    words_es: str
    retired: bool = False
    """Nobody can join it any more; who has joined it can still leave."""

    def called(self, lang: Lang) -> str:
        """The keyword that people of this language are told to text."""
        return self.keyword if lang is Lang.EN else self.keyword_es

    def name(self, lang: Lang) -> str:
        """Its name, as staff and lists show it."""
        return self.name_en if lang is Lang.EN else self.name_es

    def words(self, lang: Lang) -> str:
        """What one gets and how often."""
        return self.words_en if lang is Lang.EN else self.words_es


class ConsentChange(StrEnum):
    """What was done to a contact's consent. Kept for ever, append-only."""

    OPT_OUT = "opt_out"
    """STOP: no texts of any kind but the answer to a crisis."""
    OPT_IN = "opt_in"
    """START ends the opt-out; it joins nothing."""
    ASKED = "asked"
    """Shown what a topic brings, and asked to confirm."""
    JOINED = "joined"
    LEFT = "left"
    UNDONE = "undone"
    """An opt-out that staff recorded by mistake was taken back."""


class ConsentOrigin(StrEnum):
    """Where a line of the ledger comes from."""

    TEXT = "text"
    PROVIDER = "provider"
    """The provider told us: the person said STOP to it."""
    STAFF = "staff"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The topic a contact was asked to confirm: a bare JOIN means it until `expires_at`."""

    topic: str
    words: str
    """The exact words they were shown: what a JOIN agrees to."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What is known of the person who texts, before or after one message.

    All times are aware UTC. A new contact is `Contact()`.
    """

    lang: Lang | None = None
    """The language last answered in or asked for; None: not known yet."""
    lang_chosen: bool = False
    """The contact asked for `lang` in words; a single foreign word does not change it."""
    greeted: bool = False
    """The programme line (who this is, STOP, HELP, rates) has been sent once."""
    opted_out: bool = False
    place: Place | None = None
    offer: Offer | None = None
    care_until: datetime | None = None
    """After a crisis text: answers carry the 988 line and campaigns skip the contact."""
    crisis_at: datetime | None = None
    """When the last crisis reply went out; a repeat soon after gets the shorter text."""
    source_code: str | None = None
    """The entry code of the poster or card that first brought them here."""
    first_keyword: str | None = None
    """The answer that their very first text asked for by its keyword; never a help line."""
    asked: Asked | None = None
    joined: frozenset[str] = frozenset()
    """Topics joined; only looked up for a text that speaks of joining or leaving."""
