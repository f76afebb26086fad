"""Delivery receipts: every one is kept, and only those that lead upward move the outbox row.

A receipt belongs to the row that has its SID, else to the row that its address names. The row is
locked while it is settled, so receipts of one text that come at once are settled one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.outbox import State
from smsbot.core.outbound.receipts import BEFORE_ACCEPTED, OPTED_OUT, Receipt, Settled, settle
from smsbot.db import blocked, outbox_events
from smsbot.db.outbox_events import CONFLICT, DUPLICATE
from smsbot.db.receipt_rows import Held, Rows
from smsbot.db.tables_outbox import outbox, receipt
from smsbot.sealing import Sealer

REMATCHED_FOR = timedelta(hours=24)
"""How long a receipt of a text that nobody knows is still tried again."""

ALIVE_FOR = timedelta(hours=1)
"""Receipts reach us if one came within this."""

OF_A_REPLY = 0
"""The row that receipts of texts in the webhook's own answer name: there is none."""

_MOST_AT_ONCE = 500
_WHO = "receipts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one receipt did."""

    outbox_id: int | None = None
    """The row it is about; None: an orphan."""
    moved: State | None = None
    frees_next: bool = False
    """A later part of the same answer may leave now."""
    is_new: bool = False
    is_alarming: bool = False
    """A crisis text was blocked: staff have an alert."""


def record(tx: Connection, sealer: Sealer, some: Sequence[Receipt]) -> list[Recorded]:
    """Keep these receipts and apply them in order; one result each.

    The same receipt again changes nothing; one about an unknown row is kept, for `adopt`.
    """
    rows = Rows(tx, some)
    return [_record(tx, sealer, rows, one) for one in some]


def adopt(
    tx: Connection, sealer: Sealer, now: datetime, sids: Sequence[MessageSid] | None = None
) -> int:
    """Apply receipts that came before the row they are about was known; returns how many were.

    Looks at those of the last 24 hours, or only at those of these SIDs.
    """
    waiting = receipt.c.outbox_id.is_(None) & (receipt.c.received_at > now - REMATCHED_FOR)
    if sids is not None:
        waiting &= receipt.c.sid.in_(sids)
    found: dict[int, Row[tuple[object, ...]]] = {}
    for same in (outbox.c.sid == receipt.c.sid, outbox.c.id == receipt.c.named_outbox_id):
        wanted = select(receipt).join(outbox, same).where(waiting).order_by(receipt.c.id)
        found |= {row.id: row for row in tx.execute(wanted.limit(_MOST_AT_ONCE))}
    ordered = [_receipt(found[row_id]) for row_id in sorted(found)]
    rows = Rows(tx, ordered)
    return sum(_tie(tx, sealer, rows, one).outbox_id is not None for one in ordered)


def count_orphans(tx: Connection, now: datetime) -> int:
    """How many receipts of the last 24 hours are about a text that nobody knows.

    Those that name row 0 are of texts in the webhook's own answer, which have no row.
    """
    counted = select(func.count()).select_from(receipt)
    recent = receipt.c.received_at > now - REMATCHED_FOR
    named = func.coalesce(receipt.c.named_outbox_id, -1) != OF_A_REPLY
    return int(tx.scalar(counted.where(receipt.c.outbox_id.is_(None), recent, named)) or 0)


def callbacks_alive(tx: Connection, now: datetime) -> bool:
    """Whether receipts reach us: the last one came within the hour."""
    last: datetime | None = tx.scalar(
        select(receipt.c.received_at).order_by(receipt.c.id.desc()).limit(1)
    )
    return last is not None and last > now - ALIVE_FOR


def _record(tx: Connection, sealer: Sealer, rows: Rows, one: Receipt) -> Recorded:
    row, settled = _settled(rows, one)
    values = {
        **_key(one),
        "outbox_id": row.id if row else None,
        "named_outbox_id": one.outbox_id,
        "conflict": settled.conflict,
        "received_at": one.received_at,
    }
    if tx.execute(_add(tx.dialect.name), values).scalar_one_or_none() is not None:
        return _apply(tx, sealer, rows, one)
    # Kept before. It is settled again only if nobody knew its row then.
    if row is not None and tx.scalar(_IS_ORPHAN, _key(one)) is not None:
        return _tie(tx, sealer, rows, one)
    return Recorded(outbox_id=row.id if row else None)


