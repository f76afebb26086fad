"""People's texts as staff see them: a line of the inbox, a contact, one conversation.

Bodies are in here in plain, to be shown on a page and nowhere else; numbers only masked.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from smsbot.core.messages import Lang, MessageSid
from smsbot.core.outbound.history import Entry


class ReplyState(StrEnum):
    """What became of the parts of a reply that left through the outbox, to filter by."""

    WAITS = "waits"
    """Set aside, or nobody knows: a person should look."""
    NOT_REACHED = "not_reached"
    """Refused, not delivered, or too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which inbound texts are wanted; what is None limits nothing."""

    step: str | None = None
    tier: str | None = None
    """A tier's name, or "any"."""
    topic: str | None = None
    lang: str | None = None
    day: date | None = None
    """A day of UTC."""
    late: bool = False
    reply: ReplyState | None = None

    @property
    def is_set(self) -> bool:
        """Whether it limits anything."""
        return self != Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One inbound text in a list."""

    id: int
    sid: MessageSid
    contact_id: int
    sender: str
    """The number, masked."""
    body: str | None
    """None: it has expired, or no configured key opens it."""
    has_expired: bool
    media_count: int
    at: datetime
    step: str
    tier: str | None
    topic: str | None
    lang: Lang
    rule: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact as staff see one."""

    id: int
    number: str
    """Masked; empty when it has been deleted."""
    lang: Lang | None
    opted_out: bool
    care_until: datetime | None
    """Until then answers carry the 988 line and campaigns leave the person out."""
    crisis_at: datetime | None
    created_at: datetime
    seen_at: datetime

    @property
    def is_forgotten(self) -> bool:
        """Whether only the opt-out is left of them."""
        return not self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Which contacts are wanted; what is None or False limits nothing."""

    lang: str | None = None
    opted_out: bool = False
    in_care: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A text that left, or is to leave, through the outbox, with its words."""

    entry: Entry
    body: str | None
    sequence_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One inbound text and what the webhook answered at once."""

    text: Text
    document: bytes
    """The TwiML that answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One line of the consent ledger."""

    at: datetime
    change: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A stretch of what was said with one person, oldest first."""

    person: Person
    turns: tuple[Turn, ...]
    sent: tuple[Sent, ...]
    consents: tuple[Consent, ...] = field(default=())
    older: int | None = None
    """The id of a text: what came before it is the next page; None: this is the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was deleted of a person, and what stays."""

    texts: int
    sent: int
    kept_opt_out: bool
    """The opt-out stays, under the keyed index of the number, so that it is still honoured."""
    kept_consents: int
    """Lines of the consent ledger that stay as proof, without a number."""
