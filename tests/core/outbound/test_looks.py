from datetime import datetime, timedelta

import pytest

from smsbot.core.outbound.looks import (
    LIST_GIVEN_UP_AFTER,
    POLLS,
    PROBES,
    Evidence,
    Silence,
    Verdict,
    next_poll,
    weigh,
)
from smsbot.core.outbound.outbox import Lane, State
from tests.builders import NOW
from tests.silence_builders import OTHER_SID, a_listed

FOR_LONG = NOW + timedelta(hours=2)


def silence(**more: object) -> Silence:
    return Silence(
        **{  # type: ignore[arg-type]
            "lane": Lane.REPLY,
            "attempts": 1,
            "unanswered": 1,
            "since": NOW,
            "looks": 0,
            "expires_at": FOR_LONG,
            **more,
        }
    )


def after(age: timedelta, evidence: Evidence | None = None, **more: object) -> Verdict:
    alive = bool(more.pop("alive", True))
    return weigh(silence(**more), evidence or Evidence(), NOW + age, callbacks_alive=alive)


def probed(lane: Lane = Lane.REPLY, **more: object) -> list[tuple[float, State | None]]:
    """Ages in seconds at which an empty list is read, and what was decided at the last."""
    seen: list[tuple[float, State | None]] = []
    at: datetime | None = NOW + PROBES[0]
    looks = 0
    while at is not None:
        verdict = after(at - NOW, lane=lane, looks=looks, **more)
        seen.append(((at - NOW).total_seconds(), verdict.to))
        at, looks = verdict.look_at, verdict.looks
    return seen


def test_a_reply_without_a_trace_is_looked_for_four_times_and_then_sent_again_once() -> None:
    assert probed() == [(15, None), (60, None), (300, None), (1800, State.QUEUED)]
    assert probed(unanswered=2, attempts=2)[-1] == (1800, State.HUMAN)
    assert probed(attempts=5)[-1] == (1800, State.HUMAN)


def test_a_crisis_text_without_a_trace_is_sent_again_after_a_minute_once() -> None:
    assert probed(Lane.CRISIS) == [(15, None), (60, State.QUEUED)]
    assert probed(Lane.CRISIS, unanswered=2, attempts=2)[-1] == (1800, State.HUMAN)


@pytest.mark.parametrize("lane", [Lane.STAFF, Lane.CAMPAIGN], ids=lambda lane: lane.name.lower())
def test_campaign_and_staff_texts_are_never_sent_again_by_themselves(lane: Lane) -> None:
    assert probed(lane)[-1] == (1800, State.HUMAN)


def test_a_reply_that_would_come_too_late_expires() -> None:
    assert probed(expires_at=NOW + timedelta(minutes=15))[-1] == (1800, State.EXPIRED)


def test_a_reply_is_not_sent_again_while_no_receipts_reach_us() -> None:
    assert probed(alive=False)[-1] == (1800, State.HUMAN)


@pytest.mark.parametrize("lane", list(Lane), ids=lambda lane: lane.name.lower())
@pytest.mark.parametrize("age", [15, 59, 61, 1800, 90_000])
def test_one_match_decides_whatever_the_kind_and_however_late(lane: Lane, age: int) -> None:
    found = Evidence(matches=(a_listed(),))

    verdict = after(timedelta(seconds=age), found, lane=lane)

    assert (verdict.to, verdict.found) == (State.ACCEPTED, a_listed())


def test_several_matches_are_for_a_person() -> None:
    both = Evidence(matches=(a_listed(), a_listed(sid=OTHER_SID)))

    assert after(PROBES[0], both).to is State.HUMAN


def test_a_list_that_can_not_be_read_counts_as_no_look_and_ends_with_a_person() -> None:
    down = Evidence(unreadable="503")

    waits = after(PROBES[-1], down, looks=2)
    given_up = after(LIST_GIVEN_UP_AFTER, down, looks=2)

    assert (waits.to, waits.looks) == (None, 2)
    assert waits.look_at == NOW + PROBES[-1] + timedelta(seconds=30)
    assert given_up.to is State.HUMAN


def test_a_crisis_text_goes_again_even_when_the_list_can_not_be_read() -> None:
    down = Evidence(unreadable="503")

    assert after(timedelta(seconds=60), down, lane=Lane.CRISIS).to is State.QUEUED


def test_a_list_without_bodies_proves_nothing() -> None:
    assert after(PROBES[-1], Evidence(redacted=True), looks=3).to is State.HUMAN


def test_a_late_look_is_one_look_and_the_others_still_follow() -> None:
    verdict = after(timedelta(hours=1), looks=0)

    assert (verdict.to, verdict.looks) == (None, 1)
    assert verdict.look_at == NOW + timedelta(hours=1, seconds=15)


def test_a_silent_text_is_asked_about_at_the_promised_times() -> None:
    accepted, due, ages = NOW, NOW + POLLS[0], []
    for looks in range(1, 20):
        ages.append(due - accepted)
        following = next_poll(due, looks, due)
        if following is None:
            break
        due = following

    assert tuple(ages) == POLLS
