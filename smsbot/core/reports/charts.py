"""Where bars, lines and labels of a plain chart stand, in the units of its picture.

Figures only: the template draws them, and writes the same numbers as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from smsbot.core.reports.report import Series

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 8, 12, 40
_MOST_LABELS = 6
_STEPS = (1, 2, 2.5, 5, 10)
_WIDEST_BAR = 44.0
_MARK = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle. `series` counts from 1: its colour; 0: a mark."""

    x: float
    y: float
    width: float
    height: float
    series: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A label, and where it stands along its axis."""

    at: float
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A whole picture of WIDTH by HEIGHT, and the table with the same numbers."""

    names: tuple[str, ...]
    bars: tuple[Bar, ...]
    lines: tuple[tuple[str, ...], ...]
    """For each series the stretches of its line, as SVG points; broken where there is no value."""
    dots: tuple[tuple[float, float, int], ...]
    """Values that stand alone, which a line would not show: x, y, series."""
    hidden: tuple[Bar, ...]
    """Marks on the floor: days whose number may not be shown."""
    ticks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    floor: float
    """Where the lower edge of the picture's field is."""
    rows: tuple[tuple[date, tuple[float | None, ...]], ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but zeros."""
        return not any(value for _, values in self.rows for value in values)


def stacked(
    days: Sequence[date], series: Sequence[Series], names: Sequence[str], hidden: str = ""
) -> Chart:
    """One bar a day, its parts one upon the other.

    `hidden` says what is known of a day without any value ("fewer than 5 texts"): such days get a
    mark of one height, whatever their number is. Without it they get nothing.
    """
    sums = [sum(one.values[n] or 0 for one in series) for n in range(len(days))]
    top, ticks = _scale(max(sums, default=0))
    step = _step(len(days))
    width = min(step * 0.78, _WIDEST_BAR)
    bars: list[Bar] = []
    marks: list[Bar] = []
    for n, day in enumerate(days):
        left, below = round(_x(n, step) - width / 2, 2), 0.0
        if hidden and all(one.values[n] is None for one in series):
            marks.append(_mark(left, round(width, 2), f"{day}: {hidden}"))
        for number, one in enumerate(series, start=1):
            value = one.values[n] or 0
            if value:
                high, low = _y(below + value, top), _y(below, top)
                bars.append(
                    Bar(
                        x=left,
                        y=high,
                        width=round(width, 2),
                        height=round(low - high, 2),
                        series=number,
                        says=f"{day}: {_plain(value)} {names[number - 1]}",
                    )
                )
            below += value
    return _chart(days, series, names, ticks, bars=tuple(bars), hidden=tuple(marks))


def lines(
    days: Sequence[date], series: Sequence[Series], names: Sequence[str], most: float | None = None
) -> Chart:
    """One line a series. `most`: the upper end of the scale, where it is known (100 of a share)."""
    highest = max((v for one in series for v in one.values if v is not None), default=0)
    top, ticks = _scale(most if most is not None else highest)
    step = _step(len(days))
    drawn: list[tuple[str, ...]] = []
    dots: list[tuple[float, float, int]] = []
    for number, one in enumerate(series, start=1):
        stretches: list[list[tuple[float, float]]] = [[]]
        for n, value in enumerate(one.values):
            if value is None:
                stretches.append([])
            else:
                stretches[-1].append((_x(n, step), _y(value, top)))
        drawn.append(tuple(_points(some) for some in stretches if len(some) > 1))
        dots += [(*some[0], number) for some in stretches if len(some) == 1]
    return _chart(days, series, names, ticks, lines=tuple(drawn), dots=tuple(dots))


def _chart(
    days: Sequence[date],
    series: Sequence[Series],
    names: Sequence[str],
    ticks: tuple[Mark, ...],
    **drawn: object,
) -> Chart:
    step = _step(len(days))
    every = max(1, ceil(len(days) / _MOST_LABELS))
    labels = tuple(
        Mark(at=_x(n, step), says=f"{day.day} {day:%b}")
        for n, day in enumerate(days)
        if n % every == 0
    )
    shapes = {"bars": (), "hidden": (), "lines": (), "dots": (), **drawn}
    return Chart(
        names=tuple(names),
        ticks=ticks,
        labels=labels,
        floor=_y(0, 1),
        rows=tuple((day, tuple(one.values[n] for one in series)) for n, day in enumerate(days)),
        **shapes,  # type: ignore[arg-type]
    )


def _mark(left: float, width: float, says: str) -> Bar:
    return Bar(x=left, y=_y(0, 1) - _MARK, width=width, height=_MARK, series=0, says=says)


def _scale(highest: float) -> tuple[float, tuple[Mark, ...]]:
    """The upper end of the scale, and its round figures: at most five steps."""
    if highest <= 0:
        return 1, (Mark(at=_y(0, 1), says="0"),)
    rough = highest / 4
    power = 10.0 ** floor(log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough)
    if highest >= 1:
        step = max(step, 1)
    number = ceil(highest / step - 1e-9)
    top = step * number
    return top, tuple(Mark(at=_y(step * n, top), says=_plain(step * n)) for n in range(number + 1))


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _step(number: int) -> float:
    return (WIDTH - _LEFT - _RIGHT) / max(number, 1)


def _x(n: int, step: float) -> float:
    return round(_LEFT + step * (n + 0.5), 2)


def _y(value: float, top: float) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top), 2)


def _points(some: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in some)
