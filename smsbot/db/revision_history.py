"""The past of an answer in the database: its revisions without their texts, and its events."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from smsbot.core.answers import Group
from smsbot.core.editorial.revisions import Revision, RevisionEvent, RevisionState
from smsbot.core.editorial.shelves import PastEvent, PastRevision
from smsbot.core.messages import Lang
from smsbot.db.revisions import revision_of
from smsbot.db.tables_answers import answer, revision, revision_event

_LIGHT = (
    revision.c.id, revision.c.keyword, revision.c.lang, revision.c.n, revision.c.state,
    revision.c.origin, revision.c.author, revision.c.why, revision.c.approved_by,
    revision.c.second_by, revision.c.changed_at, revision.c.published_at,
)  # fmt: skip


def of_revision(tx: Connection, revision_id: int) -> tuple[RevisionEvent, ...]:
    """Everything that happened to one revision, the newest first."""
    rows = _events().where(revision_event.c.revision_id == revision_id)
    return tuple(
        RevisionEvent(n=row.n, at=row.at, who=row.who, what=row.what, note=row.note)
        for row in tx.execute(rows)
    )


def of_keyword(
    tx: Connection, keyword: str, limit: int, before: int | None = None
) -> tuple[PastEvent, ...]:
    """Some of what happened to an answer in all its languages, the newest first.

    `before`: only what is older than the event with this id.
    """
    rows = _events().where(revision.c.keyword == keyword).limit(limit)
    if before is not None:
        rows = rows.where(revision_event.c.id < before)
    return tuple(
        PastEvent(
            id=row.id, lang=Lang(row.lang), revision_id=row.revision_id,
            event=RevisionEvent(n=row.n, at=row.at, who=row.who, what=row.what, note=row.note),
        )
        for row in tx.execute(rows)
    )  # fmt: skip


def past(tx: Connection, keyword: str, limit: int) -> tuple[PastRevision, ...]:
    """The revisions of an answer in all its languages, the highest numbers first."""
    rows = (
        select(*_LIGHT)
        .where(revision.c.keyword == keyword)
        .order_by(revision.c.n.desc(), revision.c.lang)
        .limit(limit)
    )
    return tuple(map(_past, tx.execute(rows)))


def live_safety(tx: Connection) -> Iterator[tuple[Group, PastRevision]]:
    """The live revisions of the answers that need two approvers, and of STOP, START and HELP."""
    groups = (Group.SAFETY, Group.RESERVED)
    rows = (
        select(answer.c.category, *_LIGHT)
        .join(revision, revision.c.id == answer.c.revision_id)
        .where(answer.c.category.in_([group.value for group in groups]))
        .order_by(answer.c.category.desc(), answer.c.keyword, answer.c.lang)
    )
    for row in tx.execute(rows):
        yield Group(row.category), _past(row)


def live_number(tx: Connection, keyword: str, lang: Lang) -> int | None:
    """The number of the revision that people get now; None: nothing is live."""
    number = tx.scalar(
        select(revision.c.n)
        .join(answer, answer.c.revision_id == revision.c.id)
        .where(answer.c.keyword == keyword, answer.c.lang == lang.value)
    )
    return None if number is None else int(number)


def live_before(tx: Connection, one: Revision) -> Revision | None:
    """Of the revisions of the same answer that were ever live, the one with the next lower number.

    That is what was said before, unless an older text was brought back in between.
    """
    rows = (
        select(revision)
        .where(
            revision.c.keyword == one.answer.keyword,
            revision.c.lang == one.answer.lang.value,
            revision.c.n < one.n,
            revision.c.published_at.is_not(None),
        )
        .order_by(revision.c.n.desc())
        .limit(1)
    )
    row = tx.execute(rows).one_or_none()
    return None if row is None else revision_of(row)


def _events() -> Select[Any]:
    return (
        select(revision_event, revision.c.n, revision.c.lang)
        .join(revision, revision.c.id == revision_event.c.revision_id)
        .order_by(revision_event.c.id.desc())
    )


def _past(row: Any) -> PastRevision:
    return PastRevision(
        id=row.id, keyword=row.keyword, lang=Lang(row.lang), n=row.n, origin=row.origin,
        state=RevisionState(row.state), author=row.author, why=row.why,
        approved_by=row.approved_by, second_by=row.second_by, changed_at=row.changed_at,
        published_at=row.published_at,
    )  # fmt: skip
