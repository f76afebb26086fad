"""What waits for whom: revisions on their way, and live answers that should be read again."""

from dataclasses import dataclass
from datetime import date, datetime

from smsbot.core.editorial.revisions import RevisionEvent
from smsbot.core.editorial.shelves import DueReview, OnItsWay, Shelf
from smsbot.core.editorial.story import is_refusal
from smsbot.db import review_queue
from smsbot.db.store import Store

Place = tuple[datetime, int]
"""Where a page of a shelf ends: the last one's change and id."""
DuePlace = tuple[date, str, str]
"""Where a page of due reviews ends: day, keyword and language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Some of what waits on one shelf; `last` has what happened to each, by id."""

    total: int
    shown: tuple[OnItsWay, ...]
    last: dict[int, RevisionEvent]
    more: Place | None
    """Pass it as `after` for the rest; None, there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Some of the live answers whose review is overdue."""

    total: int
    shown: tuple[DueReview, ...]
    more: DuePlace | None


def waiting(store: Store, shelf: Shelf, limit: int, after: Place | None = None) -> Waiting:
    """What waits on a shelf, the longest waiting first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = review_queue.page(tx, shelf, limit + 1, after)
        shown = found[:limit]
        return Waiting(
            total=review_queue.count(tx, shelf),
            shown=shown,
            last=review_queue.last_events(tx, [one.id for one in shown]),
            more=(shown[-1].changed_at, shown[-1].id) if len(found) > limit else None,
        )


def sent_back(store: Store, author: str) -> int:
    """How many drafts of this author a reviewer has refused, and nothing happened since.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        last = review_queue.last_events(tx, review_queue.drafts_of(tx, author))
    return sum(map(is_refusal, last.values()))


def due(store: Store, today: date, limit: int, after: DuePlace | None = None) -> Due:
    """The live answers whose day of review has passed, the longest overdue first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = review_queue.due_reviews(tx, today, limit + 1, after)
        total = review_queue.count_due(tx, today)
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    more = (last.review_by, last.keyword, last.lang.value) if last else None
    return Due(total=total, shown=shown, more=more)
