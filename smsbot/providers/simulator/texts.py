"""A text as the carrier holds it: Twilio's Message resource and how the webhook answered it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Which way a text goes, in Twilio's words."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_REPLY = "outbound-reply"


class Status(StrEnum):
    """Where a text is.

    Source: https://www.twilio.com/docs/messaging/api/message-resource (read 2026-11-23).
    """

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    RECEIVING = "receiving"
    RECEIVED = "received"

    @property
    def is_final(self) -> bool:
        """Nothing more will happen to the text."""
        return self in {
            Status.DELIVERED,
            Status.UNDELIVERED,
            Status.FAILED,
            Status.CANCELED,
            Status.RECEIVED,
        }


class Leg(StrEnum):
    """Which request to the bot an exchange was."""

    PRIMARY = "primary"
    REPEAT = "repeat"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request to the bot's webhook and what came back."""

    leg: Leg
    milliseconds: float
    http_status: int | None
    """None: no answer came."""
    error_code: int | None
    """Twilio's debugger code for what was wrong with the answer; None: it was used."""
    content: str
    """The answer's body as it came, TwiML or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text message. Times are aware UTC; `sender` and `recipient` are E.164 ("+1...")."""

    sid: str
    direction: Direction
    sender: str
    recipient: str
    body: str
    status: Status
    created_at: datetime
    updated_at: datetime
    listed_at: datetime | None = None
    """From when the list shows it; None: from the beginning."""
    sent_at: datetime | None = None
    error_code: int | None = None
    service_sid: str | None = None
    callback_url: str | None = None
    reply_to: str | None = None
    """The inbound text whose TwiML this was."""
    by_carrier: bool = False
    """Twilio's own opt-out, opt-in or HELP text, not the bot's."""
    exchanges: tuple[Exchange, ...] = field(default=())
    """Inbound only: every request made to the bot about it, in the order they ended."""

    @property
    def phone(self) -> str:
        """The virtual phone's number: the end of the conversation that is not the bot."""
        return self.sender if self.direction is Direction.INBOUND else self.recipient
