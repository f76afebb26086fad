"""What is shown of small numbers leaves it open what they were."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.campaigns.small_cells import LEAST, Total, shown, summed, total

days = st.lists(st.integers(0, 30), max_size=6)


@given(days)
def test_a_total_is_never_more_than_there_was_and_misses_only_hidden_days(numbers) -> None:
    told = total(numbers)

    assert told.at_least <= sum(numbers)
    assert sum(numbers) - told.at_least <= (LEAST - 1) * sum(0 < n < LEAST for n in numbers)
    assert told.is_exact == all(n == 0 or n >= LEAST for n in numbers)


@pytest.mark.parametrize("number_of_days", range(1, 7))
@pytest.mark.parametrize("others", [(), (5, 30)])
def test_no_hidden_day_can_be_worked_out(number_of_days: int, others: tuple[int, ...]) -> None:
    """Whoever sees the shown days and the total still has four numbers or more for each other."""
    by_total: dict[int, list[tuple[int, ...]]] = {}
    for hidden in itertools.product(range(LEAST), repeat=number_of_days):
        by_total.setdefault(total([*hidden, *others]).at_least, []).append(hidden)

    for possible in by_total.values():
        for day in zip(*possible, strict=True):
            assert len(set(day)) >= LEAST - 1


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([], "fewer than 5"),
        ([1, 1], "fewer than 5"),
        ([4], "fewer than 5"),
        ([7], "7"),
        ([7, 0], "7"),
        ([7, 2], "7 or more"),
        ([7, 3, 3], "12 or more"),
    ],
)
def test_totals_are_written_so_that_they_say_no_more_than_that(numbers, written) -> None:
    assert str(total(numbers)) == written


def test_a_single_number_is_shown_from_five_on() -> None:
    assert [shown(n) for n in (0, 1, 4, 5, 80)] == [None, None, None, 5, 80]
    assert summed(shown_sum=10, hidden_sum=8, hidden_days=2) == Total(at_least=15, is_exact=False)
