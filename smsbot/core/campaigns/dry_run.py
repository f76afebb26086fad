"""What a campaign would do, reckoned without doing it: who gets which text when, and what it costs.

Its token is a digest over everything that matters. A second person approves that token, and the
start is refused when anything it stands for has changed.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from smsbot.core.campaigns.campaign import Arm
from smsbot.core.messages import Lang

_NEVER = (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
"""The time of sending is reckoned so exactly. Hours begin and end on the quarter everywhere."""
_MOST_STEPS = 4 * 24 * 90

Opens = Callable[[str, datetime], tuple[datetime, datetime] | None]
"""(place, moment) -> the hours in which a text may leave for there: the rest of those the moment
lies in, else the next; None: never. Both ends aware UTC, and the end is not in them any more."""


class Reason(StrEnum):
    """Why somebody in the audience gets no text."""

    STOP = "stop"
    CARE = "care"
    NOT_JOINED = "not_joined"
    NO_TEXT = "no_text"
    ABROAD = "abroad"
    LEFT = "left"


REASONS: Mapping[Reason, str] = {
    Reason.STOP: "They said STOP.",
    Reason.CARE: "They wrote in a crisis a short while ago.",
    Reason.NOT_JOINED: "They have not joined the topic, or have left it.",
    Reason.NO_TEXT: "There is no message in their language.",
    Reason.ABROAD: "Their number is abroad, where we write to nobody.",
    Reason.LEFT: "They left the topic after the dry run.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """People who are alike for sending: the same text, at the same place."""

    arm: Arm
    lang: Lang
    place: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who would get a text and who would not, counted; and a digest of exactly who."""

    planned: tuple[Planned, ...]
    left_out: Mapping[Reason, int]
    digest: str

    @property
    def number(self) -> int:
        """People who would get a text."""
        return sum(one.people for one in self.planned)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTimes:
    """When the texts for one place would leave, if all goes well."""

    place: str
    people: int
    first: datetime | None
    """None: it would expire before any of them."""
    last: datetime | None
    too_late: int = 0
    """People whose turn would come after the campaign has expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the sending would go: texts in each hour (UTC), and when it would end."""

    hours: tuple[tuple[datetime, int], ...]
    places: tuple[PlaceTimes, ...]
    ends_at: datetime | None

    @property
    def too_late(self) -> int:
        """People who would get nothing, because the campaign expires before."""
        return sum(one.too_late for one in self.places)


@dataclass(slots=True)
class _Queue:
    place: str
    people: int
    segments: int
    opens: datetime
    closes: datetime
    first: datetime | None = None
    last: datetime | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """From when to when it is sent, and how many segments a second."""

    starts_at: datetime
    expires_at: datetime
    mps: float


def course(
    planned: Sequence[Planned],
    segments: Mapping[tuple[Arm, Lang], int],
    pacing: Pacing,
    opens: Opens,
) -> Course:
    """Play the sending through in steps of a quarter of an hour, the soonest to close first."""
    queues = _queues(planned, segments, pacing.starts_at, opens)
    hours: dict[datetime, int] = {}
    moment = _quarter(pacing.starts_at)
    for _ in range(_MOST_STEPS):
        waiting = [one for one in queues if one.waiting]
        if not waiting or moment >= pacing.expires_at:
            break
        for one in waiting:
            if one.closes <= moment:
                one.opens, one.closes = opens(one.place, moment) or _NEVER
        ready = [one for one in waiting if one.opens <= moment < one.closes]
        if not ready:
            soonest = min(one.opens for one in waiting)
            moment = max(moment + STEP, _quarter(min(soonest, pacing.expires_at)))
            continue
        sent = _send(sorted(ready, key=lambda one: (one.closes, one.place)), moment, pacing)
        hour = moment.replace(minute=0, second=0, microsecond=0)
        hours[hour] = hours.get(hour, 0) + sent
        moment += STEP
    return Course(
        hours=tuple(sorted(hours.items())),
        places=tuple(
            PlaceTimes(
                place=one.place,
                people=one.people,
                first=one.first,
                last=one.last,
                too_late=one.waiting,
            )
            for one in queues
        ),
        ends_at=max((one.last for one in queues if one.last is not None), default=None),
    )


def _queues(
    planned: Sequence[Planned],
    segments: Mapping[tuple[Arm, Lang], int],
    starts_at: datetime,
    opens: Opens,
) -> list[_Queue]:
    people: dict[str, int] = {}
    needed: dict[str, int] = {}
    for one in planned:
        people[one.place] = people.get(one.place, 0) + one.people
        size = segments[one.arm, one.lang]
        needed[one.place] = needed.get(one.place, 0) + one.people * size
    queues = []
    for place in sorted(people):
        start, end = opens(place, starts_at) or _NEVER
        queues.append(
            _Queue(
                place=place,
                people=people[place],
                segments=needed[place],
                opens=start,
                closes=end,
                waiting=people[place],
            )
        )
    return queues


def _send(ready: Sequence[_Queue], moment: datetime, pacing: Pacing) -> int:
    room = pacing.mps * STEP.total_seconds()
    sent = 0
    for one in ready:
        each = one.segments / one.people
        fitting = min(one.waiting, int(room / each + 1e-9))
        if not fitting:
            continue
        room -= fitting * each
        one.waiting -= fitting
        one.first = one.first or max(moment, one.opens, pacing.starts_at)
        one.last = moment + timedelta(seconds=STEP.total_seconds() - room / pacing.mps)
        sent += fitting
    return sent


def _quarter(moment: datetime) -> datetime:
    """The beginning of the step that the moment lies in."""
    return moment - (moment - _EPOCH) % STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Digests of all that a dry run stands for. What differs later is said in these words."""

    settings: str
    messages: str
    hours: str
    people: str

    @property
    def token(self) -> str:
        """The one digest that a second person approves."""
        return digest(asdict(self))


CHANGED: Mapping[str, str] = {
    "settings": "the settings of the campaign",
    "messages": "the words of a message",
    "hours": "the rules of the hours",
    "people": "the people who get it",
}


def changed(before: Mapping[str, str], now: Stands) -> tuple[str, ...]:
    """What is not as it was in the dry run, in words."""
    return tuple(CHANGED[name] for name, value in asdict(now).items() if before.get(name) != value)


def digest(value: object) -> str:
    """SHA-256 of a value as JSON with sorted keys."""
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
