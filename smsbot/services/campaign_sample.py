"""Ends the comparison of two messages when its time has come, and not before."""

from datetime import datetime, timedelta

from smsbot.core.campaigns.campaign import Arm, Campaign
from smsbot.core.campaigns.samples import Result, Tally, look_at, result
from smsbot.db import campaign_counts, recipients
from smsbot.db.store import Store

_AT_ONCE = 1_000


def decide(store: Store, one: Campaign, last_fed_at: datetime, now: datetime) -> str | None:
    """What came out, in a sentence, and the rest gets the better message; None: not yet.

    Without a difference that chance would not explain the rest gets A.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    if now < look_at(one.plan.sample, last_fed_at):
        return None
    with store.read() as tx:
        hours = timedelta(hours=one.plan.sample.hours)
        found = campaign_counts.replies(tx, one.id, hours)
    compared = result(
        Tally(got=found[Arm.A][0], replied=found[Arm.A][1]),
        Tally(got=found[Arm.B][0], replied=found[Arm.B][1]),
    )
    arm = compared.better or Arm.A
    langs = [lang for each, lang in one.plan.messages if each is arm]
    some = 1
    while some:
        with store.begin() as tx:
            some = recipients.give_arm(tx, one.id, arm, langs, _AT_ONCE)
    return tell(compared)


def tell(compared: Result) -> str:
    """The result in words, with the numbers it rests on."""
    numbers = (
        f"A {compared.a.replied} of {compared.a.got}, B {compared.b.replied} of {compared.b.got}"
        f" texted back; by chance alone {compared.chance:.1%} of the time"
    )
    if compared.better is None:
        return f"{numbers}: no difference, the rest gets A"
    return f"{numbers}: the rest gets {compared.better.value}"
