"""Attempts to send: the intent is on record before a byte leaves, and what became of it after.

Every move is one conditional update that names the state it comes from and the lease it was given.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from smsbot.core.outbound.outbox import LEASE, Claimed, Lane, Outcome, State
from smsbot.db.outbox import opted_out
from smsbot.db.tables_outbox import attempt, outbox

_WORKER_DIED = "worker_died"


def begin(tx: Connection, claimed: Claimed, now: datetime) -> int | None:
    """Record the intent to send, before a byte leaves; the lease begins anew.

    None: nothing may be sent. The lease is no longer ours, or since it was claimed the text has
    expired or its contact has opted out.
    """
    if _put_aside(tx, claimed, now):
        return None
    values = {"state": State.SENDING.value, "lease_until": now + LEASE, "updated_at": now}
    if not _move(tx, claimed, State.CLAIMED, values):
        return None
    number = claimed.attempts + 1
    made = tx.execute(
        insert(attempt)
        .values(outbox_id=claimed.id, n=number, started_at=now)
        .returning(attempt.c.id)
    )
    return int(made.scalar_one())


def _put_aside(tx: Connection, claimed: Claimed, now: datetime) -> bool:
    """Take a claimed text off the path if it may not leave any more."""
    cleared = {"lease_token": None, "lease_until": None, "updated_at": now}
    if claimed.expires_at <= now:
        return _move(tx, claimed, State.CLAIMED, {"state": State.EXPIRED.value, **cleared})
    lane = tx.scalar(select(outbox.c.lane).where(outbox.c.id == claimed.id, opted_out()))
    if lane is None or lane == Lane.CRISIS:
        return False
    return _move(tx, claimed, State.CLAIMED, {"state": State.SUPPRESSED.value, **cleared})


def finish(
    tx: Connection, claimed: Claimed, attempt_id: int, outcome: Outcome, now: datetime
) -> bool:
    """Record what became of the attempt; False when a receipt has already moved the row on.

    A worker slower than its lease finds the row UNKNOWN: what it knows is better than that.
    """
    unheard = or_(attempt.c.ended_at.is_(None), attempt.c.outcome == _WORKER_DIED)
    tx.execute(
        update(attempt)
        .where(attempt.c.id == attempt_id, unheard)
        .values(
            ended_at=now,
            outcome=outcome.label,
            http_status=outcome.http_status,
            error_code=outcome.error_code,
            sid=outcome.sid,
        )
    )
    values: dict[str, object] = {
        "state": outcome.state.value,
        "lease_token": None,
        "lease_until": None,
        "error_code": outcome.error_code,
        "updated_at": now,
    }
    if outcome.sid is not None:
        values["sid"] = outcome.sid
    if outcome.retry_at is not None:
        values["due_at"] = outcome.retry_at
    return _move(tx, claimed, State.SENDING, values) or _move_unknown(tx, claimed, values)


def _move_unknown(tx: Connection, claimed: Claimed, values: dict[str, object]) -> bool:
    moved = tx.execute(
        update(outbox)
        .where(
            outbox.c.id == claimed.id,
            outbox.c.state == State.UNKNOWN.value,
            outbox.c.lease_token.is_(None),
        )
        .values(version=outbox.c.version + 1, **values)
    )
    return moved.rowcount == 1


def release_expired(tx: Connection, now: datetime) -> tuple[int, int]:
    """Rows whose worker died: claimed ones go back, sending ones become UNKNOWN. Counts both."""
    stale = outbox.c.lease_until < now
    cleared = {"lease_token": None, "lease_until": None, "updated_at": now}
    back = tx.execute(
        update(outbox)
        .where(outbox.c.state == State.CLAIMED.value, stale)
        .values(state=State.QUEUED.value, version=outbox.c.version + 1, **cleared)
    )
    tx.execute(
        update(attempt)
        .where(
            attempt.c.ended_at.is_(None),
            attempt.c.outbox_id.in_(
                select(outbox.c.id).where(outbox.c.state == State.SENDING.value, stale)
            ),
        )
        .values(ended_at=now, outcome=_WORKER_DIED)
    )
    unknown = tx.execute(
        update(outbox)
        .where(outbox.c.state == State.SENDING.value, stale)
        .values(state=State.UNKNOWN.value, version=outbox.c.version + 1, **cleared)
    )
    return back.rowcount, unknown.rowcount


def _move(tx: Connection, claimed: Claimed, source: State, values: dict[str, object]) -> bool:
    moved = tx.execute(
        update(outbox)
        .where(
            outbox.c.id == claimed.id,
            outbox.c.state == source.value,
            outbox.c.lease_token == claimed.token,
        )
        .values(version=outbox.c.version + 1, **values)
    )
    return moved.rowcount == 1
