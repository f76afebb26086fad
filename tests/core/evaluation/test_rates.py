import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.evaluation.rates import Rate, percentile, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score, without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_the_interval_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Rate(hits=0, n=0).share is None


@pytest.mark.parametrize(("hits", "n"), [(2, 1), (-1, 5), (0, -1)])
def test_impossible_counts_are_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(hits, n)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    rate = Rate(hits=counts[0], n=counts[1])
    low, high = rate.interval

    assert rate.share is not None
    assert 0 <= low <= rate.share <= high <= 1


@given(st.integers(0, 500), st.integers(2, 50))
def test_more_texts_make_the_interval_narrower(hits: int, times: int) -> None:
    few, many = wilson(hits, 500), wilson(hits * times, 500 * times)

    assert many[1] - many[0] < few[1] - few[0]


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)]
)
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    assert percentile(range(1, 101), share) == value


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile((), 0.5) is None
    assert percentile((7,), 0.99) == 7
