"""What is on its way in the table of revisions, a page at a time, without the texts themselves."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, tuple_

from smsbot.core.answers import Group
from smsbot.core.editorial.revisions import RevisionEvent, RevisionState
from smsbot.core.editorial.shelves import DueReview, OnItsWay, Shelf
from smsbot.core.messages import Lang
from smsbot.db.revisions import writers_of
from smsbot.db.tables_answers import answer, revision, revision_event

_COLUMNS = (
    revision.c.id, revision.c.keyword, revision.c.lang, revision.c.n, revision.c.author,
    revision.c.why, revision.c.approved_by, revision.c.second_by, revision.c.changed_at,
    revision.c.submitted_at, revision.c.publish_at, revision.c.category, revision.c.origin,
)  # fmt: skip
_UNSECONDED = and_(revision.c.category == Group.SAFETY.value, revision.c.second_by.is_(None))
_ON = {
    Shelf.REVIEW: revision.c.state == RevisionState.IN_REVIEW.value,
    Shelf.SECOND: and_(revision.c.state == RevisionState.APPROVED.value, _UNSECONDED),
    Shelf.PUBLISH: and_(revision.c.state == RevisionState.APPROVED.value, ~_UNSECONDED),
    Shelf.DRAFT: revision.c.state == RevisionState.DRAFT.value,
}
_PLACE = (revision.c.changed_at, revision.c.id)


def count(tx: Connection, shelf: Shelf) -> int:
    """How many revisions wait there."""
    return int(tx.scalar(select(func.count()).select_from(revision).where(_ON[shelf])) or 0)


def page(
    tx: Connection, shelf: Shelf, limit: int, after: tuple[datetime, int] | None = None
) -> tuple[OnItsWay, ...]:
    """Some of what waits there, the longest waiting first; `after` is the last one's place."""
    rows = select(*_COLUMNS).where(_ON[shelf]).order_by(*_PLACE).limit(limit)
    if after is not None:
        at, number = after
        rows = rows.where(
            or_(revision.c.changed_at > at, and_(revision.c.changed_at == at, _PLACE[1] > number))
        )
    found = tx.execute(rows).all()
    writers = writers_of(tx, [row.id for row in found])
    return tuple(_on_its_way(row, writers.get(row.id, ())) for row in found)


def last_events(tx: Connection, ids: Collection[int]) -> dict[int, RevisionEvent]:
    """What happened last to each of these revisions, by its id."""
    last = (
        select(func.max(revision_event.c.id))
        .where(revision_event.c.revision_id.in_(list(ids)))
        .group_by(revision_event.c.revision_id)
    )
    rows = tx.execute(
        select(revision_event, revision.c.n)
        .join(revision, revision.c.id == revision_event.c.revision_id)
        .where(revision_event.c.id.in_(last))
    )
    return {
        row.revision_id: RevisionEvent(
            n=row.n, at=row.at, who=row.who, what=row.what, note=row.note
        )
        for row in rows
    }


def drafts_of(tx: Connection, author: str) -> list[int]:
    """The ids of what this person is writing."""
    mine = and_(_ON[Shelf.DRAFT], func.lower(revision.c.author) == author.lower())
    return list(tx.scalars(select(revision.c.id).where(mine)))


def count_due(tx: Connection, today: date) -> int:
    """How many live answers should have been read again by now."""
    due = answer.c.review_by < today
    return int(tx.scalar(select(func.count()).select_from(answer).where(due)) or 0)


def due_reviews(
    tx: Connection, today: date, limit: int, after: tuple[date, str, str] | None = None
) -> tuple[DueReview, ...]:
    """Live answers that should have been read again by now, the longest overdue first."""
    place = (answer.c.review_by, answer.c.keyword, answer.c.lang)
    rows: Select[Any] = select(*place, answer.c.reviewer).where(answer.c.review_by < today)
    if after is not None:
        day, *name = after
        same_day = and_(answer.c.review_by == day, tuple_(*place[1:]) > tuple_(*name))
        rows = rows.where(or_(answer.c.review_by > day, same_day))
    return tuple(
        DueReview(
            keyword=row.keyword, lang=Lang(row.lang), review_by=row.review_by, reviewer=row.reviewer
        )
        for row in tx.execute(rows.order_by(*place).limit(limit))
    )


def _on_its_way(row: Any, writers: tuple[str, ...]) -> OnItsWay:
    return OnItsWay(
        id=row.id, keyword=row.keyword, lang=Lang(row.lang), n=row.n, author=row.author,
        why=row.why, approved_by=row.approved_by, second_by=row.second_by,
        changed_at=row.changed_at, submitted_at=row.submitted_at, publish_at=row.publish_at,
        is_crisis=row.category == Group.SAFETY.value, origin=row.origin, writers=writers,
    )  # fmt: skip
