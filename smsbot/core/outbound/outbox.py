"""The outbox: the states a text that leaves goes through, and which moves are legal.

QUEUED -> CLAIMED -> SENDING -> ACCEPTED -> SENT -> DELIVERED, with the ways off that path. An
ambiguous send becomes UNKNOWN and is never blindly sent again: the provider has no idempotency
key. Source: https://www.twilio.com/docs/api/errors/20500 (read 2026-11-23).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from smsbot.core.messages import E164, MessageSid


class State(StrEnum):
    """Where a text that leaves is."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    HUMAN = "human"
    PARKED = "parked"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELED = "canceled"


_AFTER_ACCEPTED = {State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED}
# The provider's own word that it has a text beats what we believe of it: a text sent again, given
# up or taken back after a silent attempt may turn out to have left with that attempt. Receipts
# and staff who link a SID make these moves, and only for a row that has been attempted.
_PROVEN_SENT = {State.ACCEPTED} | _AFTER_ACCEPTED

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset(
        {State.CLAIMED, State.SUPPRESSED, State.EXPIRED, State.CANCELED} | _PROVEN_SENT
    ),
    State.CLAIMED: frozenset(
        # To a person: a row that can't be opened, or that ends every worker which takes it.
        {
            State.QUEUED,
            State.SENDING,
            State.SUPPRESSED,
            State.EXPIRED,
            State.CANCELED,
            State.HUMAN,
        }
        | _PROVEN_SENT
    ),
    State.SENDING: frozenset(
        {State.ACCEPTED, State.QUEUED, State.FAILED, State.PARKED, State.UNKNOWN} | _AFTER_ACCEPTED
    ),
    # EXPIRED: the reconciler found nothing at the provider, and by now it is too late to send.
    State.UNKNOWN: frozenset({State.QUEUED, State.HUMAN, State.EXPIRED} | _PROVEN_SENT),
    State.HUMAN: frozenset({State.QUEUED, State.CANCELED} | _PROVEN_SENT),
    State.PARKED: frozenset({State.QUEUED, State.EXPIRED, State.CANCELED} | _PROVEN_SENT),
    # CANCELED: a scheduled text that was taken back at the provider.
    State.ACCEPTED: frozenset({State.CANCELED} | _AFTER_ACCEPTED),
    State.SENT: frozenset({State.DELIVERED, State.UNDELIVERED, State.FAILED}),
    State.DELIVERED: frozenset(),
    State.UNDELIVERED: frozenset(),
    State.FAILED: frozenset(),
    State.SUPPRESSED: frozenset(_PROVEN_SENT),
    State.EXPIRED: frozenset(_PROVEN_SENT),
    State.CANCELED: frozenset(_PROVEN_SENT),
}
"""From each state, the states it may move to. Every move in the database names both ends."""

HOLDS_BACK = frozenset(
    {State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN, State.HUMAN, State.PARKED}
)
"""A part in one of these keeps the later parts of its sequence waiting."""


class Lane(IntEnum):
    """Who goes first; lower leaves sooner."""

    CRISIS = 0
    REPLY = 10
    STAFF = 20
    CAMPAIGN = 30


LEASE = timedelta(seconds=60)
"""How long a claimed row belongs to one worker. Longer than the total deadline of a send (25 s)."""

REPLY_LIFE = timedelta(minutes=45)
"""A health answer later than this is not sent: it would answer a question long gone.

Longer than the last look for a text nobody is sure of (30 minutes), so that one without a trace can
still be sent again.
"""

REPLY_VALIDITY = timedelta(minutes=15)
"""How long the provider may keep trying to hand over anything but a campaign's text."""

PART_PATIENCE = timedelta(seconds=30)
"""How long the next part of a long answer waits for the receipt of the one before it."""

LOOK_AFTER_UNKNOWN = timedelta(seconds=15)
LOOK_AFTER_ACCEPTED = timedelta(minutes=5)
"""When the reconciler first looks at a text nobody is sure of, and at one that stays silent."""

MOST_ATTEMPTS = 5

MOST_DEATHS = 5
"""So many workers may die with a text in hand, then a person looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutgoing:
    """A text to be queued in the transaction of what caused it.

    `dedupe_key` is unique for ever: "reply:{MessageSid}:{part}". Parts of one `sequence_key`
    leave in the order of `part`, from 1.
    """

    dedupe_key: str
    sequence_key: str
    part: int
    lane: Lane
    contact_id: int
    sender: str
    recipient: E164
    body: str
    segments: int
    due_at: datetime
    expires_at: datetime
    consent_id: int | None = None
    """The line of the consent ledger that a campaign's text rests on; no other has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much of one sender's outbox a worker has room for at the moment."""

    sender: str
    rows: int
    campaign_rows: int
    """Of those, at most so many may be a campaign's."""
    segments: int
    """Slots there are: the last text to be claimed begins within them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A text this worker may send until its lease runs out; `token` fences off all others."""

    id: int
    token: str
    version: int
    attempts: int
    """Attempts made before this one."""
    lane: Lane
    contact_id: int
    sender: str
    recipient: E164
    body: str
    segments: int
    expires_at: datetime

    @property
    def attempt(self) -> int:
        """The number of the attempt that follows, from 1."""
        return self.attempts + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one attempt: the state the row moves to, and what the provider said."""

    state: State
    label: str
    sid: MessageSid | None = None
    http_status: int | None = None
    error_code: int | None = None
    retry_at: datetime | None = None
    opts_out: bool = False


def retry_at(now: datetime, attempts: int) -> datetime:
    """When a text that provably was not processed is tried again: 1 s, doubling, at most 60 s."""
    return now + timedelta(seconds=min(2 ** max(attempts - 1, 0), 60))


def valid_for(lane: Lane, left: timedelta) -> timedelta:
    """How long the provider may keep trying with a text that expires after `left`; 1 s at least."""
    longest = left if lane is Lane.CAMPAIGN else min(left, REPLY_VALIDITY)
    return max(longest, timedelta(seconds=1))
