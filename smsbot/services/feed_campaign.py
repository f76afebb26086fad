"""Hands the people of a campaign to the outbox, those first whose hours end first, and back."""

import math
import time
from datetime import datetime, timedelta

from smsbot.core.campaigns.campaign import Arm
from smsbot.core.outbound.outbox import State
from smsbot.db import feeding, recipients, taking_back
from smsbot.db.feeding import Batch
from smsbot.db.store import Store
from smsbot.services.campaign_memory import Running
from smsbot.services.dry_run import Desk

AHEAD = 8.0
"""Seconds of sending that are in the outbox at most; the rest can still be held."""
LEAST_IN_HAND, MOST_IN_HAND = 10, 5_000
BEFORE_CLOSING = timedelta(seconds=60)
"""So long before the hours of a place end nobody more there is handed over."""
_BATCH = 250
_LONGEST = 0.8
"""Seconds one round works on one campaign, so that a pause of another waits no longer."""
_AT_ONCE = 250
_MOST_REST = 0.02
"""Seconds of rest between two transactions, at most: else as long as the last one took, so that
whoever answers a text finds SQLite's lock, or a processor, free half of the time."""


def feed(
    store: Store, desk: Desk, running: Running, wanted: tuple[Arm | None, int], now: datetime
) -> int:
    """Hand over at most so many people of an arm, or of all (None); how many were.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    one, (arm, most) = running.campaign, wanted
    sizes = [words.segments for words in running.words.values()]
    target = math.ceil(desk.house.mps * AHEAD / (sum(sizes) / len(sizes)))
    target = min(max(target, LEAST_IN_HAND), MOST_IN_HAND)
    room = min(most, target - running.counts.in_hand - running.fed_uncounted)
    places = _open_places(store, desk, running, now)
    began, queued = time.perf_counter(), 0
    while places and queued < room and time.perf_counter() - began < _LONGEST:
        closes, place = places[0]
        batch = Batch(
            campaign_id=one.id,
            topic=one.plan.topic,
            sender=one.plan.sender,
            place=place,
            arm=arm,
            most=min(_BATCH, room - queued),
            expires_at=min(closes, one.plan.expires_at),
            words=running.words,
        )
        started = time.perf_counter()
        with store.begin() as tx:
            done, skipped = feeding.hand_over(tx, batch, now)
            if done:
                running.note_fed(tx, arm, done, now)
        _rest(started)
        queued += done
        if not done and not skipped:
            places.pop(0)
    return queued


def _open_places(
    store: Store, desk: Desk, running: Running, now: datetime
) -> list[tuple[datetime, str]]:
    with store.read() as tx:
        waiting = feeding.places_waiting(tx, running.campaign.id)
    running.waiting = bool(waiting)
    spans = [(desk.openings(place, now), place) for place in waiting]
    running.opens_at = min((span[0] for span, _ in spans if span is not None), default=None)
    return sorted(
        (span[1], place)
        for span, place in spans
        if span is not None and span[0] <= now and now + BEFORE_CLOSING < span[1]
    )


def take_back(store: Store, running: Running, states: tuple[State, ...], into: str) -> int:
    """Take texts in these states out of the outbox; their people are `into` this. How many.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    began, back, some = time.perf_counter(), 0, 1
    while some and time.perf_counter() - began < _LONGEST:
        started = time.perf_counter()
        with store.begin() as tx:
            some = taking_back.take_back(tx, running.id, states, into, _AT_ONCE)
        back += some
        _rest(started)
    return back


def put_aside(store: Store, running: Running, state: str) -> int:
    """Say of people who wait that they get nothing: "expired" or "cancelled"; how many.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    began, done, some = time.perf_counter(), 0, 1
    while some and time.perf_counter() - began < _LONGEST:
        started = time.perf_counter()
        with store.begin() as tx:
            some = recipients.put_aside(tx, running.id, state, _AT_ONCE)
        done += some
        _rest(started)
    return done


def _rest(since: float) -> None:
    time.sleep(min(time.perf_counter() - since, _MOST_REST))
