"""21610: the provider blocks what we send to a person, because they said STOP to it.

We write the opt-out down here too. When it was a crisis text that was blocked, somebody in a
crisis has not been reached: staff are alerted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import MessageSid
from smsbot.core.outbound.listing import Listed
from smsbot.core.outbound.outbox import Lane
from smsbot.core.outbound.receipts import OPTED_OUT, Receipt
from smsbot.db import contacts, outbox_events
from smsbot.db.tables import contact, inbound
from smsbot.db.tables_alerts import crisis_alert
from smsbot.db.tables_outbox import outbox
from smsbot.sealing import Sealer

CRISIS_WITHIN = timedelta(hours=1)
"""A text blocked so soon after its person wrote in a crisis was the answer to that."""

_HOW = "provider:21610"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The outbox row of a text that was blocked."""

    id: int
    lane: Lane
    contact_id: int
    sequence_key: str

    @classmethod
    def of(cls, row: Any) -> Self:
        """Of a row that has these four."""
        return cls(
            id=row.id,
            lane=Lane(row.lane),
            contact_id=row.contact_id,
            sequence_key=row.sequence_key,
        )


def record(tx: Connection, sealer: Sealer, one: Receipt, row: Text | None) -> bool:
    """Opt the receipt's person out, and alert staff if it was a crisis text; whether it was.

    `row` is the outbox row it is about, None for a text that left in the webhook's own answer:
    then the receipt's recipient tells the person, and a crisis of the last hour is enough.
    """
    person = _person(tx, sealer, one, row)
    if person is None:
        return False
    if not person.opted_out:
        contacts.opt_out(tx, person.id, _HOW, one.received_at)
    tier = _answered(tx, person.crisis_at, one, row)
    if tier is None:
        return False
    if row is not None:
        says = "Twilio blocks texts to this person: the crisis text did not reach them."
        event = outbox_events.NewEvent(
            outbox_id=row.id, at=one.received_at, who="receipts", what="alert", reason=says
        )
        outbox_events.add(tx, event)
    _alert(tx, one.sid, tier, one.received_at)
    return True


def hear_of(tx: Connection, sealer: Sealer, row_id: int, found: Listed, now: datetime) -> None:
    """The same for what the provider says of a row when asked; nothing unless it is 21610."""
    if found.error_code != OPTED_OUT:
        return
    told = Receipt(
        sid=found.sid,
        status=found.status,
        error_code=found.error_code,
        raw_dlr_done=None,
        outbox_id=row_id,
        attempt=None,
        received_at=now,
    )
    row = tx.execute(select(outbox).where(outbox.c.id == row_id)).one()
    record(tx, sealer, told, Text.of(row))


def _answered(
    tx: Connection, crisis_at: datetime | None, one: Receipt, row: Text | None
) -> Tier | None:
    """How urgent the text was that the blocked one answered; None when it was none in a crisis."""
    if row is not None:
        is_crisis = row.lane is Lane.CRISIS
        return _tier(tx, MessageSid(row.sequence_key.rpartition(":")[2])) if is_crisis else None
    is_recent = crisis_at is not None and crisis_at > one.received_at - CRISIS_WITHIN
    return Tier.ACTIVE if is_recent else None


def _person(
    tx: Connection, sealer: Sealer, one: Receipt, row: Text | None
) -> Row[Any, Any, Any] | None:
    wanted = select(contact.c.id, contact.c.opted_out, contact.c.crisis_at)
    if row is not None:
        return tx.execute(wanted.where(contact.c.id == row.contact_id)).one_or_none()
    if one.recipient is None:
        return None
    indexes = sealer.blind_indexes(one.recipient)
    return tx.execute(wanted.where(contact.c.number_index.in_(indexes)).limit(1)).one_or_none()


def _tier(tx: Connection, sid: MessageSid) -> Tier:
    """How urgent the text was that the blocked one answered."""
    found = tx.scalar(select(inbound.c.tier).where(inbound.c.sid == sid))
    return Tier(found) if found else Tier.ACTIVE


def _alert(tx: Connection, sid: MessageSid, tier: Tier, at: datetime) -> None:
    """Alert once for each blocked text; the alert names it, not the one it answered."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(
        make(crisis_alert)
        .values(inbound_sid=sid, tier=tier.value, at=at)
        .on_conflict_do_nothing(index_elements=["inbound_sid"])
    )
