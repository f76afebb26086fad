"""The revisions of the answers: rows in, values out. The triggers keep the rules of their steps."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from smsbot.core.answers import Answer
from smsbot.core.editorial.revisions import OPEN, Origin, Revision, RevisionEvent, RevisionState
from smsbot.core.messages import Lang
from smsbot.db.answers import answer_of, columns_of
from smsbot.db.tables_answers import (
    live_name,
    reserved_word,
    revision,
    revision_event,
    revision_writer,
)


def add(
    tx: Connection, answer: Answer, *, origin: Origin, now: datetime, by: str, **more: Any
) -> int:
    """Begin a draft as the next revision of its answer; its id. `more`: why, digest."""
    last = select(func.coalesce(func.max(revision.c.n), 0) + 1).where(
        revision.c.keyword == answer.keyword, revision.c.lang == answer.lang.value
    )
    made = tx.execute(
        insert(revision)
        .values(
            **columns_of(answer), n=last.scalar_subquery(), origin=origin.value,
            moved_by=by, created_at=now, changed_at=now, **more,
        )
        .returning(revision.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


def get(tx: Connection, revision_id: int) -> Revision | None:
    """One revision."""
    row = tx.execute(select(revision).where(revision.c.id == revision_id)).one_or_none()
    return None if row is None else revision_of(row)


def numbered(tx: Connection, keyword: str, lang: Lang, n: int) -> Revision | None:
    """The n-th revision of an answer."""
    row = tx.execute(_of(keyword, lang).where(revision.c.n == n)).one_or_none()
    return None if row is None else revision_of(row)


def of_answer(tx: Connection, keyword: str, lang: Lang) -> tuple[Revision, ...]:
    """Every revision of an answer, the newest first."""
    return tuple(map(revision_of, tx.execute(_of(keyword, lang).order_by(revision.c.n.desc()))))


def in_states(tx: Connection, states: Iterable[RevisionState]) -> tuple[Revision, ...]:
    """The revisions that stand there, the longest unchanged first."""
    wanted = [state.value for state in states]
    rows = select(revision).where(revision.c.state.in_(wanted)).order_by(revision.c.changed_at)
    return tuple(map(revision_of, tx.execute(rows)))


def newest_open(tx: Connection, keyword: str, lang: Lang) -> Revision | None:
    """The newest revision of an answer that is on its way: a draft, in review or approved."""
    rows = _of(keyword, lang).where(revision.c.state.in_([one.value for one in OPEN]))
    row = tx.execute(rows.order_by(revision.c.n.desc()).limit(1)).one_or_none()
    return None if row is None else revision_of(row)


def due(tx: Connection, now: datetime) -> tuple[Revision, ...]:
    """Approved revisions whose time to go live has come, in that order."""
    approved = (revision.c.state == RevisionState.APPROVED.value) & (revision.c.publish_at <= now)
    rows = select(revision).where(approved).order_by(revision.c.publish_at, revision.c.id)
    return tuple(map(revision_of, tx.execute(rows)))


def save(tx: Connection, one: Revision, answer: Answer, *, why: str, now: datetime) -> bool:
    """Write a draft's text over the version that `one` is; False when it has moved on since."""
    done = tx.execute(
        update(revision)
        .where(
            revision.c.id == one.id,
            revision.c.version == one.version,
            revision.c.state == RevisionState.DRAFT.value,
        )
        .values(
            **columns_of(answer),
            why=why,
            owner=one.owner,
            version=revision.c.version + 1,
            changed_at=now,
        )
    )
    return done.rowcount == 1


def move(
    tx: Connection, one: Revision, state: RevisionState, *, by: str, now: datetime, **more: Any
) -> bool:
    """Take a revision a step further; False when it has moved on since it was read.

    `more`: the note for the history, and what the step sets, as approved_by.
    """
    done = tx.execute(
        update(revision)
        .where(
            revision.c.id == one.id,
            revision.c.state == one.state.value,
            revision.c.version == one.version,
        )
        .values(state=state.value, moved_by=by, changed_at=now, **more)
    )
    return done.rowcount == 1


def change(tx: Connection, one: Revision, *, by: str, now: datetime, **values: Any) -> bool:
    """Set what may be set on an approved revision: second_by, publish_at."""
    done = tx.execute(
        update(revision)
        .where(
            revision.c.id == one.id,
            revision.c.state == one.state.value,
            revision.c.version == one.version,
        )
        .values(moved_by=by, changed_at=now, **values)
    )
    return done.rowcount == 1


def history(tx: Connection, keyword: str, lang: Lang) -> tuple[RevisionEvent, ...]:
    """Everything that happened to an answer, the newest first."""
    rows = tx.execute(
        select(revision_event, revision.c.n)
        .join(revision, revision.c.id == revision_event.c.revision_id)
        .where(revision.c.keyword == keyword, revision.c.lang == lang.value)
        .order_by(revision_event.c.id.desc())
    )
    return tuple(
        RevisionEvent(n=row.n, at=row.at, who=row.who, what=row.what, note=row.note) for row in rows
    )


def writers(tx: Connection, revision_id: int) -> tuple[str, ...]:
    """Everybody who wrote in a revision, by name; the database notes it with every change."""
    return writers_of(tx, (revision_id,)).get(revision_id, ())


def writers_of(tx: Connection, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Everybody who wrote in each of these revisions, by its id."""
    columns = revision_writer.c
    rows = select(columns.revision_id, columns.name).where(columns.revision_id.in_(list(ids)))
    found: dict[int, tuple[str, ...]] = {}
    for row in tx.execute(rows.order_by(columns.revision_id, columns.name)):
        found[row.revision_id] = (*found.get(row.revision_id, ()), row.name)
    return found


def holders(tx: Connection, names: Sequence[str]) -> dict[str, str]:
    """Of these names, those that lead to a live answer now, with its keyword."""
    rows = tx.execute(
        select(live_name.c.name, live_name.c.keyword).where(live_name.c.name.in_(names))
    )
    return {row.name: row.keyword for row in rows}


def held_by(tx: Connection, names: Sequence[str]) -> set[tuple[str, Lang]]:
    """The live answers that one of these names leads to."""
    rows = tx.execute(
        select(live_name.c.keyword, live_name.c.lang).where(live_name.c.name.in_(names)).distinct()
    )
    return {(row.keyword, Lang(row.lang)) for row in rows}


def reserved(tx: Connection, names: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Of these names, the reserved ones, with the category and the keyword that may have them."""
    rows = tx.execute(select(reserved_word).where(reserved_word.c.name.in_(names)))
    return {row.name: (row.category, row.keyword) for row in rows}


def _of(keyword: str, lang: Lang) -> Any:
    return select(revision).where(revision.c.keyword == keyword, revision.c.lang == lang.value)


def revision_of(row: Row[Any]) -> Revision:
    """The revision that a row holds."""
    return Revision(
        id=row.id,
        n=row.n,
        answer=answer_of(row, draft=row.state == RevisionState.DRAFT.value),
        state=RevisionState(row.state),
        origin=Origin(row.origin),
        owner=row.owner,
        why=row.why,
        approved_by=row.approved_by,
        second_by=row.second_by,
        version=row.version,
        created_at=row.created_at,
        changed_at=row.changed_at,
        submitted_at=row.submitted_at,
        publish_at=row.publish_at,
        published_at=row.published_at,
    )
