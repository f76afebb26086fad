"""Where revisions wait, and for whom: what the review queue shows of each, without its texts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from smsbot.core.editorial.revisions import RevisionEvent, RevisionState
from smsbot.core.messages import Lang


class Shelf(StrEnum):
    """What a revision waits for."""

    REVIEW = "review"
    SECOND = "second"
    """The second approver of a crisis text."""
    PUBLISH = "publish"
    """A publisher, or its time."""
    DRAFT = "draft"
    """Its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItsWay:
    """A revision that waits."""

    id: int
    keyword: str
    lang: Lang
    n: int
    author: str
    why: str
    approved_by: str | None
    second_by: str | None
    changed_at: datetime
    submitted_at: datetime | None
    publish_at: datetime | None
    is_crisis: bool
    origin: str
    """Where it came from: staff, seed or import."""
    writers: tuple[str, ...]
    """Everybody who wrote in it, the author among them: none of them approves it."""

    @property
    def name(self) -> str:
        """The answer it is of, as staff write it: "FDA.en"."""
        return f"{self.keyword}.{self.lang.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReview:
    """A live answer that should have been read again by now."""

    keyword: str
    lang: Lang
    review_by: date
    reviewer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRevision:
    """A revision in the list of an answer's past."""

    id: int
    keyword: str
    lang: Lang
    n: int
    state: RevisionState
    origin: str
    author: str
    why: str
    approved_by: str | None
    second_by: str | None
    changed_at: datetime
    published_at: datetime | None
    """When it last went live; None, it never did."""

    @property
    def can_come_back(self) -> bool:
        """Whether it was approved and live before, and is not now."""
        was_live = self.state is RevisionState.RETIRED and self.published_at is not None
        return was_live and self.approved_by is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """Something that happened to an answer in one of its languages."""

    id: int
    lang: Lang
    revision_id: int
    event: RevisionEvent
