"""Forgets the texts themselves when their time has come; that there was one is kept.

Tables are walked by id, a few hundred rows a transaction, so that nobody waits for it.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, select, true, update

from smsbot.core.outbound.outbox import State
from smsbot.db.tables import inbound
from smsbot.db.tables_outbox import outbox

_MAY_STILL_LEAVE = [
    state.value
    for state in (State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN, State.PARKED)
]

Step = Callable[[Connection, datetime, int, int], tuple[int, int | None]]
"""Clears the bodies among the next rows after an id: (transaction, before, after, most).

Returns how many were cleared and the id to go on after; None when the next row is too young.
"""


def forget_inbound(
    tx: Connection, before: datetime, after: int, most: int
) -> tuple[int, int | None]:
    """Texts received before a moment; see `Step`."""
    return _forget(tx, (inbound, inbound.c.received_at < before), true(), after, most)


def forget_outbox(
    tx: Connection, before: datetime, after: int, most: int
) -> tuple[int, int | None]:
    """Texts queued before a moment, but for those that may still leave; see `Step`."""
    is_over = outbox.c.state.not_in(_MAY_STILL_LEAVE)
    return _forget(tx, (outbox, outbox.c.created_at < before), is_over, after, most)


def _forget(
    tx: Connection,
    old: tuple[Table, ColumnElement[bool]],
    condition: ColumnElement[bool],
    after: int,
    most: int,
) -> tuple[int, int | None]:
    table, is_old = old
    following = (
        select(table.c.id, is_old.label("is_old"))
        .where(table.c.id > after)
        .order_by(table.c.id)
        .limit(most)
    )
    ids = []
    for row in tx.execute(following):
        if not row.is_old:
            break
        ids.append(row.id)
    if not ids:
        return 0, None
    cleared = tx.execute(
        update(table)
        .where(table.c.id.in_(ids), table.c.body_sealed.is_not(None), condition)
        .values(body_sealed=None)
    )
    return cleared.rowcount, ids[-1]
