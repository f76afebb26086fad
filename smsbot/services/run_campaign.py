"""Runs campaigns: hands people to the outbox a little before their time, watches, holds, ends.

Done over and over by one process at a time. Whatever it has in mind is in the database before it
matters, so it may die at any moment: the next one goes on from there.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from smsbot.core.campaigns import watch
from smsbot.core.campaigns.campaign import (
    Arm,
    Campaign,
    CampaignFault,
    CampaignState,
    Phase,
    next_of,
)
from smsbot.core.campaigns.watch import Mark
from smsbot.core.outbound.outbox import State
from smsbot.db import campaigns
from smsbot.db.campaigns import CampaignEvent
from smsbot.db.store import Store
from smsbot.services import campaign_sample
from smsbot.services.campaign_memory import Memory, Running, remembered
from smsbot.services.dry_run import Desk, start_by_itself
from smsbot.services.feed_campaign import MOST_IN_HAND, feed, put_aside, take_back

BY_ITSELF = "smsbot"
"""Who acts where no member of staff does."""

_FOLLOWED, _RECOUNTED = timedelta(days=3), timedelta(seconds=10)
"""How long the receipts of a campaign that is over are counted, and how often."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did."""

    queued: int = 0
    taken_back: int = 0


def run_round(store: Store, desk: Desk, memory: Memory, now: datetime) -> Round:
    """Go once through all campaigns that are not over.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        some = campaigns.listed(
            tx,
            (
                CampaignState.APPROVED,
                CampaignState.RUNNING,
                CampaignState.PAUSED,
                CampaignState.FINISHED,
                CampaignState.CANCELLED,
            ),
            limit=200,
        )
    queued = taken_back = 0
    for one in some:
        match one.state:
            case CampaignState.APPROVED:
                _start_when_due(store, desk, one, now)
            case CampaignState.RUNNING:
                queued += _run(store, desk, memory.of(one.id), now)
            case CampaignState.PAUSED:
                taken_back += _hold(store, memory.of(one.id), now)
            case CampaignState.FINISHED:
                _follow(store, desk, memory, one, now)
            case CampaignState.CANCELLED if one.id not in memory.over:
                back = _call_off(store, memory.of(one.id), now)
                taken_back += back
                if not back:
                    memory.over.add(one.id)
    return Round(queued=queued, taken_back=taken_back)


def _start_when_due(store: Store, desk: Desk, one: Campaign, now: datetime) -> None:
    if one.plan.starts_at is None or one.plan.starts_at > now:
        return
    try:
        start_by_itself(store, BY_ITSELF, one.id, desk, now)
    except CampaignFault as error:
        # Back to a draft: a person has to look at what changed, and a second one again.
        _log.warning("campaign_not_started", campaign=one.id)
        event = CampaignEvent(at=now, who=BY_ITSELF, what="not started", note=str(error))
        values = {
            "token": None, "approved_token": None, "approved_by": None, "approved_at": None,
        }  # fmt: skip
        with store.begin() as tx:
            moved = (CampaignState.APPROVED, CampaignState.DRAFT)
            campaigns.move(tx, one.id, moved, event, values)


def _run(store: Store, desk: Desk, running: Running, now: datetime) -> int:
    """One round of a campaign that runs; how many people were handed over."""
    one = remembered(store, running, now)
    if one is None:
        return 0
    reason = watch.why_pause(
        running.counts, running.marks[0], one.plan.limits, running.slowest_reply_ms
    )
    if reason is not None:
        _pause(store, one, reason, now)
        return 0
    running.marks = watch.next_marks(running.marks, running.counts)
    take_back(store, running, (State.EXPIRED,), "planned")
    if one.plan.expires_at <= now:
        _expire(store, running, now)
        return 0
    # Before the phase: whatever that decides stands in the same columns.
    running.keep(store, desk, now)
    return _by_phase(store, desk, running, now)


def _by_phase(store: Store, desk: Desk, running: Running, now: datetime) -> int:
    one = running.campaign
    match one.phase:
        case Phase.CANARY:
            return _canary(store, desk, running, now)
        case Phase.SAMPLE:
            return _sample(store, desk, running, now)
        case _:
            queued = feed(store, desk, running, (None, MOST_IN_HAND), now)
            # Counted after the last was handed over: a campaign that ends holds back its rows.
            in_hand = running.is_stale(now) or running.counts.in_hand
            if not queued and not running.waiting and not in_hand:
                _finish(store, running, "everybody had their turn", now)
            return queued


def _canary(store: Store, desk: Desk, running: Running, now: datetime) -> int:
    one = running.campaign
    wanted = one.plan.canary_size - running.fed[Arm.A] - running.fed[Arm.B]
    if wanted > 0:
        queued = feed(store, desk, running, (None, wanted), now)
        if queued or running.waiting:
            return queued
    if running.is_stale(now):
        return 0
    since = now - (running.last_fed_at or now)
    patience = timedelta(minutes=one.plan.canary_minutes)
    verdict = watch.judge_canary(
        running.counts, one.plan.canary_size, since, patience, one.plan.limits
    )
    if verdict.pause is not None:
        _pause(store, one, verdict.pause, now, judged=True)
    elif not verdict.wait:
        phase = Phase.SAMPLE if one.plan.sample.each else Phase.ALL
        _go_on(store, running, phase, "the first texts went well", now)
    return 0


def _sample(store: Store, desk: Desk, running: Running, now: datetime) -> int:
    one = running.campaign
    queued = 0
    for arm in Arm:
        wanted = one.plan.sample.each - running.fed[arm]
        if wanted > 0:
            queued += feed(store, desk, running, (arm, wanted), now)
    full = all(running.fed[arm] >= one.plan.sample.each for arm in Arm)
    in_hand = running.is_stale(now) or running.counts.in_hand
    if queued or not (full or not running.waiting) or in_hand:
        return queued
    said = campaign_sample.decide(store, one, running.last_fed_at or now, now)
    if said is not None:
        _go_on(store, running, Phase.ALL, said, now)
    return queued


def _hold(store: Store, running: Running, now: datetime) -> int:
    """Take what is in the outbox of a paused campaign back: it is planned again."""
    back = take_back(store, running, (State.QUEUED, State.PARKED), "planned")
    back += take_back(store, running, (State.EXPIRED,), "planned")
    one = remembered(store, running, now)
    if one is not None and one.plan.expires_at <= now:
        _expire(store, running, now)
    return back


def _follow(store: Store, desk: Desk, memory: Memory, one: Campaign, now: datetime) -> None:
    """Receipts come in for days after a campaign is over."""
    if one.ended_at is None or now - one.ended_at > _FOLLOWED:
        return
    running = memory.of(one.id)
    if running.counted_at is None or now - running.counted_at >= _RECOUNTED:
        remembered(store, running, now, at_once=True)
        running.keep(store, desk, now)


def _call_off(store: Store, running: Running, now: datetime) -> int:
    """Take everything of a cancelled campaign back for good; how many people that were."""
    back = take_back(store, running, (State.QUEUED, State.PARKED, State.EXPIRED), "cancelled")
    back += put_aside(store, running, "cancelled")
    remembered(store, running, now, at_once=not back)
    return back + running.counts.in_hand


def _expire(store: Store, running: Running, now: datetime) -> None:
    take_back(store, running, (State.QUEUED, State.PARKED, State.EXPIRED), "planned")
    if not put_aside(store, running, "expired") and not running.counts.in_hand:
        _finish(store, running, "its time was over", now)


def _pause(
    store: Store, one: Campaign, reason: str, now: datetime, *, judged: bool = False
) -> None:
    """Hold it; `judged`: the first few are through, and whoever resumes lets the rest follow."""
    says = campaigns.reason(reason)
    event = CampaignEvent(at=now, who=BY_ITSELF, what="paused", note=says)
    moved = (CampaignState.RUNNING, CampaignState.PAUSED)
    with store.begin() as tx:
        watched = campaigns.held(tx, one.id, "watched") | ({"judged": True} if judged else {})
        values = {"held_because": says, "watched": campaigns.written(watched)}
        campaigns.move(tx, one.id, moved, event, values)
    _log.warning("campaign_paused", campaign=one.id)


def _go_on(store: Store, running: Running, phase: Phase, says: str, now: datetime) -> None:
    with store.begin() as tx:
        campaigns.put(tx, running.id, {"phase": phase.value})
        event = CampaignEvent(at=now, who=BY_ITSELF, what=f"goes on: {phase.value}", note=says)
        campaigns.note(tx, running.id, event)
    running.campaign = replace(running.campaign, phase=phase)
    running.marks = (Mark.at(running.counts), Mark.at(running.counts))


def _finish(store: Store, running: Running, says: str, now: datetime) -> None:
    one = running.campaign
    event = CampaignEvent(at=now, who=BY_ITSELF, what="finished", note=says)
    with store.begin() as tx:
        current = campaigns.find(tx, one.id, lock=True)
        if current is None or not current.is_open:
            return
        moved = (current.state, CampaignState.FINISHED)
        campaigns.move(tx, one.id, moved, event, {"ended_at": now})
        if one.plan.repeat_days and campaigns.repeated(tx, one.id) is None:
            campaigns.add(tx, next_of(one.plan), one.author, now, one.id)
