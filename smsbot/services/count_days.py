"""Count what came and went, day by day, so that the reports read counts and not a million rows."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from smsbot.core.reports.counts import RECOUNTED, Count, Subject, days
from smsbot.core.reports.report import Report, build
from smsbot.db import day_counting, day_counts
from smsbot.db.store import Store, Transaction

SETTLES = timedelta(days=3)
"""So long a day still changes: texts are found late, receipts come late. It is counted again."""

MOST_CAUGHT_UP = 60
"""Older days never counted that one run counts; the next run goes on."""

_MOST_LIVE = 2
"""Days, today among them, that a report counts itself when no run has yet."""


def run(store: Store, now: datetime) -> int:
    """Count the days that are over and may have changed, or never were; how many were counted.

    One day a transaction, read first and written after, so that no text waits for the counting.

    Raises:
        StoreUnavailable: the database can't be reached; what was counted stays.
    """
    today = now.date()
    with store.read() as tx:
        first = day_counts.first_day(tx)
        known = day_counts.counted(tx, first, today) if first else frozenset()
    if first is None:
        return 0
    over = days(first, today - timedelta(days=1))
    changing = [day for day in over if day >= today - SETTLES]
    missing = [day for day in reversed(over) if day not in known and day < today - SETTLES]
    wanted = [*changing, *missing[:MOST_CAUGHT_UP]]
    for day in wanted:
        with store.read() as tx:
            found = day_counting.count(tx, day)
        with store.begin() as tx:
            day_counts.replace(tx, day, found)
    return len(wanted)


def counts(
    tx: Transaction,
    first: date,
    last: date,
    now: datetime,
    subjects: Collection[Subject] = tuple(Subject),
) -> tuple[Count, ...]:
    """The counts of these days, both included, by day; today's are taken from the rows.

    An older day that no run has counted yet is left out, but for yesterday, which is counted here.
    """
    live = _live(tx, first, last, now)
    return (
        *_kept(tx, (first, last), live, subjects),
        *_counted_now(tx, live, subjects),
    )


def report(tx: Transaction, first: date, last: date, now: datetime) -> Report:
    """The figures of these days, both included.

    Topics are added up by the database: by day there are thousands, and nobody sees them by day.
    """
    live = _live(tx, first, last, now)
    others = tuple(one for one in Subject if one is not Subject.TOPIC)
    before = min(live, default=last + timedelta(days=1)) - timedelta(days=1)
    found = [
        *_kept(tx, (first, last), live, others),
        *day_counts.topics(tx, first, before),
        *_counted_now(tx, live, tuple(Subject)),
    ]
    return build(found, first, last)


def _kept(
    tx: Transaction, span: tuple[date, date], live: list[date], subjects: Collection[Subject]
) -> Iterator[Count]:
    for one in day_counts.between(tx, *span, subjects):
        if one.day not in live or one.subject not in RECOUNTED:
            yield one


def _counted_now(
    tx: Transaction, live: list[date], subjects: Collection[Subject]
) -> Iterator[Count]:
    for day in live:
        yield from day_counting.count(tx, day, subjects, is_recent=True)


def _live(tx: Transaction, first: date, last: date, now: datetime) -> list[date]:
    """Those of these days that are counted now: today, and yesterday until a run has."""
    today = now.date()
    begin = max(first, today - timedelta(days=_MOST_LIVE - 1))
    known = day_counts.counted(tx, begin, last)
    return [day for day in days(begin, min(last, today)) if day not in known or day == today]
