"""Texts as the provider lists them, and which of them an attempt of ours can be."""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smsbot.core.messages import E164, MessageSid

EARLIEST = timedelta(seconds=30)
LATEST = timedelta(seconds=120)
"""How far from the start of an attempt the provider may have made its text: clocks differ, and a
request may wait. Longer than the total deadline of a send."""

BY_API = "outbound-api"
BY_REPLY = "outbound-reply"
INBOUND = "inbound"

# What Twilio puts before every text of a trial account, and the signs that it makes plain.
_TRIAL = re.compile(r"^Sent from your Twilio trial account - ")
_PLAIN = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u00a0", "''\"\"-- ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One text as the provider's list shows it. Times are aware UTC."""

    sid: MessageSid
    direction: str
    """"inbound", "outbound-api" or "outbound-reply"."""
    sender: E164 = field(repr=False)
    recipient: E164 = field(repr=False)
    body: str = field(repr=False)
    status: str
    error_code: int | None
    created_at: datetime
    media_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page or more of the provider's list, the newest first."""

    texts: tuple[Listed, ...]
    provider_time: datetime
    """The provider's clock when it answered: times in the list are of that clock."""
    complete: bool = True
    """False: there was more than we read, and it may concern us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The provider could not be asked; `reason` is one sentence without a number in it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """The provider answered that it has no text with that SID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: texts made while our unanswered attempts were under way."""

    first_began: datetime
    last_began: datetime
    taken: AbstractSet[MessageSid]
    """SIDs that are known to be other texts: they match nothing any more."""


def candidates(wanted: Wanted, listing: Listing, now: datetime) -> tuple[Listed, ...]:
    """The texts made through the API at the time of our attempts, whatever they say.

    The window is laid on the provider's clock, and on ours too where the two differ: a clock that
    was turned between the attempt and the look must not hide the text.
    """
    skew = listing.provider_time - now
    nothing = timedelta()
    start = wanted.first_began - EARLIEST + min(skew, nothing)
    end = wanted.last_began + LATEST + max(skew, nothing)
    return tuple(
        text
        for text in listing.texts
        if text.direction == BY_API
        and start <= text.created_at <= end
        and text.sid not in wanted.taken
    )


def same_text(one: str, other: str) -> bool:
    """Whether two bodies are the same text, as far as a provider may rewrite one on its way."""
    return _plain(one) == _plain(other)


def _plain(body: str) -> str:
    whole = unicodedata.normalize("NFKC", _TRIAL.sub("", body)).translate(_PLAIN)
    return " ".join(whole.split())
