"""Goes through all contacts in small steps, so that nobody's answer waits for a campaign.

A step is one transaction over a range of contacts' ids. Its width follows the time the last one
took; between two steps the database is left to others for a moment.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from smsbot.core.campaigns.campaign import Arm, Campaign
from smsbot.core.errors import StoreConflict, StoreUnavailable
from smsbot.core.messages import Lang
from smsbot.db import audience, planning
from smsbot.db.planning import Choice, Groups, Questions, Range
from smsbot.db.store import Store, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long one step should take, in seconds, and for which share of that to rest after it."""

    aim: float
    rest: float


WRITING = Pace(aim=0.015, rest=0.25)
"""Of steps that write on PostgreSQL: nobody waits for them, but for the processor they take."""
WRITING_ALONE = Pace(aim=0.004, rest=1.0)
"""On SQLite, where an answer waits for whoever writes: half of the time nobody does."""
READING = Pace(aim=0.020, rest=0.25)
_LEAST_REST = 0.002
_WRITTEN_BACK = 8
"""Steps that write until SQLite's log is written back: before an answer's commit has to do it."""
_FIRST, _LEAST, _MOST = 500, 500, 20_000
"""Contacts in a step. Below some hundred the statements themselves cost more than their rows."""

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


def steps(last: int, tell: Tell = lambda *_: None, pace: Pace = READING) -> Iterator[Range]:
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
        width = max(_LEAST, min(_MOST, int(width * min(2.0, max(0.5, pace.aim / max(took, 1e-6))))))
        # Never longer than it should have taken: on a busy machine both would grow together.
        time.sleep(max(_LEAST_REST, min(took, pace.aim) * pace.rest))


def plan(store: Store, one: Campaign, now: datetime, tell: Tell) -> None:
    """Plan everybody anew.

    Raises:
        StoreUnavailable: the database can't be reached; what is planned so far is planned again.
    """
    with store.read() as tx:
        questions, last = Questions(choice_of(tx, one, now)), planning.last_contact(tx)
        planned = one.id if planning.has_plan(tx, one.id) else None
    pace = WRITING_ALONE if store.is_sqlite else WRITING
    for at, within in enumerate(steps(last, tell, pace), start=1):
        _patiently(partial(_plan_range, store, questions, within, planned))
        if at % _WRITTEN_BACK == 0:
            _patiently(store.write_back)


def _plan_range(store: Store, questions: Questions, within: Range, planned: int | None) -> None:
    """Plan a range; `planned` is the campaign if what was planned of it goes first."""
    with store.begin() as tx:
        if planned is not None:
            planning.forget(tx, planned, within)
        questions.plan(tx, within)


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
    for within in steps(last):
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
        questions, last = Questions(choice_of(tx, one, now)), planning.last_contact(tx)
    found = 0
    for within in steps(last):
        found += _patiently(partial(_look_range, store, questions, within))
    return found


def _look_range(store: Store, questions: Questions, within: Range) -> int:
    with store.read() as tx:
        return questions.newcomers(tx, within)
