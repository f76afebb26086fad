"""The figures of some days, for staff: what was asked, answered, sent; how the answers stand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from smsbot.core.editorial.sheet import safe
from smsbot.core.reports.counts import Count
from smsbot.core.reports.report import Report
from smsbot.db import review_health
from smsbot.db.review_health import Health
from smsbot.db.store import Store
from smsbot.services import count_days

USUAL_DAYS = 30
MOST_DAYS = 400
CSV_HEAD = ("day", "subject", "item", "language", "number")


def span(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days asked for, made fit: in order, not in the future, at most MOST_DAYS."""
    end = min(last or today, today)
    begin = first if first is not None else end - timedelta(days=USUAL_DAYS - 1)
    if begin > end:
        begin, end = end, min(begin, today)
    return max(begin, end - timedelta(days=MOST_DAYS - 1)), end


def report(store: Store, first: date, last: date, now: datetime) -> Report:
    """The figures of these days, both included; those of today as they are now.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return count_days.report(tx, first, last, now)


def counts(store: Store, first: date, last: date, now: datetime) -> tuple[Count, ...]:
    """The counts that a report is made of.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return count_days.counts(tx, first, last, now)


def health(store: Store, today: date) -> Health:
    """How the answers stand.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return review_health.health(tx, today)


def csv_rows(counted: tuple[Count, ...]) -> Iterator[tuple[str, ...]]:
    """The counts as cells, the head first; none of them is a formula to a spreadsheet."""
    yield CSV_HEAD
    for one in counted:
        cells = (one.day.isoformat(), one.subject.value, one.item, one.lang, str(one.number))
        yield tuple(safe(cell) for cell in cells)
