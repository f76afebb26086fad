"""What is counted of a day, in the few kinds that every report is made of. No person is in it.

A day is one of UTC, from midnight to midnight: the same for everybody who reads.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum


class Subject(StrEnum):
    """What a count is about; `item` of a count is one of its values."""

    STEP = "step"
    """Inbound texts by the step that answered: every text once."""
    TOPIC = "topic"
    """Inbound texts by the topic of the answer, those without one left out."""
    TIER = "tier"
    """Inbound texts on which the crisis screen fired, by tier."""
    MISSED = "missed"
    """Inbound texts that asked and got no answer, by why: unknown, notcovered, ambiguous."""
    LATE = "late"
    """Inbound texts that were recorded late or found by the provider's list alone."""
    SENT = "sent"
    """Texts of the outbox queued that day, by where they are: "state:error code"."""
    CONSENT = "consent"
    """Opt-outs and opt-ins."""
    PEOPLE = "people"
    """People who wrote for the first time."""
    REPLY_MS = "reply_ms"
    """Webhook replies by how long they took: the upper end of a bucket, in milliseconds."""


RECOUNTED = frozenset(Subject) - {Subject.REPLY_MS}
"""Counted from the rows of a day, so counting again is always right; the others are added up."""


OF_TEXTS = frozenset({Subject.STEP, Subject.TOPIC, Subject.TIER, Subject.LATE})
"""Counted from the inbound texts in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many there were of one thing on one day."""

    day: date
    subject: Subject
    item: str
    lang: str
    """The language of an inbound text; "" where there is none."""
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Inbound texts of one day that are alike."""

    step: str
    tier: str | None
    topic: str | None
    lang: str
    is_late: bool
    number: int


BUCKETS_MS = (
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700,
    1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 15_000,
)  # fmt: skip
"""Upper ends. Twilio waits 15 s for an answer; what took longer is counted into the last.

Source: https://www.twilio.com/docs/api/errors/11205 (read 2026-11-23).
"""


def bucket(seconds: float) -> int:
    """The upper end, in milliseconds, of the bucket that a time falls into."""
    milliseconds = seconds * 1000
    return next((end for end in BUCKETS_MS if milliseconds <= end), BUCKETS_MS[-1])


def percentile(counted: Mapping[int, int], share: float) -> int | None:
    """The upper end of the bucket within which `share` (0 to 1) of the times lie; None of none."""
    total = sum(counted.values())
    if not total:
        return None
    reached = 0
    for end, number in sorted(counted.items()):
        reached += number
        if reached >= share * total:
            return end
    return max(counted)


def of_texts(day: date, groups: Iterable[Group]) -> Iterator[Count]:
    """The counts that a day's inbound texts give."""
    found: Counter[tuple[Subject, str, str]] = Counter()
    for one in groups:
        found[Subject.STEP, one.step, one.lang] += one.number
        if one.topic:
            found[Subject.TOPIC, one.topic, one.lang] += one.number
        if one.tier:
            found[Subject.TIER, one.tier, one.lang] += one.number
        if one.is_late:
            found[Subject.LATE, "late", one.lang] += one.number
    for (subject, item, lang), number in found.items():
        yield Count(day=day, subject=subject, item=item, lang=lang, number=number)


def bounds(day: date) -> tuple[datetime, datetime]:
    """When a day begins and when the next one does, aware UTC."""
    start = datetime.combine(day, time(), UTC)
    return start, start + timedelta(days=1)


def days(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last, both included; none when they are the wrong way."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
