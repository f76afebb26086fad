"""Goes through all contacts in small steps, so that nobody's answer waits for a campaign.

A step is one transaction over a range of contacts' ids. Its width follows the time the last one
took; between two steps the database is left to others for a moment.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TypeVar

from smsbot.core.campaigns.campaign import Arm, Campaign
from smsbot.core.errors import StoreConflict, StoreUnavailable
from smsbot.core.messages import Lang
from smsbot.db import audience, planning
from smsbot.db.planning import Choice, Groups, Range
from smsbot.db.store import Store, Transaction

AIM = 0.010
"""Seconds a step that writes should take: so long a batch of answers may have to wait for it."""
AIM_OF_READING = 0.1
"""Seconds of a step that only reads; on SQLite nobody waits for it, on PostgreSQL never."""
BREATH = 0.002
"""Seconds between two steps."""
_FIRST, _LEAST, _MOST = 1_000, 1_000, 20_000
"""Contacts in a step. Below a thousand the statements themselves cost more than their rows."""

_PATIENCE, _AGAIN = 20.0, 0.25
"""Seconds a step is tried again when the database does not answer, and how often."""

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Hears how far it has come: ids done, and ids in all."""


def choice_of(tx: Transaction, one: Campaign, now: datetime) -> Choice:
    """Whom a campaign is for, as the database asks it."""
    arms: dict[Arm, frozenset[Lang]] = {
        arm: frozenset(lang for a, lang in one.plan.messages if a is arm) for arm in one.plan.arms
    }
    return Choice(
        campaign_id=one.id,
        topic=one.plan.topic,
        among=audience.among(tx, one.plan.audience, now),
        arms=arms,
        now=now,
    )


def steps(last: int, tell: Tell = lambda *_: None, aim: float = AIM) -> Iterator[Range]:
    """Ranges that together hold every id from 1 to `last`; each as wide as the one before allows.

    The caller does its work on a range before it asks for the next.
    """
    after, width = 0, _FIRST
    while after < last:
        upto = min(after + width, last)
        started = time.perf_counter()
        yield Range(after=after, upto=upto)
        took = time.perf_counter() - started
        tell(upto, last)
        after = upto
        width = max(_LEAST, min(_MOST, int(width * min(2.0, max(0.5, aim / max(took, 1e-6))))))
        time.sleep(BREATH)


def plan(store: Store, one: Campaign, now: datetime, tell: Tell) -> None:
    """Plan everybody anew.

    Raises:
        StoreUnavailable: the database can't be reached; what is planned so far is planned again.
    """
    with store.read() as tx:
        choice, last = choice_of(tx, one, now), planning.last_contact(tx)
        is_again = planning.has_plan(tx, one.id)
    for within in steps(last, tell):
        _patiently(partial(_plan_range, store, choice, within, is_again=is_again))


def _plan_range(store: Store, choice: Choice, within: Range, *, is_again: bool) -> None:
    with store.begin() as tx:
        if is_again:
            planning.forget(tx, choice.campaign_id, within)
        planning.plan(tx, choice, within)


def _patiently(work: Callable[[], T]) -> T:
    """Do one step again while the database is busy or gone for a moment; nothing is lost by it."""
    ends = time.monotonic() + _PATIENCE
    while True:
        try:
            return work()
        except StoreConflict:
            raise
        except StoreUnavailable:
            if time.monotonic() >= ends:
                raise
            time.sleep(_AGAIN)


def count(store: Store, campaign_id: int) -> Groups:
    """Count who is planned and who is left out.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        last = planning.last_contact(tx)
    found = Groups()
    for within in steps(last, aim=AIM_OF_READING):
        found.add(_patiently(partial(_count_range, store, campaign_id, within)))
    return found


def _count_range(store: Store, campaign_id: int, within: Range) -> Groups:
    with store.read() as tx:
        return planning.groups(tx, campaign_id, within)


def newcomers(store: Store, one: Campaign, now: datetime) -> int:
    """How many would be planned now whom nobody has approved.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        choice, last = choice_of(tx, one, now), planning.last_contact(tx)
    found = 0
    for within in steps(last, aim=AIM_OF_READING):
        found += _patiently(partial(_look_range, store, choice, within))
    return found


def _look_range(store: Store, choice: Choice, within: Range) -> int:
    with store.read() as tx:
        return planning.newcomers(tx, choice, within)
