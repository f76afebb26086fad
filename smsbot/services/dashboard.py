"""What staff see first: today's texts, what waits to leave, what waits for a person."""

from dataclasses import dataclass
from datetime import datetime

from smsbot.core.inbound.decision import Step
from smsbot.db import answers, inbound
from smsbot.db.store import Store
from smsbot.services.outbox import Summary, summarize
from smsbot.services.published import Version, entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The figures of a moment. `texts` counts since `since`, midnight UTC, for every step."""

    since: datetime
    texts: dict[Step, int]
    outbox: Summary
    content_version: int
    keywords: int
    answers: int
    waiting: int
    """Answers that wait for a clinician's signature."""
    overdue: tuple[Version, ...]
    """Should have been read again by now, longest overdue first."""
    expiring: tuple[Version, ...]
    """Time-limited answers, the next to end first; ended ones too."""

    @property
    def total(self) -> int:
        """All texts since midnight."""
        return sum(self.texts.values())

    @property
    def crisis(self) -> int:
        """Texts that the crisis screen answered since midnight."""
        return self.texts[Step.CRISIS]


def look(store: Store, now: datetime) -> Dashboard:
    """Gather the figures.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with store.read() as tx:
        counted = inbound.count_by_step(tx, since)
        version = answers.version(tx)
    found = entries(store, now.date())
    versions = [version for one in found for version in one.versions]
    return Dashboard(
        since=since,
        texts={step: counted.get(step.value, 0) for step in Step},
        outbox=summarize(store, now),
        content_version=version,
        keywords=len(found),
        answers=len(versions),
        waiting=sum(one.standing.waits for one in versions),
        overdue=_first_by_date([one for one in versions if one.standing.is_overdue]),
        expiring=_expiring(versions),
    )


def _first_by_date(versions: list[Version]) -> tuple[Version, ...]:
    return tuple(sorted(versions, key=lambda one: (one.standing.review_by, one.answer.keyword)))


def _expiring(versions: list[Version]) -> tuple[Version, ...]:
    dated = [
        (one.standing.expires_on, one.answer.keyword, one.answer.lang, one)
        for one in versions
        if one.standing.expires_on is not None
    ]
    return tuple(one for *_, one in sorted(dated, key=lambda row: row[:3]))
