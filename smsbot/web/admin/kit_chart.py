"""The chart of one code: a bar a day, and no bar where the number may not be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from smsbot.services.kit_outcome import Day

WIDTH, HEIGHT, FLOOR, LEFT = 720, 220, 180, 46
_TOP = 14
_STEPS = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day's bar; `is_hidden`: a mark on the floor, fewer than may be shown."""

    x: float
    y: float
    width: float
    height: float
    says: str
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A number beside the axis, or a day under it."""

    at: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The days as a picture, in units of its view box."""

    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    floor: int = FLOOR

    @property
    def is_empty(self) -> bool:
        """Whether no day may be shown."""
        return all(bar.is_hidden for bar in self.bars)


def chart_of(days: Sequence[Day]) -> Chart:
    """A bar for the texts of each day, the oldest first."""
    most = max((day.texts or 0 for day in days), default=0)
    step = next((one for one in _STEPS if most <= one * _MOST_TICKS), _STEPS[-1])
    highest = max(step, -(-most // step) * step)
    scale = (FLOOR - _TOP) / highest
    width = (WIDTH - LEFT) / max(len(days), 1)
    bars = tuple(_bar(day, LEFT + number * width, width, scale) for number, day in enumerate(days))
    every = max(1, -(-len(days) // 6))
    return Chart(
        bars=bars,
        ticks=tuple(
            Mark(at=round(FLOOR - value * scale, 1), says=f"{value:,}")
            for value in range(0, highest + 1, step)
        ),
        labels=tuple(
            Mark(at=round(LEFT + (number + 0.5) * width, 1), says=_day(day.day))
            for number, day in enumerate(days)
            if number % every == every // 2
        ),
    )


def _bar(day: Day, x: float, width: float, scale: float) -> Bar:
    hidden = day.texts is None
    height = 2.0 if day.texts is None else day.texts * scale
    said = "fewer than 5 texts" if day.texts is None else f"{day.texts:,} texts"
    return Bar(
        x=round(x + width * 0.12, 1),
        y=round(FLOOR - height, 1),
        width=round(width * 0.76, 1),
        height=round(height, 1),
        says=f"{day.day}: {said}",
        is_hidden=hidden,
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
