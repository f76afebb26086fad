"""The outbox rows that receipts are about: locked, read once, and moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, or_, select, union, update

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.outbox import (
    HOLDS_BACK,
    LOOK_AFTER_ACCEPTED,
    PART_PATIENCE,
    Lane,
    State,
)
from smsbot.core.outbound.receipts import BEFORE_ACCEPTED, Receipt
from smsbot.db.tables_outbox import attempt, outbox

# Built once: building a statement anew costs more than it takes to carry it out.
_later = outbox.alias("later")
_IDS = union(
    select(outbox.c.id).where(outbox.c.sid.in_(bindparam("sids", expanding=True))),
    select(outbox.c.id).where(outbox.c.id.in_(bindparam("named", expanding=True))),
)
_LOCK = (
    select(
        outbox.c.id,
        outbox.c.sid,
        outbox.c.state,
        outbox.c.lane,
        outbox.c.contact_id,
        outbox.c.sequence_key,
        outbox.c.next_part_at,
        outbox.c.next_look_at,
        outbox.c.looks,
        exists().where(attempt.c.outbox_id == outbox.c.id).label("was_tried"),
        exists()
        .where(
            _later.c.sequence_key == outbox.c.sequence_key,
            _later.c.part > outbox.c.part,
            _later.c.state.in_([state.value for state in HOLDS_BACK]),
        )
        .label("holds_others"),
    )
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.c.id)
    .with_for_update(of=outbox)
)
_MOVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.state == bindparam("held"))
    .values(
        state=bindparam("to"),
        sid=bindparam("sid"),
        error_code=bindparam("error_code"),
        next_part_at=bindparam("next_part_at"),
        next_look_at=bindparam("next_look_at"),
        looks=bindparam("looks"),
        lease_token=None,
        lease_until=None,
        version=outbox.c.version + 1,
        updated_at=bindparam("at"),
    )
)
_UNHEARD = or_(
    attempt.c.ended_at.is_(None),
    attempt.c.outcome.in_(("unknown", "worker_died")) & attempt.c.sid.is_(None),
)
_END = (
    update(attempt)
    .where(attempt.c.outbox_id == bindparam("row_id"), _UNHEARD)
    .values(ended_at=bindparam("at"), outcome="receipt", sid=bindparam("heard_sid"))
)
_END_NAMED = _END.where(attempt.c.n == bindparam("number"))
_END_OPEN = _END.where(attempt.c.ended_at.is_(None))


@dataclass(slots=True, kw_only=True)
class Held:
    """One row, locked until the transaction ends; kept true to what we change."""

    id: int
    sid: MessageSid | None
    state: State
    lane: Lane
    contact_id: int
    sequence_key: str
    next_part_at: datetime | None
    next_look_at: datetime | None
    looks: int
    was_tried: bool
    holds_others: bool
    """A later part of the same answer has not left yet."""

    def move(self, tx: Connection, to: State, one: Receipt, *, takes_sid: bool) -> None:
        """Move the row where a receipt leads it, and end the attempt that nobody answered."""
        was, self.state = self.state, to
        if self.sid is None and takes_sid:
            self.sid = one.sid
        if was in BEFORE_ACCEPTED:
            self._end_attempt(tx, one)
            self.next_part_at = one.received_at + PART_PATIENCE
            self.next_look_at, self.looks = one.received_at + LOOK_AFTER_ACCEPTED, 0
        if to not in {State.ACCEPTED, State.SENT}:
            self.next_look_at = None
        values = {
            "row_id": self.id,
            "held": was.value,
            "to": to.value,
            "sid": self.sid,
            "error_code": one.error_code,
            "next_part_at": self.next_part_at,
            "next_look_at": self.next_look_at,
            "looks": self.looks,
            "at": one.received_at,
        }
        tx.execute(_MOVE, values)

    def _end_attempt(self, tx: Connection, one: Receipt) -> None:
        values = {"row_id": self.id, "at": one.received_at, "heard_sid": one.sid}
        if one.attempt is None:
            tx.execute(_END_OPEN, values)
        else:
            tx.execute(_END_NAMED, {**values, "number": one.attempt})


class Rows:
    """The rows that some receipts are about, locked in the order of their ids."""

    def __init__(self, tx: Connection, some: Iterable[Receipt]) -> None:
        """Find and lock them."""
        named = {one.outbox_id for one in some if one.outbox_id is not None}
        wanted = {"sids": sorted({one.sid for one in some}), "named": sorted(named)}
        ids = sorted(tx.scalars(_IDS, wanted))
        self._by_id = {row.id: row for row in _lock(tx, ids)} if ids else {}
        self._by_sid = {row.sid: row for row in self._by_id.values() if row.sid is not None}

    def of(self, one: Receipt) -> tuple[Held | None, Held | None]:
        """The row that has the receipt's SID, and the row that its address names."""
        named = self._by_id.get(one.outbox_id) if one.outbox_id is not None else None
        return self._by_sid.get(one.sid), named

    def learn(self, row: Held) -> None:
        """Know a row by the SID it has been given."""
        if row.sid is not None:
            self._by_sid[row.sid] = row


def _lock(tx: Connection, ids: list[int]) -> list[Held]:
    return [
        Held(
            id=row.id,
            sid=row.sid,
            state=State(row.state),
            lane=Lane(row.lane),
            contact_id=row.contact_id,
            sequence_key=row.sequence_key,
            next_part_at=row.next_part_at,
            next_look_at=row.next_look_at,
            looks=row.looks,
            was_tried=row.was_tried,
            holds_others=row.holds_others,
        )
        for row in tx.execute(_LOCK, {"ids": ids})
    ]
