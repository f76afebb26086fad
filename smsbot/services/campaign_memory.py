"""What the runner knows of each campaign between two rounds; the database knows all of it too."""

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from smsbot.core.campaigns.campaign import Arm, Campaign
from smsbot.core.campaigns.watch import Counts, Mark, seconds_left
from smsbot.core.messages import Lang
from smsbot.core.reports.counts import Subject, percentile
from smsbot.db import campaign_counts, campaign_messages, campaigns, day_counts, recipients
from smsbot.db.feeding import Words
from smsbot.db.store import Store, Transaction
from smsbot.services.dry_run import Desk

COUNT_EVERY = timedelta(seconds=1)
_COST_SHARE = 10
"""Counting takes at most a tenth of the time."""
_PULSE_EVERY = timedelta(seconds=30)
_FEWEST_REPLIES = 5
"""Answers within a pulse before their slowness says anything."""


@dataclass(slots=True)
class Running:
    """One campaign."""

    id: int
    campaign: Campaign = field(init=False)
    words: dict[tuple[Arm, Lang], Words] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    aside: dict[tuple[str, str], int] = field(default_factory=dict)
    marks: tuple[Mark, Mark] = (Mark(), Mark())
    fed: Counter[Arm] = field(default_factory=Counter)
    fed_uncounted: int = 0
    """People handed over since the last count."""
    last_fed_at: datetime | None = None
    waiting: bool = True
    """Whether anybody waits for their text."""
    opens_at: datetime | None = None
    """When the hours of the first place begin; None: nobody waits."""
    slowest_reply_ms: int | None = None
    counted_at: datetime | None = None
    _cost: float = 0.0
    _first_consent: int = 0
    _people: int = 0
    _pulse: tuple[datetime, dict[str, int]] | None = None
    _resumed: bool = False

    def is_stale(self, now: datetime) -> bool:
        """Whether somebody was handed over after the last count."""
        return bool(self.fed_uncounted) or self.counted_at is None or self.counted_at > now

    def note_fed(self, tx: Transaction, arm: Arm | None, number: int, now: datetime) -> None:
        """Keep how many were handed over, in the transaction that does it."""
        self.fed[arm or Arm.A] += number
        self.fed_uncounted += number
        self.last_fed_at = now
        campaigns.put(tx, self.id, {"watched": campaigns.written(self._watched())})

    def keep(self, store: Store, desk: Desk, now: datetime) -> None:
        """Write down how it stands, for the pages."""
        if self.counted_at != now:
            return
        with store.begin() as tx:
            values = {
                "progress": campaigns.written(self.progress(desk, now)),
                "progress_at": now,
                "watched": campaigns.written(self._watched()),
            }
            campaigns.put(tx, self.id, values)

    def progress(self, desk: Desk, now: datetime) -> dict[str, object]:
        """How it stands, in numbers."""
        handed = sum(self.counts.by_end.values())
        waiting = max(self._people - handed - sum(self.aside.values()), 0)
        sizes = [words.segments for words in self.words.values()]
        segments = int((waiting + self.counts.in_hand) * sum(sizes) / max(len(sizes), 1))
        left = seconds_left(segments, desk.house.mps, self.opens_at or now, now)
        return {
            "at": now.isoformat(),
            "people": self._people,
            "waiting": waiting,
            "ends": [[s.value, code, n] for (s, code), n in sorted(self.counts.by_end.items())],
            "aside": [[state, reason, n] for (state, reason), n in sorted(self.aside.items())],
            "opt_outs": self.counts.opt_outs,
            "seconds_left": round(left),
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
        }

    def _watched(self) -> dict[str, object]:
        return {
            "first_consent": self._first_consent,
            "marks": [asdict(mark) for mark in self.marks],
            "fed": {arm.value: self.fed[arm] for arm in Arm},
            "last_fed_at": self.last_fed_at.isoformat() if self.last_fed_at else None,
        }

    def load(self, tx: Transaction, store: Store, one: Campaign) -> None:
        """Know again what the database knows."""
        watched: dict[str, Any] = campaigns.held(tx, one.id, "watched")
        self.campaign = one
        self._first_consent = int(watched.get("first_consent", 0))
        self._people = int(campaigns.held(tx, one.id, "checked").get("people", 0))
        fed, last = watched.get("fed", {}), watched.get("last_fed_at")
        old, new = (Mark(**one) for one in watched.get("marks", [{}, {}]))
        self.marks, self._resumed = (old, new), bool(watched.get("resumed"))
        self.fed = Counter({arm: int(fed.get(arm.value, 0)) for arm in Arm})
        self.last_fed_at = datetime.fromisoformat(last) if last else None
        messages = campaign_messages.find(tx, one.plan.messages.values())
        self.words = {
            key: Words(
                body_sealed=store.sealer.seal(messages[number].body),
                segments=messages[number].size.segments,
            )
            for key, number in one.plan.messages.items()
        }

    def reckon_from_here_if_resumed(self) -> None:
        """What happened before a person let it go on has been judged by that person."""
        if self._resumed:
            self.marks = (Mark.at(self.counts), Mark.at(self.counts))

    def count(self, tx: Transaction, now: datetime, *, at_once: bool) -> None:
        """Count again if it is time to."""
        wait = max(COUNT_EVERY, timedelta(seconds=self._cost * _COST_SHARE))
        if not at_once and self.counted_at is not None and now - self.counted_at < wait:
            return
        began = time.perf_counter()
        self.counts = campaign_counts.counts(tx, self.id, self._first_consent)
        self.aside = recipients.set_aside(tx, self.id)
        self._cost = time.perf_counter() - began
        self.counted_at, self.fed_uncounted = now, 0
        self._feel_pulse(tx, now)

    def _feel_pulse(self, tx: Transaction, now: datetime) -> None:
        """How slow the answers to people have been since the last pulse."""
        if self._pulse is not None and now - self._pulse[0] < _PULSE_EVERY:
            return
        sums = day_counts.sums(tx, Subject.REPLY_MS, now.date(), now.date())
        if self._pulse is not None:
            before = self._pulse[1]
            fresh = {int(end): n - before.get(end, 0) for end, n in sums.items()}
            replies = sum(fresh.values())
            slow = percentile(fresh, 0.95) if replies >= _FEWEST_REPLIES else None
            self.slowest_reply_ms = slow
        self._pulse = (now, sums)


class Memory:
    """All campaigns of one process. For one thread."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._running: dict[int, Running] = {}
        self.over: set[int] = set()
        """Cancelled ones of which nothing is left to be taken back."""

    def of(self, campaign_id: int) -> Running:
        """What is known of one campaign."""
        return self._running.setdefault(campaign_id, Running(id=campaign_id))


def remembered(
    store: Store, running: Running, now: datetime, *, at_once: bool = False
) -> Campaign | None:
    """The campaign as it stands now, counted; None: it has gone.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        one = campaigns.find(tx, running.id)
        if one is None:
            return None
        known = getattr(running, "campaign", None)
        if known is None or known.changed_at != one.changed_at:
            running.load(tx, store, one)
            running.count(tx, now, at_once=True)
            running.reckon_from_here_if_resumed()
        else:
            running.campaign = one
            running.count(tx, now, at_once=at_once)
    return one
