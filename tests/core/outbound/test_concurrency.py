from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.outbound.concurrency import LEAST, MOST, Concurrency
from smsbot.core.outbound.outbox import Lane


def test_it_grows_fast_until_the_first_429_and_by_one_a_round_after_it() -> None:
    limit = Concurrency(limit=10.0)
    for _ in range(10):
        limit = limit.accepted()
    assert limit.limit == 20

    limit = limit.throttled(1.0)
    assert limit.limit == 10
    for _ in range(10):
        limit = limit.accepted()
    assert 10.9 < limit.limit < 11.1


def test_a_burst_of_429s_is_one_sign_and_a_later_one_another() -> None:
    limit = Concurrency(limit=40.0).throttled(1.0)
    assert limit.throttled(1.5).limit == limit.limit == 20
    assert limit.throttled(2.1).limit == 10


def test_what_the_provider_says_is_in_use_counts_when_it_is_less() -> None:
    assert Concurrency(limit=80.0).throttled(1.0, in_use=30).limit == 15
    assert Concurrency(limit=20.0).throttled(1.0, in_use=300).limit == 10


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e4)), max_size=300), st.integers(0, MOST))
def test_it_stays_in_its_bounds_and_a_campaign_never_has_the_last_place(
    events: list[float | None], in_flight: int
) -> None:
    limit = Concurrency()
    for at in events:
        limit = limit.accepted() if at is None else limit.throttled(at)
    assert LEAST <= limit.limit <= MOST

    if limit.free(Lane.CAMPAIGN, in_flight):
        assert limit.free(Lane.CRISIS, in_flight + 1)
    assert limit.free(Lane.CRISIS, 0)
    assert limit.free(Lane.CAMPAIGN, 0)
