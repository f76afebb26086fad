"""The outbox in the database: every move is one conditional update, so races have one winner."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Exists, Row, Select, exists, func, insert, select, update

from smsbot.core.messages import E164
from smsbot.core.outbound.outbox import (
    HOLDS_BACK,
    LEASE,
    Claimed,
    Lane,
    NewOutgoing,
    State,
)
from smsbot.db.tables import contact
from smsbot.db.tables_outbox import attempt, outbox
from smsbot.sealing import Sealer

_ADD = insert(outbox)
_HOLDING = [state.value for state in HOLDS_BACK]


def add(tx: Connection, sealer: Sealer, rows: Iterable[NewOutgoing], now: datetime) -> int:
    """Queue texts in the caller's transaction; returns how many."""
    values = [
        {
            "dedupe_key": row.dedupe_key,
            "sequence_key": row.sequence_key,
            "part": row.part,
            "lane": int(row.lane),
            "contact_id": row.contact_id,
            "sender": row.sender,
            "number_sealed": sealer.seal(row.recipient),
            "number_index": sealer.blind_index(row.recipient),
            "body_sealed": sealer.seal(row.body),
            "segments": row.segments,
            "state": State.QUEUED.value,
            "due_at": row.due_at,
            "expires_at": row.expires_at,
            "created_at": now,
            "updated_at": now,
        }
        for row in rows
    ]
    if values:
        tx.execute(_ADD, values)
    return len(values)


def claim(tx: Connection, sealer: Sealer, limit: int, now: datetime) -> list[Claimed]:
    """Lease up to `limit` texts that are due, first lane first, each part after the one before.

    What has expired, or whose contact has opted out meanwhile, is moved off the path instead.
    """
    _expire(tx, now)
    _suppress(tx, now)
    token = str(uuid.uuid4())
    ids = list(tx.scalars(_due(now, limit)))
    if not ids:
        return []
    taken = tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state == State.QUEUED.value)
        .values(
            state=State.CLAIMED.value,
            lease_token=token,
            lease_until=now + LEASE,
            version=outbox.c.version + 1,
            updated_at=now,
        )
    )
    if taken.rowcount == 0:
        return []
    tries = (
        select(func.count()).where(attempt.c.outbox_id == outbox.c.id).scalar_subquery()
    ).label("attempts")
    rows = tx.execute(
        select(outbox, tries)
        .where(outbox.c.id.in_(ids), outbox.c.lease_token == token)
        .order_by(outbox.c.lane, outbox.c.due_at, outbox.c.id)
    )
    return [_claimed(sealer, row) for row in rows]


def summary(tx: Connection) -> dict[str, int]:
    """How many rows are in each state."""
    rows = tx.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {row[0]: row[1] for row in rows}


def oldest_due(tx: Connection, now: datetime) -> datetime | None:
    """Since when the longest-waiting text that is due has been due."""
    found: datetime | None = tx.scalar(
        select(func.min(outbox.c.due_at)).where(
            outbox.c.state == State.QUEUED.value, outbox.c.due_at <= now
        )
    )
    return found


def _due(now: datetime, limit: int) -> Select[tuple[int]]:
    earlier = outbox.alias("earlier")
    held_back = exists().where(
        earlier.c.sequence_key == outbox.c.sequence_key,
        earlier.c.part < outbox.c.part,
        earlier.c.state.in_(_HOLDING),
    )
    return (
        select(outbox.c.id)
        .where(outbox.c.state == State.QUEUED.value, outbox.c.due_at <= now, ~held_back)
        .order_by(outbox.c.lane, outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox)
    )


def _expire(tx: Connection, now: datetime) -> None:
    tx.execute(
        update(outbox)
        .where(
            outbox.c.state.in_([State.QUEUED.value, State.PARKED.value]),
            outbox.c.expires_at <= now,
        )
        .values(state=State.EXPIRED.value, version=outbox.c.version + 1, updated_at=now)
    )


def _suppress(tx: Connection, now: datetime) -> None:
    tx.execute(
        update(outbox)
        .where(outbox.c.state == State.QUEUED.value, outbox.c.lane != int(Lane.CRISIS), opted_out())
        .values(state=State.SUPPRESSED.value, version=outbox.c.version + 1, updated_at=now)
    )


def opted_out() -> Exists:
    """Whether the contact of an outbox row has opted out: a condition for a WHERE."""
    return exists().where(contact.c.id == outbox.c.contact_id, contact.c.opted_out)


def _claimed(sealer: Sealer, row: Row[tuple[object, ...]]) -> Claimed:
    return Claimed(
        id=row.id,
        token=row.lease_token,
        version=row.version,
        attempts=row.attempts,
        contact_id=row.contact_id,
        sender=row.sender,
        recipient=E164(sealer.open(row.number_sealed)),
        body=sealer.open(row.body_sealed),
        expires_at=row.expires_at,
    )
