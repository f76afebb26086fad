"""Takes a person out of the database: their texts, what they were sent, their number.

What stays is what others need to keep a promise to them: an opt-out, and the ledger of consents,
both under the keyed index of a number that is itself gone.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from smsbot.core.outbound.outbox import State
from smsbot.db.found import WATCHED
from smsbot.db.tables import UtcDateTime, consent, contact, inbound
from smsbot.db.tables_consent import contact_tag, subscription, upload_contact
from smsbot.db.tables_outbox import attempt, outbox, outbox_event, receipt
from smsbot.db.tables_reports import forgotten_text

REMEMBERED = 2 * WATCHED
"""How long a SID is: longer than the provider's list is looked through."""

_LEAVING = (State.CLAIMED.value, State.SENDING.value)
_STAYS = frozenset({"id", "number_index", "opted_out", "created_at", "seen_at"})


def lock(tx: Connection, contact_id: int) -> bool:
    """Hold a contact until the transaction ends; False when there is none."""
    held = select(contact.c.id).where(contact.c.id == contact_id).with_for_update()
    return tx.scalar(held) is not None


def is_leaving(tx: Connection, contact_id: int) -> bool:
    """Whether a worker has a text to this person in hand at this moment."""
    found = tx.scalar(
        select(outbox.c.id)
        .where(outbox.c.contact_id == contact_id, outbox.c.state.in_(_LEAVING))
        .limit(1)
    )
    return found is not None


def delete_sent(tx: Connection, contact_id: int) -> int:
    """Delete every text of the outbox to a person with its history; how many."""
    theirs = select(outbox.c.id).where(outbox.c.contact_id == contact_id)
    for table in (receipt, attempt, outbox_event):
        tx.execute(delete(table).where(table.c.outbox_id.in_(theirs)))
    return tx.execute(delete(outbox).where(outbox.c.contact_id == contact_id)).rowcount


def delete_texts(tx: Connection, contact_id: int, now: datetime) -> int:
    """Delete every text of a person; how many.

    The SIDs of the last days are remembered: the provider's list still has them, and what it has
    and we do not is otherwise recorded as a text that was missed.
    """
    recent = select(inbound.c.sid, literal(now, UtcDateTime)).where(
        inbound.c.contact_id == contact_id, inbound.c.received_at >= now - REMEMBERED
    )
    tx.execute(delete(forgotten_text).where(forgotten_text.c.forgotten_at < now - REMEMBERED))
    tx.execute(insert(forgotten_text).from_select(["sid", "forgotten_at"], recent))
    return tx.execute(delete(inbound).where(inbound.c.contact_id == contact_id)).rowcount


def end_subscriptions(tx: Connection, contact_id: int, by: str, reason: str, now: datetime) -> None:
    """Add to the ledger that they have left every topic they had joined or been asked about."""
    topics = tx.scalars(
        select(subscription.c.topic).where(
            subscription.c.contact_id == contact_id, subscription.c.state.in_(("asked", "joined"))
        )
    ).all()
    line = {
        "contact_id": contact_id,
        "change": "left",
        "how": "forgotten",
        "origin": "staff",
        "recorded_by": by,
        "recorded_at": now,
        "reason": reason,
        "at": now,
    }
    for topic in topics:
        tx.execute(insert(consent).values(**line, topic=topic))


def empty(tx: Connection, contact_id: int) -> tuple[bool, int]:
    """Empty the contact, or delete it when nothing has to stay.

    Returns whether an opt-out stays, and how many lines of the ledger do.
    """
    for table in (contact_tag, upload_contact):
        tx.execute(delete(table).where(table.c.contact_id == contact_id))
    counted = select(func.count()).select_from(consent).where(consent.c.contact_id == contact_id)
    lines = int(tx.scalar(counted) or 0)
    opted_out = bool(tx.scalar(select(contact.c.opted_out).where(contact.c.id == contact_id)))
    if not lines and not opted_out:
        tx.execute(delete(contact).where(contact.c.id == contact_id))
        return False, 0
    emptied: dict[str, object] = {
        column.name: None for column in contact.c if column.name not in _STAYS and column.nullable
    }
    tx.execute(
        update(contact)
        .where(contact.c.id == contact_id)
        .values(**emptied, number_sealed=b"", lang_chosen=False, greeted=False)
    )
    return opted_out, lines
