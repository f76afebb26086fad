"""The consent ledger read back: what somebody has joined, their whole history, counts.

Lines are added through `contacts.record_consent`; what follows from them is written by triggers
alone (tables_consent says which).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, select, update

from smsbot.core.campaigns.consent import Line, Person
from smsbot.core.contacts import ConsentChange, ConsentOrigin
from smsbot.core.messages import E164, Lang
from smsbot.db.contacts import Stored
from smsbot.db.tables import consent, contact
from smsbot.db.tables_consent import subscription
from smsbot.sealing import Sealer

_JOINED = select(subscription.c.contact_id, subscription.c.topic).where(
    subscription.c.contact_id.in_(bindparam("people", expanding=True)),
    subscription.c.state == "joined",
)


def with_joined(tx: Connection, people: Mapping[E164, Stored]) -> dict[E164, Stored]:
    """The same contacts, with the topics they have joined."""
    if not people:
        return {}
    found: dict[int, set[str]] = {}
    for row in tx.execute(_JOINED, {"people": [one.id for one in people.values()]}):
        found.setdefault(row.contact_id, set()).add(row.topic)
    return {
        number: replace(one, contact=replace(one.contact, joined=frozenset(found.get(one.id, ()))))
        for number, one in people.items()
    }


def find(tx: Connection, sealer: Sealer, number: E164) -> int | None:
    """The contact of a number; None when nobody with it is known."""
    wanted = select(contact.c.id).where(contact.c.number_index.in_(sealer.blind_indexes(number)))
    return tx.scalar(wanted.order_by(contact.c.id).limit(1))


def person(tx: Connection, contact_id: int) -> Person | None:
    """One contact with every line of theirs; None when there is no such contact."""
    row = tx.execute(select(contact).where(contact.c.id == contact_id)).one_or_none()
    if row is None:
        return None
    joined = tx.scalars(
        select(subscription.c.topic)
        .where(subscription.c.contact_id == contact_id, subscription.c.state == "joined")
        .order_by(subscription.c.topic)
    )
    lines = tx.execute(
        select(consent)
        .where(consent.c.contact_id == contact_id)
        .order_by(consent.c.at, consent.c.id)
    )
    return Person(
        contact_id=contact_id,
        opted_out=row.opted_out,
        care_until=row.care_until,
        lang=Lang(row.lang) if row.lang else None,
        joined=tuple(joined),
        lines=tuple(map(_line, lines)),
    )


def newest(tx: Connection, before_id: int | None, limit: int) -> tuple[tuple[int, Line], ...]:
    """The last lines of everybody, newest first, older than `before_id`: (contact, line)."""
    wanted = select(consent).order_by(consent.c.id.desc()).limit(limit)
    if before_id is not None:
        wanted = wanted.where(consent.c.id < before_id)
    return tuple((row.contact_id, _line(row)) for row in tx.execute(wanted))


def joined_by_topic(tx: Connection) -> dict[str, int]:
    """How many have joined each topic; read from the index of subscriptions alone."""
    rows = tx.execute(
        select(subscription.c.topic, func.count())
        .where(subscription.c.state == "joined")
        .group_by(subscription.c.topic)
    )
    return {row[0]: int(row[1]) for row in rows}


def opted_out_after(
    tx: Connection, sealer: Sealer, after_id: int, most: int
) -> tuple[tuple[int, E164, datetime | None], ...]:
    """Contacts that have opted out, by id from `after_id` on: (contact, number, since).

    A person who was forgotten has no number any more, and is left out.
    """
    since = (
        select(func.max(consent.c.at))
        .where(
            consent.c.contact_id == contact.c.id,
            consent.c.change == ConsentChange.OPT_OUT.value,
        )
        .scalar_subquery()
    )
    rows = tx.execute(
        select(contact.c.id, contact.c.number_sealed, since.label("since"))
        .where(
            contact.c.id > after_id, contact.c.opted_out, func.length(contact.c.number_sealed) > 0
        )
        .order_by(contact.c.id)
        .limit(most)
    )
    return tuple((row.id, E164(sealer.open(row.number_sealed)), row.since) for row in rows)


def known(tx: Connection, sealer: Sealer, numbers: Iterable[E164]) -> dict[E164, int]:
    """Which of these numbers are known, and as which contact."""
    wanted = {index: number for number in numbers for index in sealer.blind_indexes(number)}
    if not wanted:
        return {}
    found = select(contact.c.id, contact.c.number_index).where(
        contact.c.number_index.in_(list(wanted))
    )
    return {wanted[row.number_index]: row.id for row in tx.execute(found)}


def learn_language(tx: Connection, contact_ids: Sequence[int], lang: str) -> None:
    """Remember a language of contacts who have not written in one themselves."""
    tx.execute(
        update(contact)
        .where(contact.c.id.in_(contact_ids), contact.c.lang.is_(None))
        .values(lang=lang)
    )


def _line(row: Row[tuple[object, ...]]) -> Line:
    return Line(
        id=row.id,
        change=ConsentChange(row.change),
        topic=row.topic,
        at=row.at,
        how=row.how,
        words=row.words,
        origin=ConsentOrigin(row.origin),
        source=row.source,
        inbound_sid=row.inbound_sid,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        reason=row.reason,
        undoes_id=row.undoes_id,
    )
