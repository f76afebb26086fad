"""The few columns by which answers are listed, and the words by which they are found."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select, tuple_

from smsbot.core.answers import Answer, Group
from smsbot.core.editorial.revisions import OPEN, RevisionState
from smsbot.core.messages import Lang
from smsbot.core.reports.counts import Subject
from smsbot.db.answers import answer_of
from smsbot.db.tables_answers import answer, revision
from smsbot.db.tables_reports import day_count

_OPEN = tuple(state.value for state in OPEN)
_READ_AT_ONCE = 400
"""Names in one statement; beyond that everything is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """An answer in one language that people may read."""

    keyword: str
    lang: Lang
    group: Group
    reviewer: str | None
    reviewed_on: date | None
    review_by: date
    expires_on: date | None
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A revision that is on its way."""

    id: int
    n: int
    version: int
    keyword: str
    lang: Lang
    group: Group
    state: RevisionState
    author: str
    owner: str | None
    publish_at: datetime | None
    changed_at: datetime


def names(tx: Connection) -> list[tuple[str, str]]:
    """Keyword and language of every live answer, from the index alone."""
    found = select(answer.c.keyword, answer.c.lang).order_by(answer.c.keyword, answer.c.lang)
    return [(row[0], row[1]) for row in tx.execute(found)]


def called(tx: Connection) -> Iterator[tuple[Lang, Group, str, tuple[str, ...]]]:
    """Language, group, keyword and other names of every live answer, everyday words left out.

    Those are told from a question only by luck.
    """
    columns = answer.c
    for row in tx.execute(
        select(columns.lang, columns.category, columns.keyword, columns.aliases, columns.loose)
    ):
        loose = row.loose if isinstance(row.loose, list) else []
        # Plain SQL may have left a list that is none.
        others = row.aliases if isinstance(row.aliases, list) else []
        names = tuple(one for one in others if isinstance(one, str) and one not in loose)
        yield Lang(row.lang), Group(row.category), row.keyword, names


def unsigned(tx: Connection) -> frozenset[str]:
    """The keywords of live answers that no clinician has signed."""
    found = select(answer.c.keyword).where(answer.c.reviewer.is_(None)).distinct()
    return frozenset(tx.scalars(found))


def overdue(tx: Connection, today: date) -> frozenset[str]:
    """The keywords of live answers that somebody was to read again by now."""
    found = select(answer.c.keyword).where(answer.c.review_by < today).distinct()
    return frozenset(tx.scalars(found))


def owned(tx: Connection, owner: str) -> frozenset[str]:
    """The keywords that a person looks after, live or on their way."""
    states = (RevisionState.PUBLISHED.value, *_OPEN)
    found = select(revision.c.keyword).where(
        revision.c.state.in_(states), revision.c.owner == owner
    )
    return frozenset(tx.scalars(found))


def live(tx: Connection, keywords: Collection[str]) -> Iterator[Live]:
    """The live answers of these keywords, in the order of keyword and language."""
    columns = answer.c
    wanted = (
        select(
            columns.keyword, columns.lang, columns.category, columns.reviewer,
            columns.reviewed_on, columns.review_by, columns.expires_on, revision.c.owner,
        )
        .outerjoin(revision, revision.c.id == columns.revision_id)
        .where(columns.keyword.in_(keywords))
        .order_by(columns.keyword, columns.lang)
    )  # fmt: skip
    for row in tx.execute(wanted):
        yield Live(
            keyword=row.keyword, lang=Lang(row.lang), group=Group(row.category),
            reviewer=row.reviewer, reviewed_on=row.reviewed_on, review_by=row.review_by,
            expires_on=row.expires_on, owner=row.owner,
        )  # fmt: skip


def opened(tx: Connection, keyword: str | None = None) -> Iterator[Open]:
    """Every revision on its way, or those of one keyword, oldest first."""
    columns = revision.c
    wanted = (
        select(
            columns.id, columns.n, columns.version, columns.keyword, columns.lang,
            columns.category, columns.state, columns.author, columns.owner, columns.publish_at,
            columns.changed_at,
        )
        .where(columns.state.in_(_OPEN))
        .order_by(columns.n)
    )  # fmt: skip
    if keyword is not None:
        wanted = wanted.where(columns.keyword == keyword)
    for row in tx.execute(wanted):
        yield Open(
            id=row.id, n=row.n, version=row.version, keyword=row.keyword, lang=Lang(row.lang),
            group=Group(row.category), state=RevisionState(row.state), author=row.author,
            owner=row.owner, publish_at=row.publish_at, changed_at=row.changed_at,
        )  # fmt: skip


def of_keyword(tx: Connection, keyword: str) -> tuple[Answer, ...]:
    """The live answers of one keyword, English first."""
    rows = tx.execute(select(answer).where(answer.c.keyword == keyword).order_by(answer.c.lang))
    return tuple(map(answer_of, rows))


def texts(
    tx: Connection, names: Collection[tuple[str, Lang]]
) -> Iterator[tuple[tuple[str, Lang], tuple[str, ...]]]:
    """By name: all the words of these live answers in which somebody might look for them."""
    columns = answer.c
    wanted = select(
        columns.keyword, columns.lang, columns.aliases, columns.questions, columns.short,
        columns.long,
    )  # fmt: skip
    if len(names) <= _READ_AT_ONCE:
        keys = [(keyword, lang.value) for keyword, lang in names]
        wanted = wanted.where(tuple_(columns.keyword, columns.lang).in_(keys))
    for row in tx.execute(wanted):
        name = (row.keyword, Lang(row.lang))
        if name in names:
            yield name, _words(row.keyword, row.aliases, row.questions, row.short, row.long)


def texts_of_revisions(
    tx: Connection, ids: Collection[int]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """By id: all the words of these revisions."""
    columns = revision.c
    wanted = select(
        columns.id, columns.keyword, columns.aliases, columns.questions, columns.short,
        columns.long,
    ).where(columns.state.in_(_OPEN))  # fmt: skip
    if len(ids) <= _READ_AT_ONCE:
        wanted = wanted.where(columns.id.in_(ids))
    for row in tx.execute(wanted):
        if row.id in ids:
            yield row.id, _words(row.keyword, row.aliases, row.questions, row.short, row.long)


def uses(tx: Connection, keywords: Collection[str], first: date, last: date) -> dict[str, int]:
    """How many texts each of these answered from day to day, both included, as counted by day."""
    rows = tx.execute(
        select(day_count.c.item, func.sum(day_count.c.number))
        .where(
            day_count.c.subject == Subject.TOPIC.value,
            day_count.c.day >= first,
            day_count.c.day <= last,
            day_count.c.item.in_(keywords),
        )
        .group_by(day_count.c.item)
    )
    return {item: int(number) for item, number in rows}


def _words(
    keyword: str, aliases: object, questions: object, short: str, long: str | None
) -> tuple[str, ...]:
    # Plain SQL may have left a list that is none.
    lists = [one for one in (aliases, questions) if isinstance(one, list)]
    items = [item for one in lists for item in one if isinstance(item, str)]
    return (keyword, *items, short, long or "")
