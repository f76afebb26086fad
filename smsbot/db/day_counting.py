"""Takes the counts of a day from the rows themselves."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, func, select, text

from smsbot.core.editorial.gaps import kind_of
from smsbot.core.reports.counts import OF_TEXTS, Count, Group, Subject, bounds, of_texts
from smsbot.db.gaps import MISSED
from smsbot.db.tables import UtcDateTime, consent, contact, inbound
from smsbot.db.tables_outbox import outbox

_SLACK = timedelta(hours=1)
"""Ids are given out in the order of time but for some seconds: so much further is looked."""

Timed = tuple[Table, ColumnElement[datetime]]
"""A table, and when its rows were made."""
Conditions = tuple[ColumnElement[bool], ...]
FirstId = Callable[[Connection, Timed, datetime], int]

_QUEUED: Timed = (outbox, outbox.c.created_at)
_FIRST_SEEN: Timed = (contact, contact.c.created_at)
# An imported consent is older than its line: what counts is when it was written down.
_RECORDED: Timed = (consent, func.coalesce(consent.c.recorded_at, consent.c.at, type_=UtcDateTime))


def count(
    tx: Connection,
    day: date,
    subjects: Collection[Subject] = tuple(Subject),
    *,
    is_recent: bool = False,
) -> tuple[Count, ...]:
    """Count one day from the rows themselves, whether it is over or not.

    `is_recent`: few rows have come since it began, so that one may look for its first row from the
    newest down.
    """
    start, end = bounds(day)
    found: list[Count] = []
    if not OF_TEXTS.isdisjoint(subjects):
        found += of_texts(day, _groups(tx, start, end))
    if Subject.MISSED in subjects:
        found += _missed(tx, day)
    look = _look_down if is_recent else _halve
    if Subject.SENT in subjects:
        found += _by(day, Subject.SENT, _sent(tx, _within(tx, _QUEUED, (start, end), look)))
    if Subject.CONSENT in subjects:
        within = _within(tx, _RECORDED, (start, end), look)
        found += _by(day, Subject.CONSENT, _consents(tx, within))
    if Subject.PEOPLE in subjects:
        within = _within(tx, _FIRST_SEEN, (start, end), look)
        number = tx.scalar(select(func.count()).select_from(contact).where(*within))
        found += _by(day, Subject.PEOPLE, [("new", int(number or 0))])
    return tuple(one for one in found if one.subject in subjects)


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


def _sent(tx: Connection, within: Conditions) -> Iterator[tuple[str, int]]:
    rows = tx.execute(
        select(outbox.c.state, outbox.c.error_code, func.count())
        .where(*within)
        .group_by(outbox.c.state, outbox.c.error_code)
    )
    for state, code, number in rows:
        yield f"{state}:{code or 0}", number


def _consents(tx: Connection, within: Conditions) -> Iterator[tuple[str, int]]:
    rows = tx.execute(
        select(consent.c.change, func.count().label("number"))
        .where(*within)
        .group_by(consent.c.change)
    )
    for row in rows:
        yield row.change, row.number


def _by(day: date, subject: Subject, found: Iterable[tuple[str, int]]) -> Iterator[Count]:
    for item, number in found:
        yield Count(day=day, subject=subject, item=item, lang="", number=number)


def _within(
    tx: Connection, timed: Timed, span: tuple[datetime, datetime], look: FirstId
) -> Conditions:
    """The conditions for rows made between two moments, without an index on the time.

    Ids grow with time, so the first id of a moment can be found: no reply pays for an index.
    """
    (table, made_at), (start, end) = timed, span
    within: Conditions = (
        table.c.id >= look(tx, timed, start - _SLACK), made_at >= start, made_at < end,
    )  # fmt: skip
    if look is _halve:
        within += (table.c.id < _halve(tx, timed, end + _SLACK),)
    return within


def _look_down(tx: Connection, timed: Timed, moment: datetime) -> int:
    """The id of the last row made before a moment, from the newest down; 0: there is none."""
    table, made_at = timed
    wanted = select(table.c.id).where(made_at < moment).order_by(table.c.id.desc()).limit(1)
    return int(tx.scalar(wanted) or 0)


def _halve(tx: Connection, timed: Timed, moment: datetime) -> int:
    """The id of the first row made from a moment on, in some twenty looks."""
    table, made_at = timed
    low = 0
    high = int(tx.scalar(select(func.max(table.c.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = tx.execute(
            select(table.c.id, made_at.label("made_at"))
            .where(table.c.id >= middle)
            .order_by(table.c.id)
            .limit(1)
        ).one_or_none()
        if row is None or row.made_at >= moment:
            high = middle
        else:
            low = int(row.id) + 1
    return low
