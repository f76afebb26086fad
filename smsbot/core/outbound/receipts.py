"""A delivery receipt: what the provider says became of one text, and where that moves it.

Receipts come late, twice and out of order, and carry no time to sort by. So only upward moves
count, and of two final reports the first stays; the other is kept, and flagged.
Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
(read 2026-11-23).
"""

from dataclasses import dataclass, field
from datetime import datetime

from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.outbox import MOVES, State

_SAID = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.CANCELED,
}

BEFORE_ACCEPTED = frozenset(
    {
        State.QUEUED,
        State.CLAIMED,
        State.SENDING,
        State.UNKNOWN,
        State.HUMAN,
        State.PARKED,
        State.EXPIRED,
        State.SUPPRESSED,
        State.CANCELED,
    }
)
"""As far as we know, the provider does not have a text in one of these."""

FINAL_REPORTS = frozenset({State.DELIVERED, State.UNDELIVERED, State.FAILED})
"""Where a receipt may end a text. Two of them about one text can't both be true."""

OPTED_OUT = 21610
"""The provider blocks every text from this sender to this person: they said STOP to it.

Source: https://www.twilio.com/docs/api/errors/21610 (read 2026-11-23).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One status callback, after its signature held. It may hold a status we have never heard."""

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
    recipient: E164 | None = field(default=None, repr=False)
    """Whom the text was for; only needed where no row is known. Never stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What one report does to a text: where it moves it, and whether it contradicts another."""

    to: State | None = None
    conflict: bool = False


def settle(held: State, status: str) -> Settled:
    """Where a text in state `held` goes when the provider says `status` of it.

    A status nobody has heard of still proves that the provider has the text, and no more.
    """
    said = _SAID.get(status, State.ACCEPTED)
    if said is State.CANCELED:
        # Taken back at the provider before it was sent; what we took back here stands anyway.
        return Settled(to=said if held is State.ACCEPTED else None)
    if said in MOVES[held]:
        return Settled(to=said)
    is_conflict = held in FINAL_REPORTS and said in FINAL_REPORTS and held is not said
    return Settled(conflict=is_conflict)
