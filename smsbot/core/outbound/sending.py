"""A text handed to the provider, and the four ways that can end."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from smsbot.core.messages import E164, MessageSid


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One attempt to send one outbox row. `attempt` counts from 1."""

    outbox_id: int
    attempt: int
    recipient: E164
    body: str
    valid_for: timedelta = timedelta(minutes=10)
    """How long the text is worth sending (1 s to 10 h); stale health information is harm."""
    sender: str | None = None
    """The number it must leave from; None: the one that answers, or the messaging service's."""


class Failure(StrEnum):
    """Why a text was refused, as far as it matters for what to do next."""

    RECIPIENT = "recipient"
    """This number can't be reached; never sent again by itself."""
    CONTENT = "content"
    """This text is not carried; a person looks at it."""
    ACCOUNT = "account"
    """Our account, sender or its registration: nothing leaves until a person has mended it."""
    DESTINATION = "destination"
    """Our account may not text that country or kind of number; other texts are not touched."""
    CAPACITY = "capacity"
    """Too much at once, or too late; may be sent later if it is still useful."""
    UNREACHABLE_NOW = "unreachable_now"
    """A handset that was off or a carrier's hiccup; worth one more try after ten minutes."""
    POSSIBLY_SENT = "possibly_sent"
    """The carrier does not know; sending again may reach the person twice."""
    UNLISTED = "unlisted"
    """A code our table does not know: not retried, a person is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider has the text and will try. It is not delivered yet."""

    sid: MessageSid
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The provider said no, and has not sent it."""

    code: int
    failure: Failure
    reason: str
    """One sentence for staff; holds no number and no text."""
    suppress: bool = False
    """The person opted out at the provider: write that down here too."""

    @property
    def stops_sender(self) -> bool:
        """Every other text of this sender would be refused as well, until a person mends it."""
        return self.failure is Failure.ACCOUNT

    @property
    def permanent(self) -> bool:
        """The same text to the same person will be refused again."""
        return self.failure in {Failure.RECIPIENT, Failure.CONTENT, Failure.UNLISTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotProcessed:
    """Proven not to have been sent: the request was turned away unread, or never left.

    Safe to try again. `reason` is one sentence for the log.
    """

    reason: str
    throttled: bool = False
    """The provider asked us to slow down (429)."""
    in_use: int | None = None
    """How many requests of our account the provider said it was working on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody can say whether it was sent. Never resent blindly; it has to be looked up."""

    reason: str


SendResult = Accepted | Refused | NotProcessed | Unknown
