"""Which draft is open in whose browser, as the staff table remembers it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, case, select, update

from smsbot.db.tables_staff import staff

GONE_AFTER = timedelta(seconds=90)
"""A browser with a draft open is heard of every half minute; a missed beat or two is no leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A person who has a draft open now."""

    name: str
    since: datetime


def enter(tx: Connection, staff_id: int, revision_id: int, now: datetime) -> None:
    """This person has the draft open: since now, or since before if never away from it."""
    stayed = and_(staff.c.editing == revision_id, staff.c.editing_seen_at > now - GONE_AFTER)
    tx.execute(
        update(staff)
        .where(staff.c.id == staff_id)
        .values(
            editing=revision_id,
            editing_since=case((stayed, staff.c.editing_since), else_=now),
            editing_seen_at=now,
        )
    )


def leave(tx: Connection, staff_id: int) -> None:
    """This person has no draft open."""
    tx.execute(
        update(staff)
        .where(staff.c.id == staff_id)
        .values(editing=None, editing_since=None, editing_seen_at=None)
    )


def others(tx: Connection, revision_id: int, staff_id: int, now: datetime) -> tuple[Presence, ...]:
    """Who else has it open, the longest first."""
    rows = tx.execute(
        select(staff.c.name, staff.c.editing_since)
        .where(
            staff.c.editing == revision_id,
            staff.c.id != staff_id,
            staff.c.disabled_at.is_(None),
            staff.c.editing_seen_at > now - GONE_AFTER,
        )
        .order_by(staff.c.editing_since)
    )
    return tuple(Presence(name=row.name, since=row.editing_since) for row in rows)
