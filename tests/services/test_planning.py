"""Steps over all contacts: nobody left between two of them, and time for others after each."""

import time

import pytest

from smsbot.services.planning import Pace, steps


@pytest.mark.parametrize("last", [0, 1, 499, 500, 501, 20_000])
def test_the_steps_hold_every_contact_once(last: int) -> None:
    held = [
        number
        for within in steps(last, pace=Pace(aim=1.0, rest=0.0))
        for number in range(within.after + 1, within.upto + 1)
    ]

    assert held == list(range(1, last + 1))


def test_a_step_that_took_too_long_is_followed_by_a_narrower_one() -> None:
    widths = []
    for within in steps(20_000, pace=Pace(aim=0.1, rest=0.0)):
        widths.append(within.upto - within.after)
        if len(widths) == 4:
            time.sleep(0.15)

    assert widths[:4] == [500, 1_000, 2_000, 4_000]
    assert 2_000 <= widths[4] < 4_000


@pytest.mark.parametrize(
    ("took", "aim", "least", "most"),
    [(0.05, 1.0, 0.05, 1.0), (0.4, 0.05, 0.05, 0.4)],
    ids=["as long as it took", "but no longer than it should have taken"],
)
def test_after_a_step_the_database_is_left_to_others(
    took: float, aim: float, least: float, most: float
) -> None:
    ended = rested = 0.0
    for within in steps(1_000, pace=Pace(aim=aim, rest=1.0)):
        if within.after:
            rested = time.perf_counter() - ended
        else:
            time.sleep(took)
            ended = time.perf_counter()

    assert least <= rested < most
