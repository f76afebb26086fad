"""What staff see first: today's texts, what waits for a person, and how the last weeks went."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from smsbot.core.inbound.decision import Step
from smsbot.core.reports.counts import Subject, bounds
from smsbot.core.reports.report import Report, build
from smsbot.db import alerts, answers, review_health
from smsbot.db.review_health import Due, Health
from smsbot.db.store import Store
from smsbot.services import count_days
from smsbot.services.outbox import Summary, glance

DAYS = 14
MOST_DUE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The figures of a moment. `texts` counts since `since`, midnight UTC, for every step."""

    since: datetime
    texts: dict[Step, int]
    report: Report
    """Of the last DAYS days."""
    open_alerts: int
    outbox: Summary
    content_version: int
    health: Health
    overdue: tuple[Due, ...]
    """Should have been read again by now, longest overdue first; at most MOST_DUE."""
    expiring: tuple[Due, ...]
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
    today = now.date()
    since, _ = bounds(today)
    first = today - timedelta(days=DAYS - 1)
    outbox = glance(store, now)
    with store.read() as tx:
        counts = count_days.counts(tx, first, today, now, (Subject.STEP, Subject.SENT))
        counted = Counter[str]()
        for one in counts:
            if one.day == today and one.subject is Subject.STEP:
                counted[one.item] += one.number
        return Dashboard(
            since=since,
            texts={step: counted[step.value] for step in Step},
            report=build(counts, first, today),
            open_alerts=alerts.count_open(tx),
            outbox=outbox,
            content_version=answers.version(tx),
            health=review_health.health(tx, today),
            overdue=review_health.overdue(tx, today, MOST_DUE),
            expiring=review_health.expiring(tx, MOST_DUE),
        )
