"""What staff see and do of single outbox rows: their whole history, and moves by hand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, func, or_, select, text, true, update

from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.history import Entry, Heard, Story, Tried, masked
from smsbot.core.outbound.outbox import Lane, State
from smsbot.db import outbox_events
from smsbot.db.tables_outbox import attempt, outbox, receipt, sender
from smsbot.sealing import SealBroken, Sealer

_UNREADABLE = "(can't be opened)"

MOST_LOOKED_THROUGH = 100_000

# In these words, or SQLite does not use the partial indexes: it compares them as they are written.
_ON_THEIR_WAY = frozenset({State.ACCEPTED, State.SENT, State.DELIVERED})
_IN_HAND = frozenset({State.CLAIMED, State.SENDING})
_READ_BY = (
    (frozenset({State.QUEUED}), text("outbox.state = 'queued'")),
    (_IN_HAND, text("outbox.state IN ('claimed', 'sending')")),
    (
        frozenset({State.UNKNOWN, State.HUMAN, State.PARKED}),
        text("outbox.state IN ('unknown', 'human', 'parked')"),
    ),
    (
        frozenset(
            {State.FAILED, State.UNDELIVERED, State.EXPIRED, State.SUPPRESSED, State.CANCELED}
        ),
        text("outbox.state IN ('failed', 'undelivered', 'expired', 'suppressed', 'canceled')"),
    ),
    (_ON_THEIR_WAY, true()),
)


def story(tx: Connection, sealer: Sealer, outbox_id: int) -> Story | None:
    """Everything known of one row; None when there is none."""
    row = tx.execute(select(outbox).where(outbox.c.id == outbox_id)).one_or_none()
    if row is None:
        return None
    tries = select(attempt).where(attempt.c.outbox_id == outbox_id).order_by(attempt.c.n)
    heard = select(receipt).where(receipt.c.outbox_id == outbox_id).order_by(receipt.c.id)
    return Story(
        entry=entry_of(sealer, row),
        attempts=tuple(map(_tried, tx.execute(tries))),
        receipts=tuple(map(_heard, tx.execute(heard))),
        events=outbox_events.of(tx, outbox_id),
    )


def listed(
    tx: Connection,
    sealer: Sealer,
    states: Sequence[State],
    limit: int,
    before: int | None = None,
) -> tuple[Entry, ...]:
    """The last rows in these states, the newest first; only those before the row `before`.

    Of the states that no index holds, the newest hundred thousand rows are looked through.
    """
    found: list[Entry] = []
    for among, where in _READ_BY:
        wanted = [state.value for state in states if state in among]
        if not wanted:
            continue
        query = select(outbox).where(where, outbox.c.state.in_(wanted))
        if among is _IN_HAND:
            # A few rows of many: SQLite would rather look through all from the newest down.
            query = select(outbox).where(
                outbox.c.id.in_(select(outbox.c.id).where(where, outbox.c.state.in_(wanted)))
            )
        if among is _ON_THEIR_WAY:
            newest = select(func.max(outbox.c.id)).scalar_subquery()
            query = query.where(outbox.c.id > func.coalesce(newest, 0) - MOST_LOOKED_THROUGH)
        if before is not None:
            query = query.where(outbox.c.id < before)
        rows = tx.execute(query.order_by(outbox.c.id.desc()).limit(limit))
        found += [entry_of(sealer, row) for row in rows]
    return tuple(sorted(found, key=lambda one: -one.id)[:limit])


def open_states(tx: Connection) -> dict[str, int]:
    """How many rows are in each state that is not an end, from the partial indexes alone."""
    found: dict[str, int] = {}
    for among, where in _READ_BY[:3]:
        states = [state.value for state in among]
        rows = tx.execute(
            select(outbox.c.state, func.count().label("number"))
            .where(where, outbox.c.state.in_(states))
            .group_by(outbox.c.state)
        )
        found |= {row.state: row.number for row in rows}
    return found


def held(tx: Connection, outbox_id: int) -> tuple[State, int, bool] | None:
    """A row's state and version, and whether its text is still there; None when there is none."""
    row = tx.execute(
        select(outbox.c.state, outbox.c.version, outbox.c.body_sealed).where(
            outbox.c.id == outbox_id
        )
    ).one_or_none()
    return None if row is None else (State(row.state), row.version, row.body_sealed is not None)


