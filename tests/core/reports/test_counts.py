"""What is counted of a day: every text once a kind, and percentiles that hold what they say."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.reports.counts import (
    BUCKETS_MS,
    Group,
    Subject,
    bounds,
    bucket,
    days,
    of_texts,
    percentile,
)

DAY = date(2026, 11, 23)

groups = st.builds(
    Group,
    step=st.sampled_from(["crisis", "keyword", "menu"]),
    tier=st.sampled_from([None, "active", "soft"]),
    topic=st.sampled_from([None, "FDA", "MENU"]),
    lang=st.sampled_from(["en", "es"]),
    is_late=st.booleans(),
    number=st.integers(1, 50),
)


@given(st.lists(groups, max_size=12))
def test_every_text_is_counted_once_by_step_and_the_others_where_they_have_a_value(
    some: list[Group],
) -> None:
    sums: Counter[Subject] = Counter()
    for one in of_texts(DAY, some):
        sums[one.subject] += one.number

    assert sums[Subject.STEP] == sum(one.number for one in some)
    assert sums[Subject.TOPIC] == sum(one.number for one in some if one.topic)
    assert sums[Subject.TIER] == sum(one.number for one in some if one.tier)
    assert sums[Subject.LATE] == sum(one.number for one in some if one.is_late)


@given(st.lists(st.floats(0, 14), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_percentile_is_an_upper_bound_and_the_bucket_below_is_none(
    seconds: list[float], share: float
) -> None:
    end = percentile(Counter(map(bucket, seconds)), share)

    assert end in BUCKETS_MS
    below = [one for one in BUCKETS_MS if one < end]
    within = sum(one * 1000 <= end for one in seconds)
    assert within >= share * len(seconds)
    if below:
        assert sum(one * 1000 <= below[-1] for one in seconds) < share * len(seconds)


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile({}, 0.5) is None


def test_what_took_longer_than_the_provider_waits_is_counted_last() -> None:
    assert bucket(99.0) == BUCKETS_MS[-1]


def test_a_day_is_one_of_utc() -> None:
    assert bounds(DAY) == (
        datetime(2026, 11, 23, tzinfo=UTC),
        datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert days(DAY, date(2026, 11, 25))[-1] == date(2026, 11, 25)
    assert days(DAY, date(2026, 11, 22)) == ()
