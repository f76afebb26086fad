"""Goes through all contacts in small steps, so that nobody's answer waits for a campaign.

A step is one transaction over a range of contacts' ids. Its width follows the time the last one
took; between two steps the database is left to others for a moment.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from smsbot.core.campaigns.campaign import Arm, Campaign
from smsbot.core.messages import Lang
from smsbot.db import audience, planning
from smsbot.db.planning import Choice, Groups, Range
from smsbot.db.store import Store, Transaction

AIM = 0.010
"""Seconds a step should take: as long as a batch of answers may have to wait for it."""
BREATH = 0.002
"""Seconds between two steps."""
_FIRST, _LEAST, _MOST = 500, 200, 20_000

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


def steps(last: int, tell: Tell = lambda *_: None) -> Iterator[Range]:
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
        width = max(_LEAST, min(_MOST, int(width * min(2.0, max(0.5, AIM / max(took, 1e-6))))))
        time.sleep(BREATH)


def plan(store: Store, one: Campaign, now: datetime, tell: Tell) -> None:
    """Plan everybody anew.

    Raises:
        StoreUnavailable: the database can't be reached; what is planned so far is planned again.
    """
    with store.read() as tx:
        choice, last = choice_of(tx, one, now), planning.last_contact(tx)
    for within in steps(last, tell):
        with store.begin() as tx:
            planning.forget(tx, one.id, within)
            planning.plan(tx, choice, within)


def count(store: Store, campaign_id: int) -> Groups:
    """Count who is planned and who is left out.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        last = planning.last_contact(tx)
    found = Groups()
    for within in steps(last):
        with store.read() as tx:
            found.add(planning.groups(tx, campaign_id, within))
    return found


def newcomers(store: Store, one: Campaign, now: datetime) -> int:
    """How many would be planned now whom nobody has approved.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        choice, last = choice_of(tx, one, now), planning.last_contact(tx)
    found = 0
    for within in steps(last):
        with store.read() as tx:
            found += planning.newcomers(tx, choice, within)
    return found
