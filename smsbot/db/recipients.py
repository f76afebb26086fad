"""What becomes of the people of a campaign who are not handed to the outbox, some at a time."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select, text, update

from smsbot.core.campaigns.campaign import Arm
from smsbot.core.campaigns.dry_run import Reason
from smsbot.core.messages import Lang
from smsbot.db.tables_campaigns import campaign_recipient as recipient


def by_plan(wanted: Select[Any]) -> Select[Any]:
    """The same, along the index of those who are still planned: every place is "" or more.

    Without it the primary key is as good to SQLite, which then steps over all who had their turn.
    """
    return wanted.where(recipient.c.place >= "")


def leave_out(
    tx: Connection, campaign_id: int, places: Sequence[str], reason: Reason, limit: int
) -> int:
    """Leave out planned people of these places, some at a time; how many."""
    found = (
        select(recipient.c.contact_id)
        .where(
            recipient.c.campaign_id == campaign_id,
            text("campaign_recipient.state = 'planned'"),
            recipient.c.place.in_(places),
        )
        .limit(limit)
    )
    return _set(tx, campaign_id, found, "left_out", reason.value)


def put_aside(tx: Connection, campaign_id: int, state: str, limit: int) -> int:
    """Say of people still planned that they get nothing: "expired" or "cancelled"; how many."""
    found = (
        select(recipient.c.contact_id)
        .where(recipient.c.campaign_id == campaign_id, text("campaign_recipient.state = 'planned'"))
        .limit(limit)
    )
    return _set(tx, campaign_id, found, state, None)


def give_arm(tx: Connection, campaign_id: int, arm: Arm, langs: Iterable[Lang], limit: int) -> int:
    """Give people still planned this arm's message, some at a time; how many."""
    found = (
        select(recipient.c.contact_id)
        .where(
            recipient.c.campaign_id == campaign_id,
            text("campaign_recipient.state = 'planned'"),
            recipient.c.arm != arm.value,
            recipient.c.lang.in_([lang.value for lang in langs]),
        )
        .limit(limit)
    )
    done = tx.execute(
        update(recipient)
        .where(
            recipient.c.campaign_id == campaign_id,
            recipient.c.contact_id.in_(by_plan(found).scalar_subquery()),
            text("campaign_recipient.state = 'planned'"),
        )
        .values(arm=arm.value)
    )
    return int(done.rowcount)


def still_planned(tx: Connection, campaign_id: int) -> int:
    """How many people wait for their text."""
    counted = (
        select(func.count())
        .select_from(recipient)
        .where(recipient.c.campaign_id == campaign_id, text("campaign_recipient.state = 'planned'"))
    )
    return int(tx.scalar(counted) or 0)


def set_aside(tx: Connection, campaign_id: int) -> dict[tuple[str, str], int]:
    """People who got nothing after all, by state and reason."""
    rows = tx.execute(
        select(recipient.c.state, recipient.c.reason, func.count())
        .where(
            recipient.c.campaign_id == campaign_id,
            text("campaign_recipient.state IN ('skipped', 'expired', 'cancelled')"),
        )
        .group_by(recipient.c.state, recipient.c.reason)
    )
    return {(state, reason or ""): int(number) for state, reason, number in rows}


def _set(
    tx: Connection, campaign_id: int, found: Select[Any], state: str, reason: str | None
) -> int:
    done = tx.execute(
        update(recipient)
        .where(
            recipient.c.campaign_id == campaign_id,
            recipient.c.contact_id.in_(by_plan(found).scalar_subquery()),
            text("campaign_recipient.state = 'planned'"),
        )
        .values(state=state, reason=reason)
    )
    return int(done.rowcount)
