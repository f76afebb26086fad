"""A sender's speed, on a clock of the test's own: filled, and no second above it."""

import itertools
import random
from collections import deque
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.outbound.concurrency import Concurrency
from smsbot.core.outbound.outbox import Claimed, Lane
from smsbot.core.outbound.pacing import AHEAD, Pace
from smsbot.core.outbound.waiting import Waiting
from tests.builders import NOW

TICK = 0.0005
MANY = Concurrency(limit=1000.0)
_ids = itertools.count(1)

FREE = Concurrency(limit=100.0)


def a_claimed(lane: Lane = Lane.STAFF, segments: int = 1) -> Claimed:
    return Claimed(
        id=next(_ids), token="t", version=1, attempts=0, lane=lane, contact_id=1,
        sender="+15005550006", recipient="+12025550100", body="x", segments=segments,
        expires_at=NOW + timedelta(hours=1),
    )  # fmt: skip


def starts(
    rate: float, seconds: float, *, stalls: float, sizes: tuple[int, ...]
) -> list[tuple[float, int]]:
    """When a pump starts texts that never run out, and how long each is.

    It is held up now and then, for up to `stalls` seconds.
    """
    chance = random.Random(rate)
    pace, waiting, at = Pace(mps=rate), Waiting(rate), 0.0
    started: list[tuple[float, int]] = []
    claimed_at = -1.0
    while at < seconds:
        now = NOW + timedelta(seconds=at)
        if at - claimed_at >= 0.02 and waiting.room(at)[0]:
            claimed_at = at
            texts, left = [], min(pace.room(now), waiting.room(at)[0])
            while left > 0:
                texts.append(a_claimed(segments=chance.choice(sizes)))
                left -= texts[-1].segments
            pace, slots = pace.take([one.segments for one in texts], now)
            waiting.claim(
                [
                    (one, (slot - NOW).total_seconds())
                    for one, slot in zip(texts, slots, strict=True)
                ],
                at,
            )
        waiting.begin(waiting.to_begin(at, 0, FREE), at)
        while isinstance(one := waiting.start(at, 0, MANY), Claimed):
            started.append((at, one.segments))
        at += chance.uniform(0, stalls) if stalls and chance.random() < 0.002 else TICK
    return started


def worst_second(started: list[tuple[float, int]]) -> int:
    window: deque[tuple[float, int]] = deque()
    most = 0
    for at, size in started:
        window.append((at, size))
        while window[0][0] <= at - 1.0:
            window.popleft()
        most = max(most, sum(one for _, one in window))
    return most


@pytest.mark.parametrize("rate", [1, 3, 75, 225])
@pytest.mark.parametrize("stalls", [0.0, 0.15], ids=["smooth", "held up"])
def test_a_speed_is_filled_and_no_second_is_above_it_by_more_than_one(
    rate: float, stalls: float
) -> None:
    started = starts(rate, 20.0, stalls=stalls, sizes=(1,))

    reached = (len(started) - 1) / (started[-1][0] - started[0][0])
    assert 0.97 <= reached / rate <= 1.03
    assert worst_second(started) <= rate + 1


def test_long_texts_take_as_many_slots_as_they_have_segments() -> None:
    started = starts(30, 20.0, stalls=0.0, sizes=(1, 2, 3, 7))

    segments = sum(size for _, size in started[:-1])
    assert 0.97 <= segments / (started[-1][0] - started[0][0]) / 30 <= 1.03
    assert worst_second(started) <= 31


@given(
    st.floats(0.5, 500), st.lists(st.integers(1, 10), min_size=1, max_size=50), st.integers(0, 60)
)
def test_slots_never_overlap_whoever_takes_them(mps: float, sizes: list[int], idle: int) -> None:
    first, some = Pace(mps=mps).take(sizes, NOW)
    later = NOW + timedelta(seconds=idle)
    _, others = first.take(sizes, later)

    slots = [*zip(some, sizes, strict=True), *zip(others, sizes, strict=True)]
    for (slot, size), (following, _) in itertools.pairwise(slots):
        assert (following - slot).total_seconds() >= size / mps - 2e-6
    assert others[0] >= later


@given(st.floats(0.5, 500), st.integers(0, 1000))
def test_slots_are_only_handed_out_so_far_ahead(mps: float, taken: int) -> None:
    pace, _ = Pace(mps=mps).take([1] * taken, NOW)

    _, slots = pace.take([1] * pace.room(NOW), NOW)

    assert all(slot <= NOW + AHEAD for slot in slots)


def test_a_crisis_text_claimed_last_gets_the_next_slot() -> None:
    waiting = Waiting(1.0)
    campaign = [a_claimed(Lane.CAMPAIGN) for _ in range(3)]
    crisis = a_claimed(Lane.CRISIS)
    waiting.claim([(one, float(at)) for at, one in enumerate(campaign)], 0.0)
    waiting.begin(waiting.to_begin(0.0, 0, FREE), 0.0)
    assert waiting.start(0.0, 0, MANY) is campaign[0]

    waiting.claim([(crisis, 3.0)], 0.1)
    waiting.begin(waiting.to_begin(0.9, 0, FREE), 0.9)

    assert waiting.start(1.001, 0, MANY) is crisis


def test_slots_of_texts_that_were_put_aside_are_not_kept_for_nobody() -> None:
    waiting = Waiting(100.0)
    texts = [a_claimed() for _ in range(10)]
    waiting.claim([(one, 0.0) for one in texts], 0.0)

    waiting.begin(waiting.to_begin(0.0, 0, FREE)[:3], 0.0)

    assert len(waiting) == 3
    for one in texts[:3]:
        assert waiting.start(1.0, 0, MANY) is one
    assert waiting.start(1.0, 0, MANY) is None
    assert waiting.next_begin(1.0, 0, FREE) is None
