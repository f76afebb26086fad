# A clock on a wall has no zone: that is what is read here.
# ruff: noqa: DTZ001

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.publishing_time import NoSuchTime, moment

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [ZoneInfo(name) for name in ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")]


def test_a_time_is_meant_as_the_clock_of_the_place_shows_it() -> None:
    assert moment(datetime(2026, 12, 1, 8), NEW_YORK) == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert moment(datetime(2026, 7, 1, 8), NEW_YORK) == datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (datetime(2026, 3, 8, 2, 30), "02:30 does not exist on that day, because clocks go forw"),
        (datetime(2026, 11, 1, 1, 30), "01:30 is shown twice on that day, because clocks go back"),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_refused(wanted: datetime, says: str) -> None:
    with pytest.raises(NoSuchTime, match=says):
        moment(wanted, NEW_YORK)
    for hours in (-2, 2):
        assert moment(wanted + timedelta(hours=hours), NEW_YORK)


@given(
    wanted=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2040, 1, 1)),
    zone=st.sampled_from(ZONES),
)
def test_what_is_taken_is_shown_again_as_it_was_typed(wanted: datetime, zone: ZoneInfo) -> None:
    try:
        found = moment(wanted, zone)
    except NoSuchTime:
        offsets = {wanted.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
        assert len(offsets) == 2
    else:
        assert found.tzinfo is UTC
        assert found.astimezone(zone).replace(tzinfo=None) == wanted
