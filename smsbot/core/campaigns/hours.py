"""When a campaign text may leave: the hours that hold where its recipient is.

A rule gives each local day a window or none; a text may leave while every rule allows it in every
place where the recipient may be. Only texts that we begin are bound: answers and crisis replies
never wait. Pure: time zones and holidays come in as values and functions.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MIDNIGHT = 24 * 60
"""The minute at which a window that lasts to the end of the day closes."""

HORIZON = timedelta(days=31)
"""So far ahead `next_allowed` looks: no rule that we know closes a place for longer."""

_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Part of one local day, in minutes after midnight: from `opens` until before `closes`."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse what is no part of a day."""
        if not 0 <= self.opens < self.closes <= MIDNIGHT:
            raise ValueError("A window opens before it closes, within one day.")

    def __str__(self) -> str:
        """As people write it: "09:00-20:00"."""
        return f"{_clock(self.opens)}-{_clock(self.closes)}"


WHOLE_DAY = Window(opens=0, closes=MIDNIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule was read, and when."""

    title: str
    address: str
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a law or of ours. None instead of a window: closed that day."""

    name: str
    says: str
    states: frozenset[str]
    """Two-letter names of the states it holds in; empty: everywhere."""
    weekdays: Window | None
    saturday: Window | None
    sunday: Window | None
    calendar: str | None = None
    """Whose holidays are closed: "US", "state" for the state's own, None for nobody's."""
    also: frozenset[tuple[int, int]] = frozenset()
    """Further closed days of every year, as (month, day)."""
    source: Source

    def holds_in(self, state: str) -> bool:
        """Whether people in this state are under it."""
        return not self.states or state in self.states


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One possibility of where somebody is: a state and one of its time zones."""

    state: str
    zone: tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everywhere a recipient may be. No cell: we don't write there at all."""

    cells: frozenset[Cell]
    basis: str
    """What it is known by: "state", "zip", "state and zip", "area code", "nothing", "abroad"."""


Holidays = Callable[[str, int], frozenset[date]]
"""The holidays of a calendar ("US" or a state) in a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """All the rules, and the holidays they speak of."""

    rules: tuple[Rule, ...]
    holidays: Holidays


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule says about one local day."""

    rule: Rule
    window: Window | None
    is_holiday: bool


def verdicts(hours: Hours, state: str, day: date) -> tuple[Verdict, ...]:
    """What each rule that holds in the state makes of the day."""
    return tuple(_judge(rule, hours, state, day) for rule in hours.rules if rule.holds_in(state))


def window(hours: Hours, state: str, day: date) -> Window | None:
    """The part of the local day that every rule of the state leaves open; None: none of it."""
    opens, closes = 0, MIDNIGHT
    for one in verdicts(hours, state, day):
        if one.window is None:
            return None
        opens, closes = max(opens, one.window.opens), min(closes, one.window.closes)
    return Window(opens=opens, closes=closes) if opens < closes else None


def allowed(hours: Hours, place: Place, moment: datetime) -> bool:
    """Whether a campaign text may leave for this place at the moment (aware)."""
    return bool(place.cells) and all(_open(hours, cell, moment) for cell in place.cells)


def next_allowed(hours: Hours, place: Place, moment: datetime) -> datetime | None:
    """The first moment at or after this one (aware) that is allowed, in UTC.

    None when there is none within HORIZON, or nowhere to send to.
    """
    if not place.cells:
        return None
    found = moment.astimezone(UTC)
    last, cells = found + HORIZON, sorted(place.cells, key=_by_name)
    waits = True
    while waits:
        waits = False
        for cell in cells:
            opens = _next_open(hours, cell, found, last)
            if opens is None:
                return None
            if opens > found:
                found, waits = opens, True
    return found


def when_to_send(
    hours: Hours, place: Place, not_before: datetime, expires_at: datetime
) -> datetime | None:
    """When a text may leave that is due and grows stale at these moments; None: never.

    Nothing leaves at or after `expires_at`.
    """
    found = next_allowed(hours, place, not_before)
    return found if found is not None and found < expires_at else None


def open_until(hours: Hours, place: Place, moment: datetime) -> datetime | None:
    """Until when a place that is open at the moment stays so, in UTC; None when it is closed."""
    if not allowed(hours, place, moment):
        return None
    ends = (_closing(hours, cell, moment) for cell in place.cells)
    return min(end for end in ends if end is not None)


def _judge(rule: Rule, hours: Hours, state: str, day: date) -> Verdict:
    if (day.month, day.day) in rule.also or day in _closed(rule, hours, state, day.year):
        return Verdict(rule=rule, window=None, is_holiday=True)
    match day.weekday():
        case 5:
            part = rule.saturday
        case 6:
            part = rule.sunday
        case _:
            part = rule.weekdays
    return Verdict(rule=rule, window=part, is_holiday=False)


def _closed(rule: Rule, hours: Hours, state: str, year: int) -> frozenset[date]:
    if rule.calendar is None:
        return frozenset()
    return hours.holidays(state if rule.calendar == "state" else rule.calendar, year)


def _open(hours: Hours, cell: Cell, moment: datetime) -> bool:
    return any(start <= moment < end for start, end in _near(hours, cell, moment))


def _closing(hours: Hours, cell: Cell, moment: datetime) -> datetime | None:
    """When the part of the day ends that the moment lies in, and those that follow without gap."""
    end = None
    for opens, closes in _spans(hours, cell, _days(cell, moment, HORIZON)):
        if opens <= moment < closes or (end is not None and opens <= end):
            end = closes
        elif end is not None:
            break
    return end


def _next_open(hours: Hours, cell: Cell, moment: datetime, last: datetime) -> datetime | None:
    for start, end in _spans(hours, cell, _days(cell, moment, last - moment)):
        if end > moment:
            return max(start, moment) if max(start, moment) <= last else None
    return None


def _near(hours: Hours, cell: Cell, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    return _spans(hours, cell, _days(cell, moment, timedelta(0)))


def _days(cell: Cell, moment: datetime, ahead: timedelta) -> Iterator[date]:
    """The local days around the moment and after it, as far as it is looked ahead."""
    first = moment.astimezone(cell.zone).date() - timedelta(days=1)
    return (first + timedelta(days=n) for n in range(ahead.days + 4))


def _spans(hours: Hours, cell: Cell, days: Iterable[date]) -> Iterator[tuple[datetime, datetime]]:
    """The open part of each day as moments of UTC; days that are closed are left out.

    Where the clock is put back or forward at the very edge, the stricter reading is taken: it
    opens at the later and closes at the earlier of the two moments that the clock may mean.
    """
    for day in days:
        part = window(hours, cell.state, day)
        if part is None:
            continue
        start = max(_moments(cell.zone, day, part.opens))
        end = min(_moments(cell.zone, day, part.closes))
        if start < end:
            yield start, end


def _moments(zone: tzinfo, day: date, minute: int) -> tuple[datetime, datetime]:
    days, left = divmod(minute, MIDNIGHT)
    wall = datetime.combine(day + timedelta(days=days), time(left // 60, left % 60), zone)
    return wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)


def _by_name(cell: Cell) -> tuple[str, str]:
    return cell.state, str(cell.zone)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
