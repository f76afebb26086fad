"""The outbox in the database: every move is one conditional update, so races have one winner."""

import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, insert, select, text, update

from smsbot.core.messages import E164
from smsbot.core.outbound.outbox import LEASE, Claimed, Lane, NewOutgoing, State, Wanted
from smsbot.db import batches, outbox_events, senders
from smsbot.db.claim_query import candidates
from smsbot.db.outbox_events import NewEvent
from smsbot.db.tables import UtcDateTime
from smsbot.db.tables_outbox import outbox
from smsbot.sealing import SealBroken, Sealer

_ADD = insert(outbox)
_PARKED = text("outbox.state IN ('unknown', 'human', 'parked') AND outbox.state = 'parked'")
"""With the index's own condition first: SQLite does not see that the second implies it."""

_ROUNDS = 4
"""A lane full of texts that may not leave is cleared in steps, so that no claim takes long."""


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
            "consent_id": row.consent_id,
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


def claim(tx: Connection, sealer: Sealer, wanted: Wanted, now: datetime) -> list[Claimed]:
    """Lease texts of one sender that are due: first lane first, then by time, then by age.

    A part waits for the one before it: until that one is known to be sent, or was accepted and
    `PART_PATIENCE` has passed. A person has one text under way at a time, and one nobody is sure of
    holds back their next; a crisis text is held back only by one that is being sent this moment.
    What has expired, or whose contact has opted out (crisis texts leave all the same), is moved off
    the path instead, and so is a row that can't be opened. The caller holds the sender's row.
    """
    token = str(uuid.uuid4())
    taken: list[Claimed] = []
    for lane in Lane:
        most = wanted.campaign_rows if lane is Lane.CAMPAIGN else wanted.rows
        for _ in range(_ROUNDS):
            segments = wanted.segments - sum(one.segments for one in taken)
            limit = min(most - len(taken), segments)
            if limit <= 0:
                break
            rows = tx.execute(
                candidates(lane), {"sender": wanted.sender, "now": now, "most": limit}
            ).all()
            taken += _take(tx, sealer, _that_fit(rows, segments), token, now)
            if len(rows) < limit:
                break
    return taken


def release(tx: Connection, claimed: Sequence[Claimed], now: datetime) -> None:
    """Give claimed texts back that this worker will not begin after all."""
    for token in {one.token for one in claimed}:
        tx.execute(
            update(outbox)
            .where(
                outbox.c.id.in_([one.id for one in claimed]),
                outbox.c.state == State.CLAIMED.value,
                outbox.c.lease_token == token,
            )
            .values(**_moved(State.QUEUED, now))
        )


def unpark(tx: Connection, sender: str, limit: int, now: datetime) -> int:
    """Queue parked texts of a sender whose circuit is closed, or tried; returns how many."""
    found = (
        select(outbox.c.id)
        .where(_PARKED, outbox.c.sender == sender)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    moved = tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(found.scalar_subquery()), text("outbox.state = 'parked'"))
        .values(**_moved(State.QUEUED, now), due_at=now)
    )
    return moved.rowcount


def has_parked(tx: Connection, sender: str) -> bool:
    """Whether any text of a sender is parked."""
    found = select(outbox.c.id).where(_PARKED, outbox.c.sender == sender)
    return tx.scalar(found.limit(1)) is not None


