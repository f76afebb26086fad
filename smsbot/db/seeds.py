"""The revisions that came from the content folder: which there were, and going live as one."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from smsbot.core.editorial.revisions import Origin, RevisionState
from smsbot.db import revisions
from smsbot.db.tables_answers import revision

SEED = "content seed"
"""Who the history names for it."""

Name = tuple[str, str]
"""Keyword and language of an answer."""


class Known:
    """What the database knows of each answer, read once for a whole seeding."""

    def __init__(self, tx: Connection) -> None:
        """Read it."""
        self.seeds: dict[Name, dict[str, int]] = {}
        self.all: set[Name] = set()
        self.touched: set[Name] = set()
        self.live: dict[Name, int] = {}
        columns = revision.c
        for row in tx.execute(
            select(
                columns.id, columns.keyword, columns.lang, columns.state, columns.origin,
                columns.digest,
            ).order_by(columns.id)
        ):  # fmt: skip
            name = (row.keyword, row.lang)
            self.all.add(name)
            if row.digest is not None:
                self.seeds.setdefault(name, {})[row.digest] = row.id
            if row.state == RevisionState.PUBLISHED.value:
                self.live[name] = row.id
            if row.origin != Origin.SEED.value:
                self.touched.add(name)

    def may_go_live(self, name: Name) -> bool:
        """Whether staff have never had a hand in it: it is new, or live as an earlier seed."""
        return name not in self.all or (name in self.live and name not in self.touched)


def go_live(tx: Connection, revision_id: int, now: datetime) -> bool:
    """Take a seed that nobody approved to where people get it; False if a rule is against it."""
    try:
        with tx.begin_nested():
            for state in (
                RevisionState.IN_REVIEW, RevisionState.APPROVED, RevisionState.PUBLISHED,
            ):  # fmt: skip
                one = revisions.get(tx, revision_id)
                assert one is not None  # noqa: S101 - for the type checker
                if one.state is RevisionState.RETIRED:
                    state = RevisionState.PUBLISHED  # noqa: PLW2901
                if one.state is not RevisionState.PUBLISHED:
                    revisions.move(tx, one, state, by=SEED, now=now)
    except IntegrityError:
        return False
    return True
