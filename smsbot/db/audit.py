"""The audit log in the database: lines are added and read; the schema refuses anything else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, tuple_

from smsbot.core.editorial.deeds import Deed
from smsbot.db.tables_staff import audit_log

_WHOLE = (audit_log.c.at, audit_log.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the log with its id."""

    id: int
    deed: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which lines are looked for; what is None or empty limits nothing.

    `about` fits from its beginning: "contact" finds "contact 17". `since` is in, `until` is not.
    """

    who: str = ""
    what: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


def add(tx: Connection, deed: Deed) -> None:
    """Add a line."""
    tx.execute(
        insert(audit_log).values(
            at=deed.at, who=deed.who, what=deed.what, about=deed.about, note=deed.note
        )
    )


def newest(
    tx: Connection, sought: Sought, limit: int, before: int | None = None
) -> tuple[Line, ...]:
    """The last lines, the newest first; those older than the line `before` where it is given."""
    conditions = _conditions(tx, sought)
    if before is not None:
        last = tx.execute(select(*_WHOLE).where(audit_log.c.id == before)).one_or_none()
        if last is None:
            return ()
        # Compared as a pair, the index leads straight to the place.
        place = [literal(value, column.type) for value, column in zip(last, _WHOLE, strict=True)]
        conditions.append(tuple_(*_WHOLE) < tuple_(*place))
    rows = tx.execute(
        select(audit_log)
        .where(*conditions)
        .order_by(*(column.desc() for column in _WHOLE))
        .limit(limit)
    )
    return tuple(
        Line(
            id=row.id,
            deed=Deed(who=row.who, what=row.what, about=row.about, at=row.at, note=row.note),
        )
        for row in rows
    )


def words(tx: Connection) -> tuple[str, ...]:
    """Every kind of deed in the log, by the alphabet; jumps from one to the next in the index."""
    found: list[str] = []
    least = select(func.min(audit_log.c.what))
    while word := tx.scalar(least.where(audit_log.c.what > (found[-1] if found else ""))):
        found.append(word)
    return tuple(found)


def _conditions(tx: Connection, sought: Sought) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sought.who:
        conditions.append(audit_log.c.who == sought.who)
    if sought.what:
        conditions.append(audit_log.c.what == sought.what)
    if sought.about:
        conditions.append(audit_log.c.about.startswith(sought.about, autoescape=True))
        if tx.dialect.name == "sqlite":
            # Its LIKE ignores case, so it can't use the index: these two can.
            conditions.append(audit_log.c.about >= sought.about)
            conditions.append(audit_log.c.about < sought.about + "\U0010ffff")
    if sought.since is not None:
        conditions.append(audit_log.c.at >= sought.since)
    if sought.until is not None:
        conditions.append(audit_log.c.at < sought.until)
    return conditions
