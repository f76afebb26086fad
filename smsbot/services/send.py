"""A text leaves: claim what is due, write down the intent, send, write down what became of it.

The attempt is committed before a byte leaves, so a process that dies at any point leaves a row
somebody owns: not sent yet, or UNKNOWN. Nothing ambiguous is ever sent again from here.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from smsbot.core.errors import StoreConflict, StoreUnavailable
from smsbot.core.outbound.outbox import MOST_ATTEMPTS, Claimed, Outcome, State, retry_at
from smsbot.core.outbound.sending import (
    Accepted,
    Failure,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.db import attempts, contacts, outbox
from smsbot.db.store import Store

Send = Callable[[Outgoing], SendResult]
Clock = Callable[[], datetime]

CHUNK = 20
"""Rows claimed at once; each begins its lease anew when its turn to be sent comes."""

_TRIES = 3
"""How often what became of a text is written down before it is left to the sweeper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What one drain did."""

    accepted: int = 0
    retried: int = 0
    failed: int = 0
    unknown: int = 0
    parked: int = 0
    """Refused for our account's sake: they wait until a person has mended it, or expire."""


def drain(store: Store, send: Send, clock: Clock, *, at_most: int = 500) -> Drained:
    """Send what is due, in order, until nothing is due or `at_most` texts were tried.

    Raises:
        StoreUnavailable: the database can't be reached; what was claimed comes back by its lease.
    """
    tally: Counter[State] = Counter()
    tried = 0
    while tried < at_most:
        with store.begin() as tx:
            claimed = outbox.claim(tx, store.sealer, CHUNK, clock())
        if not claimed:
            break
        for one in claimed:
            state = _send_one(store, send, clock, one)
            tally[state] += 1
            tried += 1
    return Drained(
        accepted=tally[State.ACCEPTED],
        retried=tally[State.QUEUED],
        failed=tally[State.FAILED],
        unknown=tally[State.UNKNOWN],
        parked=tally[State.PARKED],
    )


def sweep(store: Store, clock: Clock) -> tuple[int, int]:
    """Take back the rows of dead workers: how many may leave again, how many are UNKNOWN.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        return attempts.release_expired(tx, clock())


def _send_one(store: Store, send: Send, clock: Clock, one: Claimed) -> State:
    with store.begin() as tx:
        attempt_id = attempts.begin(tx, one, clock())
    if attempt_id is None:
        return State.CLAIMED
    started = clock()
    result = send(
        Outgoing(
            outbox_id=one.id,
            attempt=one.attempts + 1,
            recipient=one.recipient,
            body=one.body,
            valid_for=max(one.expires_at - started, timedelta(seconds=1)),
        )
    )
    now = clock()
    outcome = judge(result, one.attempts + 1, now)
    _write_down(store, one, attempt_id, outcome, now)
    return outcome.state


def _write_down(
    store: Store, one: Claimed, attempt_id: int, outcome: Outcome, now: datetime
) -> None:
    # The text is out: a database that is busy for a second must not turn its SID into a riddle.
    for tries_left in reversed(range(_TRIES)):
        try:
            with store.begin() as tx:
                attempts.finish(tx, one, attempt_id, outcome, now)
                if outcome.opts_out:
                    contacts.opt_out(tx, one.contact_id, "provider:21610", now)
        except StoreConflict:
            raise
        except StoreUnavailable:
            if not tries_left:
                raise
        else:
            return


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
        case Refused(failure=Failure.ACCOUNT):
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