def _tie(tx: Connection, sealer: Sealer, rows: Rows, one: Receipt) -> Recorded:
    """Give a receipt that was kept as an orphan to its row, and apply it."""
    row, settled = _settled(rows, one)
    if row is None:
        return Recorded()
    given = {"row_id": row.id, "is_conflict": settled.conflict}
    tx.execute(_TIE, {**given, **{f"key_{name}": value for name, value in _key(one).items()}})
    return _apply(tx, sealer, rows, one)


def _apply(tx: Connection, sealer: Sealer, rows: Rows, one: Receipt) -> Recorded:
    """Move the row a new receipt is about, if that leads upward, and note what is odd about it."""
    row, settled = _settled(rows, one)
    alarm = False
    if one.error_code == OPTED_OUT:
        alarm = blocked.record(tx, sealer, one, None if row is None else blocked.Text.of(row))
    if row is None:
        return Recorded(is_new=True, is_alarming=alarm)
    _note(tx, rows, row, one, settled)
    if settled.to is None:
        return Recorded(outbox_id=row.id, is_new=True, is_alarming=alarm)
    row.move(tx, settled.to, one, takes_sid=rows.of(one)[0] is None)
    rows.learn(row)
    frees = settled.to is not State.ACCEPTED and row.holds_others
    return Recorded(
        outbox_id=row.id, moved=settled.to, frees_next=frees, is_new=True, is_alarming=alarm
    )


def _settled(rows: Rows, one: Receipt) -> tuple[Held | None, Settled]:
    """The row a receipt is about, and what it does to it."""
    has_sid, named = rows.of(one)
    row = named or has_sid
    if row is None:
        return None, Settled()
    if row.sid is not None and row.sid != one.sid:
        return row, Settled(conflict=True)
    if row.state in BEFORE_ACCEPTED and not row.was_tried:
        return row, Settled()
    settled = settle(row.state, one.status)
    if has_sid is not None and has_sid is not row:
        return row, Settled(to=settled.to, conflict=True)
    return row, settled


def _note(tx: Connection, rows: Rows, row: Held, one: Receipt, settled: Settled) -> None:
    """Write down two texts of one row, once for each SID, and reports that can't both be true."""
    has_sid, _ = rows.of(one)
    if not settled.conflict:
        return
    if row.sid is not None and row.sid != one.sid:
        if tx.scalar(_OF_SID, {"row_id": row.id, "other_sid": one.sid}) == 1:
            says = f"Twilio has this text twice: as {row.sid} and as {one.sid}."
            _event(tx, row.id, one, DUPLICATE, says)
    elif has_sid is not None and has_sid is not row:
        says = f"{one.sid} belongs to this row, and row {has_sid.id} was given it."
        _event(tx, row.id, one, CONFLICT, says)
        _event(tx, has_sid.id, one, CONFLICT, f"{one.sid} belongs to row {row.id}.")
    else:
        says = f'A receipt says "{one.status}" of a text that is {row.state.value}.'
        _event(tx, row.id, one, CONFLICT, says)


# Built once: building a statement anew costs more than it takes to carry it out.
@cache
def _add(dialect: str) -> Any:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(receipt).on_conflict_do_nothing().returning(receipt.c.id)


_IS_ORPHAN = select(receipt.c.id).where(
    *(receipt.c[name] == bindparam(name) for name in ("sid", "status", "error_code", "raw_dlr")),
    receipt.c.outbox_id.is_(None),
)
_TIE = (
    update(receipt)
    .where(
        *(
            receipt.c[name] == bindparam(f"key_{name}")
            for name in ("sid", "status", "error_code", "raw_dlr")
        )
    )
    .values(outbox_id=bindparam("row_id"), conflict=bindparam("is_conflict"))
)
_OF_SID = (
    select(func.count())
    .select_from(receipt)
    .where(receipt.c.outbox_id == bindparam("row_id"), receipt.c.sid == bindparam("other_sid"))
)


def _event(tx: Connection, row_id: int, one: Receipt, what: str, says: str) -> None:
    outbox_events.add(
        tx,
        outbox_events.NewEvent(
            outbox_id=row_id, at=one.received_at, who=_WHO, what=what, reason=says
        ),
    )


def _key(one: Receipt) -> dict[str, object]:
    return {
        "sid": one.sid,
        "status": one.status[:30],
        "error_code": one.error_code or 0,
        "raw_dlr": (one.raw_dlr_done or "")[:30],
    }


def _receipt(row: Row[tuple[object, ...]]) -> Receipt:
    return Receipt(
        sid=row.sid,
        status=row.status,
        error_code=row.error_code or None,
        raw_dlr_done=row.raw_dlr or None,
        outbox_id=row.named_outbox_id,
        attempt=None,
        received_at=row.received_at,
    )
