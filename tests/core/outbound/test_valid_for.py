from datetime import timedelta

import pytest

from smsbot.core.outbound.looks import PROBES
from smsbot.core.outbound.outbox import REPLY_LIFE, REPLY_VALIDITY, Lane, valid_for


@pytest.mark.parametrize("lane", [Lane.CRISIS, Lane.REPLY, Lane.STAFF])
def test_the_provider_is_not_given_longer_than_a_health_answer_is_worth(lane: Lane) -> None:
    assert valid_for(lane, timedelta(hours=3)) == REPLY_VALIDITY
    assert valid_for(lane, timedelta(minutes=2)) == timedelta(minutes=2)


def test_a_campaign_may_take_all_the_time_it_has() -> None:
    assert valid_for(Lane.CAMPAIGN, timedelta(hours=3)) == timedelta(hours=3)


def test_what_expires_this_moment_has_a_second_left() -> None:
    assert valid_for(Lane.REPLY, timedelta(seconds=-5)) == timedelta(seconds=1)


def test_a_reply_outlives_the_last_look_for_it() -> None:
    assert PROBES[-1] < REPLY_LIFE