def attempts_made(tx: Connection, outbox_id: int) -> int:
    """How often it was tried to send a row."""
    counted = select(func.count()).select_from(attempt).where(attempt.c.outbox_id == outbox_id)
    return int(tx.scalar(counted) or 0)


def owner_of(tx: Connection, sid: MessageSid, but: int) -> int | None:
    """Another row that a SID is known to belong to."""
    by_row = tx.scalar(select(outbox.c.id).where(outbox.c.sid == sid, outbox.c.id != but))
    if by_row is not None:
        return int(by_row)
    heard = func.coalesce(receipt.c.outbox_id, receipt.c.named_outbox_id)
    others = or_(receipt.c.outbox_id != but, receipt.c.named_outbox_id != but)
    found = tx.scalar(select(heard).where(receipt.c.sid == sid, others).limit(1))
    return None if found is None else int(found)


def move(
    tx: Connection,
    outbox_id: int,
    version: int,
    moved: tuple[State, State],
    values: dict[str, object],
) -> bool:
    """Move a row by hand; False when somebody or something else has moved it meanwhile."""
    source, target = moved
    done = tx.execute(
        update(outbox)
        .where(
            outbox.c.id == outbox_id,
            outbox.c.version == version,
            outbox.c.state == source.value,
        )
        .values(state=target.value, version=version + 1, **values)
    )
    return done.rowcount == 1


def end_attempt(tx: Connection, outbox_id: int, sid: MessageSid, now: datetime) -> None:
    """The last attempt is the one that a member of staff found at the provider."""
    last = select(func.max(attempt.c.n)).where(attempt.c.outbox_id == outbox_id)
    tx.execute(
        update(attempt)
        .where(
            attempt.c.outbox_id == outbox_id,
            attempt.c.n == last.scalar_subquery(),
            attempt.c.sid.is_(None),
        )
        .values(ended_at=func.coalesce(attempt.c.ended_at, now), outcome="linked", sid=sid)
    )


def parked(tx: Connection, limit: int) -> list[int]:
    """Ids of parked rows, oldest first."""
    rows = select(outbox.c.id).where(outbox.c.state == State.PARKED.value)
    return list(tx.scalars(rows.order_by(outbox.c.id).limit(limit)))


def try_sender_now(tx: Connection, outbox_id: int, now: datetime) -> None:
    """Let the pump try a row's sender at once, whatever is left of its circuit's pause."""
    address = select(outbox.c.sender).where(outbox.c.id == outbox_id).scalar_subquery()
    tx.execute(
        update(sender)
        .where(sender.c.address == address, sender.c.circuit == "open")
        .values(circuit_until=now)
    )


def entry_of(sealer: Sealer, row: Row[tuple[object, ...]]) -> Entry:
    """A row of the outbox as staff see it."""
    try:
        recipient = masked(E164(sealer.open(row.number_sealed)))
    except SealBroken:
        recipient = _UNREADABLE
    return Entry(
        id=row.id,
        kind=row.dedupe_key.partition(":")[0],
        part=row.part,
        lane=Lane(row.lane),
        state=State(row.state),
        recipient=recipient,
        segments=row.segments,
        sid=row.sid,
        error_code=row.error_code,
        created_at=row.created_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
        next_look_at=row.next_look_at,
    )


def _tried(row: Row[tuple[object, ...]]) -> Tried:
    return Tried(
        number=row.n,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        http_status=row.http_status,
        error_code=row.error_code,
        sid=row.sid,
    )


def _heard(row: Row[tuple[object, ...]]) -> Heard:
    return Heard(
        at=row.received_at,
        sid=row.sid,
        status=row.status,
        error_code=row.error_code or None,
        conflict=row.conflict,
    )
