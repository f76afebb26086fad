from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.messages import E164
from smsbot.core.outbound.concurrency import Concurrency
from smsbot.core.outbound.outbox import Claimed, Lane
from smsbot.core.outbound.waiting import STALE, Waiting

TWO = Concurrency(limit=2.0, is_growing_fast=False)


def a_text(number: int, lane: Lane = Lane.REPLY) -> Claimed:
    return Claimed(
        id=number, token="t", version=1, attempts=0, lane=lane, contact_id=number,
        sender="+15005550006", recipient=E164("+12025550123"), body="b", segments=1,
        expires_at=datetime(2026, 11, 24, tzinfo=UTC),
    )  # fmt: skip


def claimed(count: int, at: float = 0.0) -> Waiting:
    waiting = Waiting(1_000.0)
    waiting.claim([(a_text(number), at) for number in range(count)], at)
    return waiting


@given(st.integers(0, 6))
def test_after_a_wait_only_a_small_batch_is_begun_beside_the_free_places(in_flight: int) -> None:
    waiting = claimed(50)
    waiting.give_back(STALE + 1)
    waiting.claim([(a_text(number), STALE + 1) for number in range(50)], STALE + 1)

    texts = waiting.to_begin(STALE + 1, in_flight, TWO)
    waiting.begin(texts, STALE + 1)

    assert len(texts) == max(2 - in_flight, 0) + 16
    assert waiting.to_begin(STALE + 1, in_flight, TWO) == []
    assert waiting.next_begin(STALE + 1, in_flight, TWO) is None


def test_what_was_begun_too_long_ago_does_not_start_and_is_given_back() -> None:
    waiting = claimed(5)
    waiting.begin(waiting.to_begin(0.0, 0, TWO), 0.0)

    assert waiting.start(STALE + 0.1, 0, TWO) is None
    only_claimed, begun = waiting.give_back(STALE + 0.1)

    assert (len(only_claimed), len(begun), len(waiting)) == (0, 5, 0)
    assert waiting.give_back(STALE + 0.1) == ([], [])


def test_what_is_given_back_takes_its_slots_along_and_no_other_text() -> None:
    waiting = claimed(2)
    waiting.claim([(a_text(9, Lane.CRISIS), STALE)], STALE)

    assert len(waiting.give_back(STALE + 0.1)[0]) == 2
    (left,) = waiting.to_begin(STALE + 0.1, 0, TWO)
    waiting.begin([left], STALE + 0.1)

    assert left.lane is Lane.CRISIS
    assert waiting.start(STALE + 0.1, 0, TWO) is left
