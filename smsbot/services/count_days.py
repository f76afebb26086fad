"""Count what came and went, day by day, so that the reports read counts and not a million rows."""

from datetime import date, datetime, timedelta

from smsbot.core.reports.counts import RECOUNTED, Count, Subject, days
from smsbot.db import day_counts
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
            found = day_counts.count(tx, day)
        with store.begin() as tx:
            day_counts.replace(tx, day, found)
    return len(wanted)


def counts(tx: Transaction, first: date, last: date, now: datetime) -> tuple[Count, ...]:
    """The counts of these days, both included; today's are taken from the rows.

    An older day that no run has counted yet is left out, but for yesterday, which is counted here.
    """
    today = now.date()
    known = day_counts.counted(tx, first, last)
    live = [
        day
        for day in days(max(first, today - timedelta(days=_MOST_LIVE - 1)), min(last, today))
        if day not in known or day == today
    ]
    kept = day_counts.between(tx, first, last, tuple(Subject))
    found = [one for one in kept if one.day not in live or one.subject not in RECOUNTED]
    for day in live:
        found += day_counts.count(tx, day)
    return tuple(sorted(found, key=lambda one: (one.day, one.subject, one.item, one.lang)))
