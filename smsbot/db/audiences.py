"""Audiences kept under a name. One taken off the list keeps its row: campaigns came of it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from smsbot.core.campaigns.audience import Audience, from_json, to_json
from smsbot.db.tables_consent import audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """An audience kept under a name."""

    id: int
    name: str
    audience: Audience
    made_by: str
    changed_by: str
    changed_at: datetime
    version: int


def save(tx: Connection, name: str, one: Audience, who: str, now: datetime) -> int:
    """Keep an audience under a new name; its id. A name that is taken is refused."""
    found = tx.execute(
        insert(audience)
        .values(
            name=name, rule=json.loads(to_json(one)), made_by=who, made_at=now, changed_by=who,
            changed_at=now,
        )
        .returning(audience.c.id)
    )  # fmt: skip
    return int(found.scalar_one())


def change(tx: Connection, saved: Saved, who: str, now: datetime) -> bool:
    """Write a changed audience back; False when somebody else has changed it meanwhile."""
    moved = tx.execute(
        update(audience)
        .where(
            audience.c.id == saved.id,
            audience.c.version == saved.version,
            audience.c.retired_at.is_(None),
        )
        .values(
            name=saved.name,
            rule=json.loads(to_json(saved.audience)),
            changed_by=who,
            changed_at=now,
            version=saved.version + 1,
        )
    )
    return moved.rowcount == 1


def retire(tx: Connection, audience_id: int, who: str, now: datetime) -> bool:
    """Take an audience off the list; a campaign that was made from it keeps its rule."""
    moved = tx.execute(
        update(audience)
        .where(audience.c.id == audience_id, audience.c.retired_at.is_(None))
        .values(retired_at=now, changed_by=who, changed_at=now)
    )
    return moved.rowcount == 1


def every(tx: Connection) -> tuple[Saved, ...]:
    """The saved audiences by name, but for those taken off the list."""
    wanted = select(audience).where(audience.c.retired_at.is_(None)).order_by(audience.c.name)
    return tuple(map(_saved, tx.execute(wanted)))


def get(tx: Connection, audience_id: int) -> Saved | None:
    """One saved audience; None when there is none, or it was taken off the list."""
    wanted = select(audience).where(audience.c.id == audience_id, audience.c.retired_at.is_(None))
    row = tx.execute(wanted).one_or_none()
    return None if row is None else _saved(row)


def _saved(row: Row[tuple[object, ...]]) -> Saved:
    return Saved(
        id=row.id,
        name=row.name,
        audience=from_json(json.dumps(row.rule)),
        made_by=row.made_by,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        version=row.version,
    )
