"""How the answers stand: how many wait for a signature, are overdue, or end soon."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Row, case, func, or_, select, text

from smsbot.core.messages import Lang
from smsbot.db.tables_answers import revision

SOON = timedelta(days=30)

# In these words, or SQLite does not use the partial index: it compares them as they are written.
_LIVE = text("state = 'published'")
_OPEN = ("draft", "in_review", "approved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An answer in one language with a date to keep."""

    keyword: str
    lang: Lang
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How many answers there are, each language counted by itself, and how they stand."""

    keywords: int
    answers: int
    unsigned: int
    overdue: int
    due_soon: int
    """To be read again within SOON."""
    one_language: int
    """Keywords that only one language has."""
    open: dict[str, int]
    """Revisions on their way, by state: draft, in_review, approved."""


def health(tx: Connection, today: date) -> Health:
    """Count the live answers, from the index alone."""
    unsigned = or_(revision.c.reviewer.is_(None), revision.c.reviewer == "")
    overdue = revision.c.review_by < today
    soon = revision.c.review_by.between(today, today + SOON)
    row = tx.execute(
        select(
            func.count().label("answers"),
            func.count(revision.c.keyword.distinct()).label("keywords"),
            *(
                func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)
                for name, condition in (
                    ("unsigned", unsigned), ("overdue", overdue), ("due_soon", soon),
                )
            ),
        ).where(_LIVE)
    ).one()  # fmt: skip
    states = tx.execute(
        select(revision.c.state, func.count().label("number"))
        .where(revision.c.state.in_(_OPEN))
        .group_by(revision.c.state)
    )
    return Health(
        keywords=row.keywords,
        answers=row.answers,
        unsigned=int(row.unsigned),
        overdue=int(row.overdue),
        due_soon=int(row.due_soon),
        one_language=2 * row.keywords - row.answers,
        open={one.state: one.number for one in states},
    )


def overdue(tx: Connection, today: date, limit: int) -> tuple[Due, ...]:
    """The live answers that should have been read again by now, longest overdue first."""
    rows = tx.execute(
        select(revision.c.keyword, revision.c.lang, revision.c.review_by.label("day"))
        .where(_LIVE, revision.c.review_by < today)
        .order_by(revision.c.review_by, revision.c.keyword, revision.c.lang)
        .limit(limit)
    )
    return tuple(_dues(rows))


def expiring(tx: Connection, limit: int) -> tuple[Due, ...]:
    """The live answers with a last day, the next to end first; ended ones too."""
    rows = tx.execute(
        select(revision.c.keyword, revision.c.lang, revision.c.expires_on.label("day"))
        .where(_LIVE, revision.c.expires_on.is_not(None))
        .order_by(revision.c.expires_on, revision.c.keyword, revision.c.lang)
        .limit(limit)
    )
    return tuple(_dues(rows))


def _dues(rows: Iterable[Row[str, str, date]]) -> Iterator[Due]:
    for row in rows:
        yield Due(keyword=row.keyword, lang=Lang(row.lang), day=row.day)
