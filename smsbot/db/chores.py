"""Who does a chore now: a lease in the database, so that one process does each at a time.

A chore is due when its time has come since it was last begun, and whoever began it has ended or
has been gone for longer than its lease. Works without Redis; the start is the fencing token.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from smsbot.core.errors import StoreConflict
from smsbot.db.store import Store
from smsbot.db.tables_outbox import chore

_LONGEST_FAULT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """When a chore was last begun and ended, and what went wrong then ("" when nothing did)."""

    name: str
    started_at: datetime | None
    finished_at: datetime | None
    fault: str


def due(
    tx: Connection, every: Mapping[str, timedelta], lease: timedelta, now: datetime
) -> list[str]:
    """Those of these chores that may be taken now, in their order; only reads.

    `every` is how often each is done. One that has no row yet is due.
    """
    wanted = select(chore.c.name).where(chore.c.name.in_(every))
    known = set(tx.scalars(wanted))
    ready = {
        name
        for name, often in every.items()
        if name in known
        and tx.scalar(wanted.where(chore.c.name == name, _is_due(often, lease, now)))
    }
    return [name for name in every if name in ready or name not in known]


def enlist(store: Store, name: str) -> None:
    """Make the row of a chore that may have none.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with contextlib.suppress(StoreConflict), store.begin() as tx:
        if tx.scalar(select(chore.c.name).where(chore.c.name == name)) is None:
            tx.execute(insert(chore).values(name=name))


def take(tx: Connection, name: str, every: timedelta, lease: timedelta, now: datetime) -> bool:
    """Begin a chore if it is due and nobody is at it; True: it is ours until its lease ends."""
    begun = tx.execute(
        update(chore).where(chore.c.name == name, _is_due(every, lease, now)).values(started_at=now)
    )
    return begun.rowcount == 1


def _is_due(every: timedelta, lease: timedelta, now: datetime) -> ColumnElement[bool]:
    ended = and_(chore.c.finished_at.is_not(None), chore.c.finished_at >= chore.c.started_at)
    return or_(
        chore.c.started_at.is_(None),
        and_(ended, chore.c.started_at <= now - every),
        chore.c.started_at <= now - lease,
        # A clock that was turned back must not stop a chore for as long.
        chore.c.started_at > now + lease,
    )


def end(tx: Connection, name: str, began: datetime, now: datetime, fault: str) -> None:
    """Say that the chore begun at `began` has ended, and with which fault, if any."""
    tx.execute(
        update(chore)
        .where(chore.c.name == name, chore.c.started_at == began)
        .values(finished_at=max(now, began), fault=fault[:_LONGEST_FAULT] or None)
    )


def beats(tx: Connection) -> tuple[Beat, ...]:
    """Every chore by name."""
    rows = tx.execute(select(chore).order_by(chore.c.name))
    return tuple(
        Beat(
            name=row.name,
            started_at=row.started_at,
            finished_at=row.finished_at,
            fault=row.fault or "",
        )
        for row in rows
    )
