"""The question a claim asks, one statement for each lane, built once.

States stand in it as literals: neither SQLite nor a prepared plan of PostgreSQL uses a partial
index for a state that is only known when the statement runs, and would read the whole table.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
)

from smsbot.core.outbound.outbox import HOLDS_BACK, Lane
from smsbot.db.tables import UtcDateTime, contact
from smsbot.db.tables_campaigns import campaign
from smsbot.db.tables_consent import subscription
from smsbot.db.tables_outbox import attempt, outbox

_NOW = bindparam("now", type_=UtcDateTime)
_NEEDED = (
    "id", "version", "lane", "contact_id", "sender", "number_sealed", "number_index",
    "body_sealed", "segments", "expires_at",
)  # fmt: skip
_HOLDING = ", ".join(sorted(f"'{state.value}'" for state in HOLDS_BACK))


def opted_out() -> Exists:
    """Whether the contact of an outbox row has opted out: a condition for a WHERE."""
    return _looked_up(
        select(contact.c.id).where(contact.c.id == outbox.c.contact_id, contact.c.opted_out)
    )


def unwanted(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether an outbox row is a campaign's whose person has left its topic or is in care."""
    wanted = _looked_up(
        select(contact.c.id)
        .select_from(subscription.join(contact, contact.c.id == subscription.c.contact_id))
        .where(
            subscription.c.contact_id == outbox.c.contact_id,
            subscription.c.consent_id == outbox.c.consent_id,
            subscription.c.state == "joined",
            or_(contact.c.care_until.is_(None), contact.c.care_until <= now),
        )
    )
    return and_(text(f"outbox.lane >= {int(Lane.CAMPAIGN)}"), ~wanted)


def held() -> Exists:
    """Whether an outbox row is of a campaign that does not run now: it waits to be taken back."""
    return _looked_up(
        select(campaign.c.id).where(
            campaign.c.id == outbox.c.campaign_id, text("campaign.state <> 'running'")
        )
    )


@cache
def candidates(lane: Lane) -> Select[Any]:
    """What of one lane may be claimed: binds `sender`, `now`, `most`.

    What sending needs of each row, in order, with `attempts` made, `is_late`, `is_silenced` (the
    contact opted out) and `is_unwanted` (a campaign's, and they left its topic or are in care).
    """
    attempts = (
        select(func.count()).where(attempt.c.outbox_id == outbox.c.id).scalar_subquery()
    ).label("attempts")
    silenced = false() if lane is Lane.CRISIS else opted_out()
    not_wanted = unwanted(_NOW) if lane is Lane.CAMPAIGN else false()
    late = outbox.c.expires_at <= _NOW
    waits = held() if lane is Lane.CAMPAIGN else false()
    return (
        select(
            *(outbox.c[name] for name in _NEEDED),
            attempts,
            late.label("is_late"),
            silenced.label("is_silenced"),
            not_wanted.label("is_unwanted"),
        )
        .where(
            text("outbox.state = 'queued'"),
            text(f"outbox.lane = {int(lane)}"),
            outbox.c.sender == bindparam("sender"),
            outbox.c.due_at <= _NOW,
            ~waits,
            # A campaign's text has one part.
            true() if lane is Lane.CAMPAIGN else ~_an_earlier_part_waits(),
            ~_the_person_has_one_under_way(lane),
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)
    )


def _an_earlier_part_waits() -> Exists:
    earlier = outbox.alias("earlier")
    return _looked_up(
        select(earlier.c.id).where(
            earlier.c.sequence_key == outbox.c.sequence_key,
            earlier.c.part < outbox.c.part,
            or_(
                text(f"earlier.state IN ({_HOLDING})"),
                and_(text("earlier.state = 'accepted'"), earlier.c.next_part_at > _NOW),
            ),
        )
    )


def _the_person_has_one_under_way(lane: Lane) -> Exists:
    under_way = outbox.alias("under_way")
    unsure = text("under_way.state <> 'unknown'") if lane is Lane.CRISIS else true()
    return _looked_up(
        select(under_way.c.id).where(
            under_way.c.number_index == outbox.c.number_index,
            # Said in full, or the partial index is not used.
            text("under_way.state IN ('claimed', 'sending', 'unknown')"),
            unsure,
        )
    )


def _looked_up(query: Select[Any]) -> Exists:
    """EXISTS, answered by the index for each row it is asked for.

    Without the OFFSET PostgreSQL may turn it into a join and read all contacts, or all that is
    under way, to save the look-ups of a hundred rows: its figures lag behind a table that changes
    as fast as this one.
    """
    return query.correlate(outbox).limit(literal_column("1")).offset(literal_column("0")).exists()