def expire(tx: Connection, limit: int, now: datetime) -> int:
    """Move texts off the path that nobody wants any more; returns how many."""
    rows = tx.execute(
        select(outbox.c.id, outbox.c.state)
        .where(text("outbox.state IN ('queued', 'parked')"), outbox.c.expires_at <= now)
        .order_by(outbox.c.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for source in (State.QUEUED, State.PARKED):
        ids = [row.id for row in rows if row.state == source]
        put_aside(tx, ids, (source, State.EXPIRED), "its time was over", now)
    return len(rows)


def summary(tx: Connection) -> dict[str, int]:
    """How many rows are in each state."""
    rows = tx.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {row[0]: row[1] for row in rows}


def oldest_due(tx: Connection, now: datetime, sender: str | None = None) -> datetime | None:
    """Since when the longest-waiting text that is due, of one sender or of all, has been due."""
    addresses = senders.with_queued(tx) if sender is None else [sender]
    found = [
        tx.scalar(_OLDEST, {"sender": address, "lane": int(lane), "now": now})
        for address in addresses
        for lane in Lane
    ]
    return min((due for due in found if due is not None), default=None)


# Lane by lane, each the first entry of a range of the index: over all lanes it would be read whole.
_OLDEST = (
    select(outbox.c.due_at)
    .where(
        text("outbox.state = 'queued'"),
        outbox.c.sender == bindparam("sender"),
        outbox.c.lane == bindparam("lane"),
        outbox.c.due_at <= bindparam("now", type_=UtcDateTime),
    )
    .order_by(outbox.c.due_at)
    .limit(1)
)


def put_aside(
    tx: Connection, ids: Sequence[int], move: tuple[State, State], reason: str, now: datetime
) -> None:
    """Move rows for good, and write down why; the caller has locked them."""
    if not ids:
        return
    source, target = move
    rows = tx.scalars(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state == source.value)
        .values(**_moved(target, now))
        .returning(outbox.c.id)
    ).all()
    outbox_events.add_all(
        tx,
        [
            NewEvent(
                outbox_id=row, at=now, who="worker", what=target.value, moved=move, reason=reason
            )
            for row in rows
        ],
    )


def _that_fit(
    rows: Sequence[Row[tuple[object, ...]]], segments: int
) -> list[Row[tuple[object, ...]]]:
    """The rows whose slot begins in time: each keeps as many slots as it has segments."""
    fitting, seen = [], set[str]()
    for row in rows:
        if row.number_index in seen:
            continue  # theirs before it comes first
        seen.add(row.number_index)
        leaves = not (row.is_late or row.is_silenced or row.is_unwanted)
        if leaves and segments <= 0:
            continue
        segments -= row.segments if leaves else 0
        fitting.append(row)
    return fitting


def _take(
    tx: Connection,
    sealer: Sealer,
    rows: Sequence[Row[tuple[object, ...]]],
    token: str,
    now: datetime,
) -> list[Claimed]:
    late = [row.id for row in rows if row.is_late]
    put_aside(tx, late, (State.QUEUED, State.EXPIRED), "its time was over", now)
    silenced = [row.id for row in rows if row.is_silenced and not row.is_late]
    put_aside(tx, silenced, (State.QUEUED, State.SUPPRESSED), "the contact said STOP", now)
    unwanted = [row.id for row in rows if row.is_unwanted and not (row.is_late or row.is_silenced)]
    put_aside(tx, unwanted, (State.QUEUED, State.SUPPRESSED), "they left, or are in care", now)
    rows = [row for row in rows if not (row.is_late or row.is_silenced or row.is_unwanted)]
    if not rows:
        return []
    ids = json.dumps([row.id for row in rows])
    tx.execute(batches.take(tx), {"rows": ids, "token": token, "now": now, "until": now + LEASE})
    opened = [(row, _open(sealer, row, token)) for row in rows]
    unreadable = [row.id for row, one in opened if one is None]
    why = "its number or text does not open with our keys"
    put_aside(tx, unreadable, (State.CLAIMED, State.HUMAN), why, now)
    return [one for _, one in opened if one is not None]


def _moved(state: State, now: datetime) -> dict[str, object]:
    return {
        "state": state.value,
        "lease_token": None,
        "lease_until": None,
        "version": outbox.c.version + 1,
        "updated_at": now,
    }


def _open(sealer: Sealer, row: Row[tuple[object, ...]], token: str) -> Claimed | None:
    try:
        recipient, body = E164(sealer.open(row.number_sealed)), sealer.open(row.body_sealed)
    except (SealBroken, TypeError):
        return None
    return Claimed(
        id=row.id,
        token=token,
        version=row.version + 1,
        attempts=row.attempts,
        lane=Lane(row.lane),
        contact_id=row.contact_id,
        sender=row.sender,
        recipient=recipient,
        body=body,
        segments=row.segments,
        expires_at=row.expires_at,
    )
