"""Delivery receipts: every one is kept, and only those that lead upward move the outbox row."""

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.outbound.outbox import MOVES, State
from smsbot.core.outbound.receipts import Receipt
from smsbot.db.tables_outbox import attempt, outbox, receipt

_STATES = {
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


def record(tx: Connection, one: Receipt) -> State | None:
    """Keep a receipt and apply it; returns the state the row moved to, None when it stayed.

    The same receipt again changes nothing; an unknown status or row is kept and changes nothing.
    """
    row = _outbox_row(tx, one)
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(
        make(receipt)
        .values(
            sid=one.sid,
            status=one.status[:30],
            error_code=one.error_code or 0,
            raw_dlr=(one.raw_dlr_done or "")[:30],
            outbox_id=row,
            received_at=one.received_at,
        )
        .on_conflict_do_nothing()
    )
    state = _STATES.get(one.status)
    if row is None or state is None:
        return None
    sources = [source.value for source, targets in MOVES.items() if state in targets]
    moved = tx.execute(
        update(outbox)
        .where(outbox.c.id == row, outbox.c.state.in_(sources))
        .values(
            state=state.value,
            sid=one.sid,
            error_code=one.error_code,
            lease_token=None,
            lease_until=None,
            version=outbox.c.version + 1,
            updated_at=one.received_at,
        )
    )
    if moved.rowcount:
        # The provider's word may be here before the sender's own: the attempt ends with it.
        tx.execute(
            update(attempt)
            .where(attempt.c.outbox_id == row, attempt.c.ended_at.is_(None))
            .values(ended_at=one.received_at, outcome="receipt", sid=one.sid)
        )
    return state if moved.rowcount else None


def _outbox_row(tx: Connection, one: Receipt) -> int | None:
    by_sid = tx.scalar(select(outbox.c.id).where(outbox.c.sid == one.sid))
    if by_sid is not None or one.outbox_id is None:
        return by_sid
    # Named in the callback's address before we knew the SID; a row with another SID is not it.
    return tx.scalar(
        select(outbox.c.id).where(outbox.c.id == one.outbox_id, outbox.c.sid.is_(None))
    )
