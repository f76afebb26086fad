"""Messages that arrive and the words used for them everywhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

E164 = NewType("E164", str)
"""A phone number as "+" and 7 to 15 digits, or a 3 to 6 digit short code. Never logged."""

MessageSid = NewType("MessageSid", str)
"""The provider's id of one message: "SM" or "MM" and 32 hex digits."""


class Lang(StrEnum):
    """A language the bot answers in."""

    EN = "en"
    ES = "es"

    @property
    def other(self) -> "Lang":
        """The one that is not this one."""
        return Lang.ES if self is Lang.EN else Lang.EN


class OptOutType(StrEnum):
    """What Twilio's Advanced Opt-Out says it has already answered itself.

    Source: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out (read 2026-11-23).
    """

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One text that reached our number, as the provider signed it.

    `body` holds at most 1,600 characters, without NUL or lone surrogates; it may be empty (a
    picture without text). `received_at` is aware UTC.
    """

    sid: MessageSid
    sender: E164
    recipient: E164
    body: str
    received_at: datetime
    media_count: int = 0
    opt_out_type: OptOutType | None = None
    is_fallback: bool = False
    """The provider calls again because its first request failed (it sent ErrorCode)."""
    recent: tuple[str, ...] = ()
    """The sender's texts of the last minute, oldest first, at most 3: known on a best effort."""
