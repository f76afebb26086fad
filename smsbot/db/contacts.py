"""Contacts: numbers sealed, found through their blind index, locked while one text is decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.contacts import (
    Asked,
    ConsentChange,
    ConsentOrigin,
    Contact,
    Offer,
    Place,
    area_code,
)
from smsbot.core.messages import E164, Lang, MessageSid
from smsbot.db.tables import consent, contact
from smsbot.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A contact with its row's id and the blind index of its number."""

    id: int
    number_index: str
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEntry:
    """One line of the consent ledger, which is only ever added to."""

    contact_id: int
    change: ConsentChange
    how: str
    inbound_sid: MessageSid | None
    at: datetime
    topic: str | None = None
    words: str | None = None
    """The exact words the person was shown."""
    origin: ConsentOrigin = ConsentOrigin.TEXT
    source: str | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    """When it was written down, where that is later than `at`."""
    reason: str | None = None
    undoes_id: int | None = None


def lock(
    tx: Connection, sealer: Sealer, numbers: Iterable[E164], now: datetime
) -> dict[E164, Stored]:
    """The contacts of these numbers, made where new, locked until the transaction ends.

    Rows are taken in the order of their index, so that two processes can't wait for each other.
    """
    wanted = {index: number for number in numbers for index in sealer.blind_indexes(number)}
    some = {"indexes": list(wanted)}
    rows = tx.execute(_FIND, some).all()
    new = set(wanted.values()) - {wanted[row.number_index] for row in rows}
    if new:
        _create(tx, sealer, new, now)
    for row in rows:
        if not row.number_sealed:
            # Forgotten at their wish, and here again of their own will.
            number = wanted[row.number_index]
            known = {"sealed": sealer.seal(number), "area": area_code(number)}
            tx.execute(_KNOW_AGAIN, {"row_id": row.id, **known})
    if new or tx.dialect.name != "sqlite":
        # SQLite has one writer, and that is us: what was just read stays true.
        rows = tx.execute(_FIND_AND_LOCK, some).all()
    return {wanted[row.number_index]: _stored(row) for row in rows}


def lock_one(tx: Connection, contact_id: int) -> None:
    """Lock one contact until the transaction ends, so that nothing is decided beside it."""
    tx.execute(select(contact.c.id).where(contact.c.id == contact_id).with_for_update())


def _create(tx: Connection, sealer: Sealer, numbers: Iterable[E164], now: datetime) -> None:
    rows = [
        {
            "number_index": index,
            "number_sealed": sealer.seal(number),
            "area_code": area_code(number),
            "created_at": now,
            "seen_at": now,
        }
        for index, number in sorted((sealer.blind_index(one), one) for one in numbers)
    ]
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(make(contact).on_conflict_do_nothing(index_elements=["number_index"]), rows)


def save(tx: Connection, changed: Iterable[Stored], now: datetime) -> None:
    """Write what is remembered of these contacts, and that they were seen at `now`.

    Not `opted_out`: that follows from the ledger, whatever the order in which its lines come.
    """
    rows = [{"row_id": stored.id, "seen_at": now, **_columns(stored.contact)} for stored in changed]
    if rows:
        tx.execute(_SAVE, rows)


def record_consent(tx: Connection, entries: Iterable[ConsentEntry]) -> None:
    """Add lines to the consent ledger, in order; what follows from them is the database's to do.

    Raises:
        StoreConflict: at the end of the block, when a line breaks one of the ledger's rules.
    """
    rows = [
        {
            "contact_id": entry.contact_id,
            "change": entry.change.value,
            "how": entry.how,
            "inbound_sid": entry.inbound_sid,
            "at": entry.at,
            "topic": entry.topic,
            "words": entry.words,
            "origin": entry.origin.value,
            "source": entry.source,
            "recorded_by": entry.recorded_by,
            "recorded_at": entry.recorded_at,
            "reason": entry.reason,
            "undoes_id": entry.undoes_id,
        }
        for entry in entries
    ]
    if rows:
        tx.execute(_RECORD, rows)


def opt_out(tx: Connection, contact_id: int, how: str, at: datetime) -> None:
    """Record an opt-out that the provider tells us of, such as its 21610."""
    entry = ConsentEntry(
        contact_id=contact_id, change=ConsentChange.OPT_OUT, how=how, inbound_sid=None, at=at,
        origin=ConsentOrigin.PROVIDER,
    )  # fmt: skip
    record_consent(tx, [entry])


def _columns(value: Contact) -> dict[str, object]:
    place, offer = value.place, value.offer
    return {
        "lang": value.lang.value if value.lang else None,
        "lang_chosen": value.lang_chosen,
        "greeted": value.greeted,
        "place_keyword": place.keyword if place else None,
        "place_lang": place.lang.value if place else None,
        "place_part": place.part if place else None,
        "place_expires_at": place.expires_at if place else None,
        "offered": list(offer.keywords) if offer else None,
        "offered_expires_at": offer.expires_at if offer else None,
        "care_until": value.care_until,
        "crisis_at": value.crisis_at,
        "source_code": value.source_code,
        "first_keyword": value.first_keyword,
        "asked_topic": value.asked.topic if value.asked else None,
        "asked_words": value.asked.words if value.asked else None,
        "asked_expires_at": value.asked.expires_at if value.asked else None,
    }


# Built once: building a statement anew costs more than SQLite takes to carry it out.
_FIND = select(contact).where(contact.c.number_index.in_(bindparam("indexes", expanding=True)))
_FIND_AND_LOCK = _FIND.order_by(contact.c.number_index).with_for_update()
_SAVE = (
    update(contact)
    .where(contact.c.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in ("seen_at", *_columns(Contact()))})
)
_RECORD = insert(consent)
_KNOW_AGAIN = (
    update(contact)
    .where(contact.c.id == bindparam("row_id"))
    .values(number_sealed=bindparam("sealed"), area_code=bindparam("area"))
)


def _stored(row: Row[tuple[object, ...]]) -> Stored:
    place = None
    if row.place_keyword is not None:
        place = Place(
            keyword=row.place_keyword,
            lang=Lang(row.place_lang),
            part=row.place_part,
            expires_at=row.place_expires_at,
        )
    offer = None
    if isinstance(row.offered, list) and row.offered and row.offered_expires_at is not None:
        offer = Offer(keywords=tuple(map(str, row.offered)), expires_at=row.offered_expires_at)
    asked = None
    if row.asked_topic is not None and row.asked_expires_at is not None:
        asked = Asked(
            topic=row.asked_topic, words=row.asked_words or "", expires_at=row.asked_expires_at
        )
    return Stored(
        id=row.id,
        number_index=row.number_index,
        contact=Contact(
            lang=Lang(row.lang) if row.lang else None,
            lang_chosen=row.lang_chosen,
            greeted=row.greeted,
            opted_out=row.opted_out,
            place=place,
            offer=offer,
            care_until=row.care_until,
            crisis_at=row.crisis_at,
            source_code=row.source_code,
            first_keyword=row.first_keyword,
            asked=asked,
        ),
    )
