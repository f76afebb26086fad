"""The history of a text that leaves, as far as neither attempts nor receipts tell it.

Only ever added to: what staff did, what the reconciler found, what the provider said when asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select

from smsbot.core.outbound.history import Event
from smsbot.core.outbound.outbox import State
from smsbot.db.tables_outbox import outbox_event

DUPLICATE = "duplicate"
"""The provider took this text a second time: the person may have it twice."""
CONFLICT = "conflict"
"""Two reports about one text that can't both be true."""

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """One line to add. Nothing in it holds a number or any of the text."""

    outbox_id: int
    at: datetime
    who: str
    """A part of the program ("receipts", "reconciler", "sweeper") or a member of staff's name."""
    what: str
    """One word, at most 30 letters."""
    moved: tuple[State, State] | None = None
    """Both ends of a move."""
    reason: str = ""
    """One sentence for staff."""


def add(tx: Connection, event: NewEvent) -> None:
    """Add one line in the caller's transaction."""
    add_all(tx, [event])


def add_all(tx: Connection, events: Iterable[NewEvent]) -> None:
    """Add several lines in the caller's transaction."""
    rows = [
        {
            "outbox_id": one.outbox_id,
            "at": one.at,
            "who": one.who[:80],
            "what": one.what[:30],
            "from_state": one.moved[0].value if one.moved else None,
            "to_state": one.moved[1].value if one.moved else None,
            "reason": one.reason[:_LONGEST_REASON],
        }
        for one in events
    ]
    if rows:
        tx.execute(insert(outbox_event), rows)


def of(tx: Connection, outbox_id: int) -> tuple[Event, ...]:
    """The lines about one row, oldest first."""
    rows = tx.execute(
        select(outbox_event)
        .where(outbox_event.c.outbox_id == outbox_id)
        .order_by(outbox_event.c.id)
    )
    return tuple(map(_event, rows))


def count(tx: Connection, what: str) -> int:
    """How many lines say `what`."""
    counted = select(func.count()).select_from(outbox_event).where(outbox_event.c.what == what)
    return int(tx.scalar(counted) or 0)


def _event(row: Row[tuple[object, ...]]) -> Event:
    moved: Sequence[str | None] = (row.from_state, row.to_state)
    return Event(
        at=row.at,
        who=row.who,
        what=row.what,
        moved=None if None in moved else (State(row.from_state), State(row.to_state)),
        reason=row.reason,
    )
