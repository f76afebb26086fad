"""Charts stay within their picture, and show what the table behind them says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.reports.charts import HEIGHT, WIDTH, lines, stacked
from smsbot.core.reports.report import Series

FIRST = date(2026, 11, 1)
numbers = st.lists(st.integers(0, 10**7), min_size=1, max_size=60)


def days(number: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(number)]


@given(numbers)
def test_bars_stand_on_the_floor_within_the_picture_as_high_as_they_count(
    values: list[int],
) -> None:
    both = (Series(name="a", values=tuple(values)), Series(name="b", values=tuple(values[::-1])))

    chart = stacked(days(len(values)), both, ("A", "B"))

    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= chart.floor + 0.1 <= HEIGHT
    most = max(range(len(values)), key=lambda n: values[n] + values[-1 - n])
    heights = [0.0] * len(values)
    for bar in chart.bars:
        heights[next(n for n, day in enumerate(days(len(values))) if str(day) in bar.says)] += (
            bar.height
        )
    assert heights[most] == pytest.approx(max(heights), abs=0.02)
    assert chart.is_empty == (not any(values))
    assert [row[1] for row in chart.rows] == list(zip(values, values[::-1], strict=True))


@given(numbers)
def test_the_scale_ends_above_the_highest_value_in_a_few_round_steps(values: list[int]) -> None:
    chart = stacked(days(len(values)), (Series(name="a", values=tuple(values)),), ("A",))
    says = [float(tick.says.replace(",", "")) for tick in chart.ticks]

    assert says[0] == 0
    assert len(says) <= 6
    if any(values):
        assert says[-1] >= max(values)


@given(st.lists(st.none() | st.integers(5, 10**7), min_size=1, max_size=60))
def test_a_number_that_may_not_be_shown_is_a_mark_of_one_height(values: list[int | None]) -> None:
    one = (Series(name="a", values=tuple(values)),)

    chart = stacked(days(len(values)), one, ("A",), "fewer than 5")

    assert len(chart.hidden) == values.count(None)
    assert len(chart.bars) == len(values) - values.count(None)
    assert {(bar.y + bar.height, bar.height) for bar in chart.hidden} <= {(chart.floor, 2.0)}
    assert all(bar.says.endswith(": fewer than 5") for bar in chart.hidden)
    assert stacked(days(len(values)), one, ("A",)).hidden == ()


def test_a_line_is_broken_where_there_is_nothing_to_say() -> None:
    series = Series(name="p50", values=(1, 2, None, 3, None))

    chart = lines(days(5), (series,), ("half",))

    ((stretch,),) = chart.lines
    assert len(stretch.split()) == 2
    assert len(chart.dots) == 1


@pytest.mark.parametrize("number", [1, 6, 7, 53, 92])
def test_the_days_are_labelled_but_not_all_of_many(number: int) -> None:
    chart = stacked(days(number), (Series(name="a", values=(1,) * number),), ("A",))

    assert 1 <= len(chart.labels) <= 7
    assert chart.labels[0].says == "1 Nov"
