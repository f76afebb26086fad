"""A delivery receipt: what the provider says became of one text."""

from dataclasses import dataclass
from datetime import datetime

from smsbot.core.messages import MessageSid


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One status callback, after its signature held.

    Receipts come late, twice and out of order, and carry no time to sort by; the statuses they
    hold may be ones Twilio has not invented yet.
    Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
    (read 2026-11-23).
    """

    sid: MessageSid
    status: str
    """Lower case, as sent: "delivered", "undelivered", ... or a word we don't know."""
    error_code: int | None
    raw_dlr_done: str | None
    """The carrier's own time of the event, YYMMDDhhmm; with `sid`, `status` and `error_code` it
    tells two receipts from the same one sent twice."""
    outbox_id: int | None
    """The outbox row that we named in the callback's address, proven by our own mark; None when
    the provider calls back about a text that did not leave through the outbox."""
    attempt: int | None
    received_at: datetime
    """Aware UTC."""
