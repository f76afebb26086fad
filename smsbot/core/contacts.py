"""A contact: one phone number, and the little the bot remembers of it to be understood."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from smsbot.core.messages import Lang

MEMORY = timedelta(hours=24)
"""How long a conversation is remembered: MORE, a number and a follow-up work within it."""

MOST_OFFERED = 9
"""A bare number is one digit."""


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


class ConsentChange(StrEnum):
    """What a text did to the contact's consent. Kept for ever, append-only."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


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
