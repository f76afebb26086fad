"""Revisions of an answer: what somebody wrote, who let it through, and how far it has come.

The database keeps these rules too, by triggers: this is what the program says of them beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from smsbot.core.answers import Answer, Group


class RevisionState(StrEnum):
    """How far a revision has come."""

    DRAFT = "draft"
    """Being written: the only state in which its text may change."""
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    """What people get now: one revision an answer and language."""
    RETIRED = "retired"
    """Was live, or was given up as a draft."""


OPEN = (RevisionState.DRAFT, RevisionState.IN_REVIEW, RevisionState.APPROVED)
"""The states of a revision that is on its way."""


class Origin(StrEnum):
    """Where a revision came from."""

    STAFF = "staff"
    SEED = "seed"
    """The files that come with the program. Live without approval only while nothing else was."""
    IMPORT = "import"


MOVES: Mapping[RevisionState, frozenset[RevisionState]] = {
    RevisionState.DRAFT: frozenset({RevisionState.IN_REVIEW, RevisionState.RETIRED}),
    RevisionState.IN_REVIEW: frozenset({RevisionState.DRAFT, RevisionState.APPROVED}),
    RevisionState.APPROVED: frozenset({RevisionState.DRAFT, RevisionState.PUBLISHED}),
    RevisionState.PUBLISHED: frozenset({RevisionState.RETIRED}),
    RevisionState.RETIRED: frozenset({RevisionState.PUBLISHED}),
}
"""The steps a revision may take from each state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of one answer in one language, numbered `n` from 1 among those."""

    id: int
    n: int
    answer: Answer
    state: RevisionState
    origin: Origin
    owner: str | None
    """Who looks after the answer."""
    why: str
    """The reason for the change, in the author's words."""
    approved_by: str | None
    second_by: str | None
    """The second approver, whom only crisis texts need."""
    version: int
    """Counts the saves of the draft: who saves over another's later save is told."""
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    publish_at: datetime | None
    """When it is to go live by itself."""
    published_at: datetime | None

    @property
    def name(self) -> str:
        """The answer it is of, as staff write it: "FDA.en"."""
        return f"{self.answer.keyword}.{self.answer.lang.value}"

    @property
    def needs_second(self) -> bool:
        """Whether a second person must still approve it: crisis texts, before they go live."""
        return self.answer.group is Group.SAFETY and self.second_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionEvent:
    """One line of the history: written by the database with every step, and never changed."""

    n: int
    """Of which revision."""
    at: datetime
    who: str
    what: str
    """drafted, submitted, refused, approved, published, rolled back, retired ..."""
    note: str


def may_move(before: RevisionState, after: RevisionState) -> bool:
    """Whether a revision may go from one state to the other in one step."""
    return after in MOVES[before]
