"""A text leaves: what the provider's answer means for it, and what is swept up behind the pumps.

Nothing ambiguous is ever sent again from here: Twilio's POST has no idempotency key.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import assert_never

from smsbot.core.outbound.circuit import Circuit
from smsbot.core.outbound.outbox import MOST_ATTEMPTS, Outcome, State, retry_at
from smsbot.core.outbound.sending import (
    Accepted,
    Failure,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.db import attempts, outbox, senders
from smsbot.db.store import Store, Transaction
from smsbot.failpoints import reach

Send = Callable[[Outgoing], Awaitable[SendResult]]
"""Tries once, never raises, ends within 25 s."""

_MOST_AT_ONCE = 1_000
"""Rows one sweep moves of each kind; the next one comes in two seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumped:
    """What one pump did with a sender's texts."""

    accepted: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    parked: int = 0
    """Refused for our account's sake: they wait until its circuit closes, or expire."""

    @classmethod
    def of(cls, tally: Mapping[State, int]) -> "Pumped":
        """From how often a text moved to each state."""
        return cls(
            accepted=tally.get(State.ACCEPTED, 0),
            retried=tally.get(State.QUEUED, 0),
            failed=tally.get(State.FAILED, 0),
            unknown=tally.get(State.UNKNOWN, 0),
            parked=tally.get(State.PARKED, 0),
        )

    @classmethod
    def total(cls, some: "Iterable[Pumped]") -> "Pumped":
        """What several pumps did together."""
        sums: Counter[str] = Counter()
        for one in some:
            sums.update(asdict(one))
        return cls(**sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep did."""

    back: int = 0
    """Claimed by a worker that died; they may leave again."""
    unknown: int = 0
    """Begun by a worker that died; they may have left."""
    expired: int = 0
    unparked: int = 0
    """Held back for our account's sake; it is mended."""


def sweep(store: Store, clock: Callable[[Transaction], datetime]) -> Swept:
    """Take back the rows of dead workers, drop what nobody wants any more, free what was parked.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        now = clock(tx)
        back, unknown = attempts.release_expired(tx, now)
        expired = outbox.expire(tx, _MOST_AT_ONCE, now)
        closed = [one.address for one in senders.every(tx) if one.circuit is Circuit.CLOSED]
        unparked = sum(outbox.unpark(tx, one, _MOST_AT_ONCE, now) for one in closed)
        reach("sweep.before_commit")
    reach("sweep.after_commit")
    return Swept(back=back, unknown=unknown, expired=expired, unparked=unparked)


def wait_for_a_pump(store: Store, clock: Callable[[Transaction], datetime]) -> bool:
    """Whether a number of ours has texts that are due, or parked and to be tried, and no pump.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        now = clock(tx)
        known = {one.address: one for one in senders.every(tx)}
        waiting = {one for one in senders.with_queued(tx) if outbox.oldest_due(tx, now, one)}
        waiting |= {one.address for one in known.values() if outbox.has_parked(tx, one.address)}
        return any(one not in known or known[one].is_free(now) for one in waiting)


def judge(result: SendResult, attempts: int, now: datetime) -> Outcome:
    """What the provider's answer means for the row. Pure; the whole retry policy is here."""
    match result:
        case Accepted():
            return Outcome(state=State.ACCEPTED, label="accepted", sid=result.sid)
        case NotProcessed():
            # Provably never processed: safe to try again, until the text itself expires.
            return Outcome(
                state=State.QUEUED, label="not_processed", retry_at=retry_at(now, attempts)
            )
        case Unknown():
            return Outcome(state=State.UNKNOWN, label="unknown")
        case Refused() if result.stops_sender:
            return Outcome(state=State.PARKED, label="account", error_code=result.code)
        case Refused(failure=Failure.CAPACITY) if attempts < MOST_ATTEMPTS:
            return Outcome(
                state=State.QUEUED,
                label="capacity",
                error_code=result.code,
                retry_at=retry_at(now, attempts + 3),
            )
        case Refused():
            return Outcome(
                state=State.FAILED,
                label="refused",
                error_code=result.code,
                opts_out=result.suppress,
            )
        case _:
            assert_never(result)
