"""Entry codes in the database, and what came of them: numbers by day, nothing of any person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.messages import Lang
from smsbot.db.tables_kit import entry_code, entry_day

Counts = Counter[tuple[str, date, str]]
"""How often, by code, day (UTC) and what was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCode:
    """One code as it is kept."""

    code: str
    keyword: str
    lang: Lang
    label: str
    campaign_id: int | None
    created_by: str
    created_at: datetime
    retired_by: str | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """A sum in two: of the days with so much that they may be shown, and of the others."""

    shown: int
    hidden: int
    hidden_days: int


def taken(tx: Connection) -> frozenset[str]:
    """Every code that was ever given out."""
    return frozenset(tx.scalars(select(entry_code.c.code)))


def add(tx: Connection, new: KeptCode) -> None:
    """Keep a new code. Raises StoreConflict at the end of the block when it is taken."""
    tx.execute(
        insert(entry_code).values(
            code=new.code,
            keyword=new.keyword,
            lang=new.lang.value,
            label=new.label,
            campaign_id=new.campaign_id,
            created_by=new.created_by,
            created_at=new.created_at,
        )
    )


def retire(tx: Connection, code: str, name: str, now: datetime) -> bool:
    """Put an end to a code; False when there is none, or it has ended."""
    moved = tx.execute(
        update(entry_code)
        .where(entry_code.c.code == code, entry_code.c.retired_at.is_(None))
        .values(retired_by=name, retired_at=now)
    )
    return moved.rowcount == 1


def bring_back(tx: Connection, code: str) -> bool:
    """Undo that; False when there is nothing to undo."""
    moved = tx.execute(
        update(entry_code)
        .where(entry_code.c.code == code, entry_code.c.retired_at.is_not(None))
        .values(retired_by=None, retired_at=None)
    )
    return moved.rowcount == 1


def get(tx: Connection, code: str) -> KeptCode | None:
    """The code, retired or not."""
    row = tx.execute(select(entry_code).where(entry_code.c.code == code)).one_or_none()
    return None if row is None else _kept(row)


def everything(tx: Connection) -> tuple[KeptCode, ...]:
    """All codes, retired or not: there are about a thousand at most. The newest first."""
    newest = entry_code.c.created_at.desc(), entry_code.c.code
    return tuple(map(_kept, tx.execute(select(entry_code).order_by(*newest))))


def version(tx: Connection) -> tuple[int, datetime | None]:
    """Changes whenever a code is added; retiring does not change what is understood."""
    row = tx.execute(select(func.count(), func.max(entry_code.c.created_at))).one()
    return row[0], row[1]


def count(tx: Connection, counts: Mapping[tuple[str, date, str], int]) -> None:
    """Add to the numbers, in one order for everybody, so that no two wait for each other."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(entry_day)
    added = statement.on_conflict_do_update(
        index_elements=["code", "day", "what"],
        set_={"n": entry_day.c.n + statement.excluded.n},
    )
    for (code, day, what), n in sorted(counts.items()):
        tx.execute(added, {"code": code, "day": day, "what": what, "n": n})


def days(tx: Connection, code: str, since: date, until: date) -> tuple[tuple[date, str, int], ...]:
    """What was counted for a code from `since` until before `until`."""
    rows = tx.execute(
        select(entry_day.c.day, entry_day.c.what, entry_day.c.n)
        .where(entry_day.c.code == code, entry_day.c.day >= since, entry_day.c.day < until)
        .order_by(entry_day.c.day, entry_day.c.what)
    )
    return tuple((row.day, row.what, row.n) for row in rows)


def totals(
    tx: Connection, what: Sequence[str], least: int, until: date
) -> dict[tuple[str, str], Sums]:
    """The sums of these things before a day, by code and thing."""
    big, small = entry_day.c.n >= least, entry_day.c.n < least
    rows = tx.execute(
        select(
            entry_day.c.code,
            entry_day.c.what,
            func.coalesce(func.sum(entry_day.c.n).filter(big), 0),
            func.coalesce(func.sum(entry_day.c.n).filter(small), 0),
            func.count().filter(small),
        )
        .where(entry_day.c.what.in_(what), entry_day.c.day < until)
        .group_by(entry_day.c.code, entry_day.c.what)
    )
    return {(row[0], row[1]): Sums(int(row[2]), int(row[3]), int(row[4])) for row in rows}


def sums(tx: Connection, code: str, until: date) -> dict[str, int]:
    """Everything counted for a code, summed over the days before this one."""
    rows = tx.execute(
        select(entry_day.c.what, func.sum(entry_day.c.n))
        .where(entry_day.c.code == code, entry_day.c.day < until)
        .group_by(entry_day.c.what)
    )
    return {row[0]: int(row[1]) for row in rows}


def _kept(row: Row[tuple[object, ...]]) -> KeptCode:
    return KeptCode(
        code=row.code,
        keyword=row.keyword,
        lang=Lang(row.lang),
        label=row.label,
        campaign_id=row.campaign_id,
        created_by=row.created_by,
        created_at=row.created_at,
        retired_by=row.retired_by,
        retired_at=row.retired_at,
    )
