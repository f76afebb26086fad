from datetime import timedelta

import pytest

from smsbot.core.outbound.circuit import LEAST_FAILURES, Breaker, pause
from smsbot.core.outbound.sending import (
    Accepted,
    Failure,
    NotProcessed,
    Refused,
    SendResult,
    Unknown,
)

WELL = Accepted(sid="SM" + "0" * 32, status="queued")
GONE = NotProcessed(reason="no route")
UNCLEAR = Unknown(reason="500")
NO_ACCOUNT = Refused(code=20003, failure=Failure.ACCOUNT, reason="suspended")


def hear(*results: SendResult, every: float = 0.1) -> list[str | None]:
    breaker = Breaker()
    return [breaker.hear(one, at * every) for at, one in enumerate(results)]


@pytest.mark.parametrize("failed", [GONE, UNCLEAR])
def test_it_opens_when_half_of_the_latest_went_wrong(failed: SendResult) -> None:
    said = hear(*[WELL, failed] * 20)

    assert said.index(next(one for one in said if one)) == 2 * LEAST_FAILURES - 1


def test_a_few_failures_among_many_do_not_open_it() -> None:
    assert not any(hear(*([WELL] * 3 + [UNCLEAR]) * 50))


def test_failures_of_long_ago_do_not_count() -> None:
    assert not any(hear(*[UNCLEAR] * 30, every=4.0))


def test_a_refused_account_opens_it_at_once_and_says_why() -> None:
    assert hear(NO_ACCOUNT) == ["account: suspended"]


@pytest.mark.parametrize(
    "answer",
    [
        NotProcessed(reason="429", throttled=True),
        Refused(code=21211, failure=Failure.RECIPIENT, reason="no number"),
        Refused(code=21408, failure=Failure.DESTINATION, reason="no permission"),
    ],
)
def test_an_answer_that_speaks_of_one_text_never_opens_it(answer: SendResult) -> None:
    assert not any(hear(*[answer] * 50))


def test_while_it_is_tried_one_failure_is_enough() -> None:
    assert Breaker().hear(UNCLEAR, 0.0, trying=True) == "unclear: 500"
    assert Breaker().hear(WELL, 0.0, trying=True) is None


def test_each_pause_in_a_row_is_longer_up_to_five_minutes() -> None:
    pauses = [pause(trips) for trips in range(1, 100)]

    assert pauses[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=5)
