"""Counts by day: kept once a day is over, added to, and read by the reports."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.reports.counts import RECOUNTED, Count, Subject
from smsbot.db.tables import inbound
from smsbot.db.tables_reports import day_count


def replace(tx: Connection, day: date, counts: Iterable[Count]) -> None:
    """Keep these as the counts of a day; what was counted from its rows before goes."""
    tx.execute(
        delete(day_count).where(
            day_count.c.day == day, day_count.c.subject.in_([one.value for one in RECOUNTED])
        )
    )
    rows = [_row(one) for one in counts]
    if rows:
        tx.execute(insert(day_count), rows)


def add(tx: Connection, counts: Iterable[Count]) -> None:
    """Add these to what is counted already."""
    rows = [_row(one) for one in counts]
    if not rows:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    new = make(day_count)
    together = day_count.c.number + new.excluded.number
    keys = ["subject", "day", "item", "lang"]
    tx.execute(new.on_conflict_do_update(index_elements=keys, set_={"number": together}), rows)


def between(
    tx: Connection, first: date, last: date, subjects: Collection[Subject]
) -> tuple[Count, ...]:
    """What is kept of these days, both included, by day."""
    rows = tx.execute(
        select(day_count)
        .where(
            day_count.c.subject.in_([one.value for one in subjects]),
            day_count.c.day >= first,
            day_count.c.day <= last,
        )
        .order_by(day_count.c.day, day_count.c.subject, day_count.c.item, day_count.c.lang)
    )
    return tuple(
        Count(
            day=row.day,
            subject=Subject(row.subject),
            item=row.item,
            lang=row.lang,
            number=row.number,
        )
        for row in rows
    )


def sums(tx: Connection, subject: Subject, first: date, last: date) -> dict[str, int]:
    """How many there were of each item in these days, both included, both languages together."""
    rows = tx.execute(
        select(day_count.c.item, func.sum(day_count.c.number))
        .where(
            day_count.c.subject == subject.value, day_count.c.day >= first, day_count.c.day <= last
        )
        .group_by(day_count.c.item)
    )
    return {item: int(number) for item, number in rows}


def topics(tx: Connection, first: date, last: date) -> Iterator[Count]:
    """How often each topic was the answer in these days, both included; dated on the last."""
    rows = tx.execute(
        select(day_count.c.item, day_count.c.lang, func.sum(day_count.c.number).label("number"))
        .where(
            day_count.c.subject == Subject.TOPIC.value,
            day_count.c.day >= first,
            day_count.c.day <= last,
        )
        .group_by(day_count.c.item, day_count.c.lang)
    )
    for row in rows:
        yield Count(
            day=last,
            subject=Subject.TOPIC,
            item=row.item,
            lang=row.lang,
            number=int(row.number),
        )


def counted(tx: Connection, first: date, last: date) -> frozenset[date]:
    """Those of these days that have been counted: a day without a text is, too."""
    rows = tx.scalars(
        select(day_count.c.day).where(
            day_count.c.subject == Subject.PEOPLE.value,
            day_count.c.day >= first,
            day_count.c.day <= last,
        )
    )
    return frozenset(rows)


def first_day(tx: Connection) -> date | None:
    """The day of the first inbound text; None when there is none."""
    first: datetime | None = tx.scalar(select(func.min(inbound.c.received_at)))
    return None if first is None else first.date()


def _row(one: Count) -> dict[str, object]:
    return {
        "day": one.day,
        "subject": one.subject.value,
        "item": one.item[:60],
        "lang": one.lang,
        "number": one.number,
    }
