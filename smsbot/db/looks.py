"""Rows that are silent: which are due for a look, and what a look changes.

Each change is one conditional update that names the state and the version it was decided on, so
of two reconcilers at once one wins and the other does nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, or_, select, text, update

from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.listing import Listed
from smsbot.core.outbound.looks import Silence, Verdict
from smsbot.core.outbound.outbox import LOOK_AFTER_ACCEPTED, PART_PATIENCE, Lane, State
from smsbot.core.outbound.receipts import settle
from smsbot.db import blocked, outbox_events
from smsbot.db.tables_outbox import attempt, outbox, receipt
from smsbot.sealing import Sealer

# The second half is how the partial index is written: SQLite uses it for nothing else.
_UNKNOWN = text("outbox.state = 'unknown' AND outbox.state IN ('unknown', 'human', 'parked')")
_UNANSWERED = or_(attempt.c.ended_at.is_(None), attempt.c.outcome.in_(("unknown", "worker_died")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """A row in UNKNOWN, with what is needed to look for its text."""

    id: int
    version: int
    sender: str
    recipient: E164 = field(repr=False)
    body: str | None = field(repr=False)
    """None: it was deleted when its time had come, and can't be compared."""
    first_began: datetime
    silence: Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A row that the provider took and that no final receipt came for."""

    id: int
    version: int
    state: State
    sid: MessageSid | None
    due: datetime
    looks: int


def unsure(tx: Connection, sealer: Sealer, now: datetime, limit: int) -> list[Unsure]:
    """Rows in UNKNOWN whose next look is due, crisis texts first."""
    due = or_(outbox.c.next_look_at <= now, outbox.c.next_look_at.is_(None))
    rows = tx.execute(
        select(outbox)
        .where(_UNKNOWN, due)
        .order_by(outbox.c.lane, outbox.c.next_look_at, outbox.c.id)
        .limit(limit)
    ).all()
    tries: dict[int, list[Row[tuple[object, ...]]]] = {row.id: [] for row in rows}
    wanted = select(attempt, _UNANSWERED.label("unanswered")).order_by(attempt.c.n)
    for one in tx.execute(wanted.where(attempt.c.outbox_id.in_(tries))):
        tries[one.outbox_id].append(one)
    return [_unsure(sealer, row, tries[row.id]) for row in rows]


def taken(tx: Connection, outbox_id: int, sids: Collection[MessageSid]) -> frozenset[MessageSid]:
    """Those of these SIDs that are known to belong to other rows."""
    if not sids:
        return frozenset()
    held = select(outbox.c.sid).where(outbox.c.sid.in_(sids), outbox.c.id != outbox_id)
    heard = select(receipt.c.sid).where(
        receipt.c.sid.in_(sids),
        or_(receipt.c.outbox_id != outbox_id, receipt.c.named_outbox_id != outbox_id),
    )
    return frozenset(MessageSid(sid) for sid in tx.scalars(held.union(heard)))


def decide(tx: Connection, sealer: Sealer, one: Unsure, verdict: Verdict, now: datetime) -> bool:
    """Write down what a look at a row in UNKNOWN led to; False when the row has moved on."""
    if verdict.to is None:
        later: dict[str, object] = {"next_look_at": verdict.look_at, "looks": verdict.looks}
        return _change(tx, one.id, (State.UNKNOWN, one.version), later)
    to, values = verdict.to, dict[str, object](next_look_at=None, looks=0, updated_at=now)
    if verdict.found is not None:
        to = settle(State.UNKNOWN, verdict.found.status).to or State.ACCEPTED
        values |= _proven(verdict.found, to, now)
    elif to is State.QUEUED:
        values["due_at"] = now
    moved = {"state": to.value, **values}
    if not _change(tx, one.id, (State.UNKNOWN, one.version), moved):
        return False
    if verdict.found is not None:
        _end_attempts(tx, one.id, verdict.found.sid, now)
        blocked.hear_of(tx, sealer, one.id, verdict.found, now)
    outbox_events.add(
        tx,
        outbox_events.NewEvent(
            outbox_id=one.id,
            at=now,
            who="reconciler",
            what="found" if verdict.found else "decided",
            moved=(State.UNKNOWN, to),
            reason=verdict.reason,
        ),
    )
    return True


def silent(tx: Connection, now: datetime, limit: int) -> list[Silent]:
    """Rows that are to be asked about by their SID now, the longest due first."""
    rows = tx.execute(
        select(outbox)
        .where(
            outbox.c.next_look_at <= now,
            text("outbox.state IN ('accepted', 'sent')"),
        )
        .order_by(outbox.c.next_look_at)
        .limit(limit)
    )
    return [
        Silent(
            id=row.id,
            version=row.version,
            state=State(row.state),
            sid=row.sid,
            due=row.next_look_at,
            looks=row.looks,
        )
        for row in rows
    ]


def hear(tx: Connection, sealer: Sealer, one: Silent, found: Listed, now: datetime) -> State | None:
    """Apply what the provider says of a silent row when asked; the state it moved to, if any."""
    to = settle(one.state, found.status).to
    if to is None:
        return None
    values: dict[str, object] = {
        "state": to.value,
        "error_code": found.error_code,
        "updated_at": now,
    }
    if to is not State.SENT:
        values["next_look_at"] = None
    if not _change(tx, one.id, (one.state, one.version), values):
        return None
    says = f'Asked about {found.sid}, Twilio said "{found.status}".'
    event = outbox_events.NewEvent(
        outbox_id=one.id, at=now, who="poller", what="polled", moved=(one.state, to), reason=says
    )
    outbox_events.add(tx, event)
    blocked.hear_of(tx, sealer, one.id, found, now)
    return to


def look_later(tx: Connection, one: Silent, at: datetime | None, looks: int, now: datetime) -> None:
    """Put off the next look at a silent row; None: it is left as it is, for good."""
    values: dict[str, object] = {"next_look_at": at, "looks": looks}
    # Without the version: what was heard a moment ago has counted it up already.
    put_off = tx.execute(
        update(outbox)
        .where(
            outbox.c.id == one.id,
            outbox.c.state.in_([State.ACCEPTED.value, State.SENT.value]),
            outbox.c.next_look_at == one.due,
        )
        .values(**values)
    )
    if at is None and put_off.rowcount:
        says = "No final receipt within three days, and Twilio knows no more: left as it is."
        outbox_events.add(
            tx,
            outbox_events.NewEvent(
                outbox_id=one.id, at=now, who="poller", what="final-unknown", reason=says
            ),
        )


def _change(
    tx: Connection, row_id: int, held: tuple[State, int], values: dict[str, object]
) -> bool:
    state, version = held
    changed = tx.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == state.value, outbox.c.version == version)
        .values(version=version + 1, **values)
    )
    return changed.rowcount == 1


def _proven(found: Listed, to: State, now: datetime) -> dict[str, object]:
    """What is known of a row once the provider's list holds its text."""
    more_to_come = to in {State.ACCEPTED, State.SENT}
    return {
        "sid": found.sid,
        "error_code": found.error_code,
        "next_part_at": now + PART_PATIENCE,
        "next_look_at": now + LOOK_AFTER_ACCEPTED if more_to_come else None,
    }


def _end_attempts(tx: Connection, row_id: int, sid: MessageSid, now: datetime) -> None:
    """The last attempt nobody could tell of is the one that was found."""
    last = tx.scalar(
        select(attempt.c.id)
        .where(attempt.c.outbox_id == row_id, _UNANSWERED)
        .order_by(attempt.c.n.desc())
        .limit(1)
    )
    tx.execute(
        update(attempt).where(attempt.c.id == last).values(ended_at=now, outcome="listed", sid=sid)
    )


def _unsure(
    sealer: Sealer, row: Row[tuple[object, ...]], tries: Sequence[Row[tuple[object, ...]]]
) -> Unsure:
    unanswered = [one.started_at for one in tries if one.unanswered] or [row.updated_at]
    return Unsure(
        id=row.id,
        version=row.version,
        sender=row.sender,
        recipient=E164(sealer.open(row.number_sealed)),
        body=sealer.open(row.body_sealed) if row.body_sealed is not None else None,
        first_began=unanswered[0],
        silence=Silence(
            lane=Lane(row.lane),
            attempts=len(tries),
            unanswered=len(unanswered),
            since=unanswered[-1],
            looks=row.looks,
            expires_at=row.expires_at,
        ),
    )
