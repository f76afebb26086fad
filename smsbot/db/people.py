"""Contacts as staff see them: the list, one of them, and what was said with one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, text

from smsbot.core.messages import E164, Lang
from smsbot.core.people import Consent, People, Person, Sent, Turn
from smsbot.db.message_list import COLUMNS, masked_number, opened, text_of
from smsbot.db.stories import entry_of
from smsbot.db.tables import consent, contact, inbound
from smsbot.db.tables_outbox import outbox
from smsbot.sealing import Sealer

_SHOWN = (
    contact.c.id, contact.c.number_sealed, contact.c.lang, contact.c.opted_out,
    contact.c.care_until, contact.c.crisis_at, contact.c.created_at, contact.c.seen_at,
)  # fmt: skip
_OPTED_OUT = text("opted_out")
MOST_SENT = 300
"""Texts that left to one person within one page of the conversation."""


def newest(
    tx: Connection, sealer: Sealer, wanted: People, now: datetime, page: tuple[int, int | None]
) -> tuple[Person, ...]:
    """The people who came last. `page` is how many, and the id before which to go on."""
    limit, before = page
    query = select(*_SHOWN).order_by(contact.c.id.desc()).limit(limit)
    if wanted.lang is not None:
        query = query.where(contact.c.lang == wanted.lang)
    if wanted.opted_out:
        query = query.where(_OPTED_OUT)
    if wanted.in_care:
        # A list of few: SQLite would rather look through all from the newest down.
        few = select(contact.c.id).where(contact.c.care_until > now)
        query = query.where(contact.c.id.in_(few))
    if before is not None:
        query = query.where(contact.c.id < before)
    return tuple(_person(sealer, row) for row in tx.execute(query))


def get(tx: Connection, sealer: Sealer, contact_id: int) -> Person | None:
    """The contact with this id."""
    row = tx.execute(select(*_SHOWN).where(contact.c.id == contact_id)).one_or_none()
    return None if row is None else _person(sealer, row)


def find(tx: Connection, sealer: Sealer, number: E164) -> int | None:
    """The contact of a number, looked up under every index key in use."""
    indexes = sealer.blind_indexes(number)
    found = tx.scalar(select(contact.c.id).where(contact.c.number_index.in_(indexes)).limit(1))
    return None if found is None else int(found)


def number(tx: Connection, sealer: Sealer, contact_id: int) -> E164 | None:
    """A contact's number in full; None when it has been deleted or there is no such contact.

    Raises:
        SealBroken: no configured key opens it.
    """
    sealed = tx.scalar(select(contact.c.number_sealed).where(contact.c.id == contact_id))
    return E164(sealer.open(sealed)) if sealed else None


def turns(
    tx: Connection, sealer: Sealer, contact_id: int, limit: int, before: int | None
) -> tuple[Turn, ...]:
    """The last texts of a person with their answers, newest first; those before a text's id."""
    query = (
        select(*COLUMNS, inbound.c.reply)
        .join(contact, contact.c.id == inbound.c.contact_id)
        .where(inbound.c.contact_id == contact_id)
        .order_by(inbound.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(inbound.c.id < before)
    return tuple(
        Turn(text=text_of(sealer, row), document=bytes(row.reply)) for row in tx.execute(query)
    )


def received_at(tx: Connection, contact_id: int, text_id: int) -> datetime | None:
    """When a text of this person was received; None when it is not there."""
    found: datetime | None = tx.scalar(
        select(inbound.c.received_at).where(
            inbound.c.id == text_id, inbound.c.contact_id == contact_id
        )
    )
    return found


def sent(
    tx: Connection,
    sealer: Sealer,
    contact_id: int,
    span: tuple[datetime | None, datetime | None],
) -> tuple[Sent, ...]:
    """What was queued for a person from a moment on and before another, the newest first."""
    since, until = span
    query = select(outbox).where(outbox.c.contact_id == contact_id)
    if since is not None:
        query = query.where(outbox.c.created_at >= since)
    if until is not None:
        query = query.where(outbox.c.created_at < until)
    rows = tx.execute(query.order_by(outbox.c.id.desc()).limit(MOST_SENT))
    return tuple(_sent(sealer, row) for row in rows)


def consents(tx: Connection, contact_id: int) -> tuple[Consent, ...]:
    """The lines of the consent ledger about a person, oldest first."""
    rows = tx.execute(
        select(consent.c.at, consent.c.change, consent.c.how)
        .where(consent.c.contact_id == contact_id)
        .order_by(consent.c.at, consent.c.id)
    )
    return tuple(Consent(at=row.at, change=row.change, how=row.how) for row in rows)


def _person(sealer: Sealer, row: Row[*tuple[Any, ...]]) -> Person:
    return Person(
        id=row.id,
        number=masked_number(sealer, row.number_sealed),
        lang=Lang(row.lang) if row.lang else None,
        opted_out=row.opted_out,
        care_until=row.care_until,
        crisis_at=row.crisis_at,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


def _sent(sealer: Sealer, row: Row[*tuple[Any, ...]]) -> Sent:
    return Sent(
        entry=entry_of(sealer, row),
        body=opened(sealer, row.body_sealed),
        sequence_key=row.sequence_key,
    )
