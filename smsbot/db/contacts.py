"""Contacts: numbers sealed, found through their blind index, locked while one text is decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.contacts import ConsentChange, Contact, Offer, Place
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


def lock(
    tx: Connection, sealer: Sealer, numbers: Iterable[E164], now: datetime
) -> dict[E164, Stored]:
    """The contacts of these numbers, made where new, locked until the transaction ends.

    Rows are taken in the order of their index, so that two processes can't wait for each other.
    """
    wanted = {sealer.blind_index(number): number for number in numbers}
    some = {"indexes": list(wanted)}
    rows = tx.execute(_FIND, some).all()
    is_sqlite = tx.dialect.name == "sqlite"
    if len(rows) < len(wanted):
        _create(tx, sealer, wanted, {row.number_index for row in rows}, now)
    if len(rows) < len(wanted) or not is_sqlite:
        # SQLite has one writer, and that is us: what was just read stays true.
        rows = tx.execute(_FIND_AND_LOCK, some).all()
    return {wanted[row.number_index]: _stored(row) for row in rows}


def _create(
    tx: Connection, sealer: Sealer, wanted: dict[str, E164], known: set[str], now: datetime
) -> None:
    rows = [
        {
            "number_index": index,
            "number_sealed": sealer.seal(wanted[index]),
            "created_at": now,
            "seen_at": now,
        }
        for index in sorted(wanted.keys() - known)
    ]
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(make(contact).on_conflict_do_nothing(index_elements=["number_index"]), rows)


def save(tx: Connection, changed: Iterable[Stored], now: datetime) -> None:
    """Write what is remembered of these contacts, and that they were seen at `now`."""
    rows = [{"row_id": stored.id, "seen_at": now, **_columns(stored.contact)} for stored in changed]
    if rows:
        tx.execute(_SAVE, rows)


def record_consent(tx: Connection, entries: Iterable[ConsentEntry]) -> None:
    """Add lines to the consent ledger."""
    rows = [
        {
            "contact_id": entry.contact_id,
            "change": entry.change.value,
            "how": entry.how,
            "inbound_sid": entry.inbound_sid,
            "at": entry.at,
        }
        for entry in entries
    ]
    if rows:
        tx.execute(_RECORD, rows)


def opt_out(tx: Connection, contact_id: int, how: str, at: datetime) -> None:
    """Record an opt-out that did not come by text, such as the provider's 21610."""
    tx.execute(update(contact).where(contact.c.id == contact_id).values(opted_out=True))
    entry = ConsentEntry(
        contact_id=contact_id, change=ConsentChange.OPT_OUT, how=how, inbound_sid=None, at=at
    )
    record_consent(tx, [entry])


def _columns(value: Contact) -> dict[str, object]:
    place, offer = value.place, value.offer
    return {
        "lang": value.lang.value if value.lang else None,
        "lang_chosen": value.lang_chosen,
        "greeted": value.greeted,
        "opted_out": value.opted_out,
        "place_keyword": place.keyword if place else None,
        "place_lang": place.lang.value if place else None,
        "place_part": place.part if place else None,
        "place_expires_at": place.expires_at if place else None,
        "offered": list(offer.keywords) if offer else None,
        "offered_expires_at": offer.expires_at if offer else None,
        "care_until": value.care_until,
        "crisis_at": value.crisis_at,
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
        ),
    )
