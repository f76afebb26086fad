"""Counts by day: taken from the rows once a day is over, and read by the reports."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.editorial.gaps import kind_of
from smsbot.core.reports.counts import RECOUNTED, Count, Group, Subject, bounds, of_texts
from smsbot.db.gaps import MISSED
from smsbot.db.tables import consent, contact, inbound
from smsbot.db.tables_outbox import outbox
from smsbot.db.tables_reports import day_count

_SLACK = timedelta(hours=1)
"""Ids are given out in the order of time but for some seconds: so much further is looked."""


def count(tx: Connection, day: date) -> tuple[Count, ...]:
    """Count one day from the rows themselves, whether it is over or not."""
    start, end = bounds(day)
    found = [*of_texts(day, _groups(tx, start, end)), *_missed(tx, day)]
    found += _by(day, Subject.SENT, _sent(tx, start, end))
    found += _by(day, Subject.CONSENT, _consents(tx, start, end))
    people = _within(tx, (contact, contact.c.created_at), start, end)
    number = tx.scalar(select(func.count()).select_from(contact).where(*people))
    return (*found, *_by(day, Subject.PEOPLE, [("new", int(number or 0))]))


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


def _groups(tx: Connection, start: datetime, end: datetime) -> Iterator[Group]:
    by = (inbound.c.step, inbound.c.tier, inbound.c.topic, inbound.c.lang)
    is_late = inbound.c.late | (inbound.c.found != "webhook")
    rows = tx.execute(
        select(*by, is_late.label("is_late"), func.count().label("number"))
        .where(inbound.c.received_at >= start, inbound.c.received_at < end)
        .group_by(*by, is_late)
    )
    for row in rows:
        yield Group(
            step=row.step,
            tier=row.tier,
            topic=row.topic,
            lang=row.lang,
            is_late=bool(row.is_late),
            number=row.number,
        )


def _missed(tx: Connection, day: date) -> Iterator[Count]:
    start, end = bounds(day)
    rule = inbound.c.why["rule"].as_string()
    rows = tx.execute(
        select(rule.label("rule"), inbound.c.topic, inbound.c.lang, func.count().label("number"))
        .where(MISSED, inbound.c.received_at >= start, inbound.c.received_at < end)
        .group_by(text("1"), inbound.c.topic, inbound.c.lang)
    )
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        kind = kind_of(row.rule or "", row.topic)
        if kind is not None:
            found[kind, row.lang] = found.get((kind, row.lang), 0) + row.number
    for (kind, lang), number in found.items():
        yield Count(day=day, subject=Subject.MISSED, item=kind, lang=lang, number=number)


def _sent(tx: Connection, start: datetime, end: datetime) -> Iterator[tuple[str, int]]:
    rows = tx.execute(
        select(outbox.c.state, outbox.c.error_code, func.count())
        .where(*_within(tx, (outbox, outbox.c.created_at), start, end))
        .group_by(outbox.c.state, outbox.c.error_code)
    )
    for state, code, number in rows:
        yield f"{state}:{code or 0}", number


def _consents(tx: Connection, start: datetime, end: datetime) -> Iterator[tuple[str, int]]:
    rows = tx.execute(
        select(consent.c.change, func.count().label("number"))
        .where(consent.c.at >= start, consent.c.at < end)
        .group_by(consent.c.change)
    )
    for row in rows:
        yield row.change, row.number


def _by(day: date, subject: Subject, found: Iterable[tuple[str, int]]) -> Iterator[Count]:
    for item, number in found:
        yield Count(day=day, subject=subject, item=item, lang="", number=number)


def _within(
    tx: Connection, timed: tuple[Table, Column[datetime]], start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ...]:
    """The conditions for rows made between two moments, without an index on the time.

    Ids grow with time, so the first id of a moment is found by halving: no reply pays for an index.
    """
    table, made_at = timed
    low = _first_id(tx, timed, start - _SLACK)
    high = _first_id(tx, timed, end + _SLACK)
    return (table.c.id >= low, table.c.id < high, made_at >= start, made_at < end)


def _first_id(tx: Connection, timed: tuple[Table, Column[datetime]], moment: datetime) -> int:
    table, made_at = timed
    low = 0
    high = int(tx.scalar(select(func.max(table.c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = tx.execute(
            select(table.c.id, made_at).where(table.c.id >= middle).order_by(table.c.id).limit(1)
        ).one_or_none()
        if row is None or row[1] >= moment:
            high = middle
        else:
            low = int(row[0]) + 1
    return low


def _row(one: Count) -> dict[str, object]:
    return {
        "day": one.day,
        "subject": one.subject.value,
        "item": one.item[:60],
        "lang": one.lang,
        "number": one.number,
    }
