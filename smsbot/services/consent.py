"""One person's consent: looked up, told in words, given out whole, and what staff may record of it.

Staff never say yes for anybody: they record a no, take a recorded no back, or import evidence.
"""

import csv
import io
import json
from collections.abc import Iterator

from smsbot.core.campaigns.consent import Line, Person, Refused, in_words, undoable
from smsbot.core.contacts import ConsentChange, ConsentOrigin, Topic
from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.editorial.sheet import safe
from smsbot.core.errors import ContentFault
from smsbot.core.messages import E164
from smsbot.core.text.phone import read_number
from smsbot.db import consent, contacts, topics
from smsbot.db.contacts import ConsentEntry
from smsbot.db.store import Store, Transaction
from smsbot.services import audit

LEAST_REASON = 10
_CHUNK = 500
_COLUMNS = (
    "at (UTC)", "what", "topic", "how", "words", "origin", "source", "text received",
    "recorded by", "recorded at (UTC)", "reason",
)  # fmt: skip


def find(store: Store, written: str, by: By) -> int:
    """The contact of a number as somebody wrote it; that it was looked for is recorded.

    Raises:
        ContentFault: it is no number, or nobody with it is known.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        found = consent.find(tx, store.sealer, _number(written))
        if found is None:
            raise ContentFault("Nobody with this number is known here.")
        _record(tx, by, "find_consent", found, "")
    return found


def person(store: Store, contact_id: int) -> Person:
    """One contact with every line of their ledger.

    Raises:
        ContentFault: there is no such contact.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return _person(tx, contact_id)


def newest(
    store: Store, limit: int, before: int | None = None
) -> tuple[tuple[tuple[int, Line], ...], int | None]:
    """The last lines of everybody as (contact, line), newest first; and what to go on before.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = consent.newest(tx, before, limit + 1)
    return found[:limit], found[limit - 1][1].id if len(found) > limit else None


def joined(store: Store) -> tuple[tuple[Topic, int], ...]:
    """Every topic, with how many have joined it.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        numbers = consent.joined_by_topic(tx)
        return tuple((one, numbers.get(one.keyword, 0)) for one in topics.every(tx))


def opt_out(store: Store, written: str, reason: str, by: By) -> int:
    """Record that somebody said no in another way than by text: on the phone, in a letter.

    Raises:
        ContentFault: it is no number, there is no reason, or they have opted out already.
        StoreUnavailable: the database can't be reached.
    """
    number, reason = _number(written), _reason(reason)
    with store.begin() as tx:
        found = contacts.lock(tx, store.sealer, [number], by.at)[number]
        if found.contact.opted_out:
            raise ContentFault("They have opted out already; nothing was changed.")
        _add(tx, found.id, ConsentChange.OPT_OUT, (reason, None, None), by)
        _record(tx, by, "record_opt_out", found.id, reason)
    return found.id


def leave(store: Store, contact_id: int, topic: str, reason: str, by: By) -> None:
    """Take somebody off one topic, because they asked for it in another way than by text.

    Raises:
        ContentFault: there is no such contact or reason, or they have not joined it.
        StoreUnavailable: the database can't be reached.
    """
    reason = _reason(reason)
    with store.begin() as tx:
        if topic not in _person(tx, contact_id).joined:
            raise ContentFault("They have not joined that topic; nothing was changed.")
        _add(tx, contact_id, ConsentChange.LEFT, (reason, topic, None), by)
        _record(tx, by, "record_left", contact_id, reason)


def undo_opt_out(store: Store, contact_id: int, reason: str, by: By) -> None:
    """Take back an opt-out that was recorded or imported by mistake.

    Raises:
        ContentFault: the person opted out themselves, there is nothing to undo, or no reason.
        StoreUnavailable: the database can't be reached.
        StoreConflict: somebody else changed it at the same moment.
    """
    reason = _reason(reason)
    with store.begin() as tx:
        contacts.lock_one(tx, contact_id)
        found = undoable(_person(tx, contact_id).lines)
        if isinstance(found, Refused):
            raise ContentFault(found.why)
        for line in found:
            _add(tx, contact_id, ConsentChange.UNDONE, (reason, None, line.id), by)
        _record(tx, by, "undo_opt_out", contact_id, reason)


def as_json(store: Store, contact_id: int, by: By) -> str:
    """Everything the ledger has of one person, to be given to them; that it was is recorded.

    Raises:
        ContentFault: there is no such contact.
        StoreUnavailable: the database can't be reached.
    """
    found = _export(store, contact_id, by)
    told = {
        "opted_out": found.opted_out,
        "language": found.lang.value if found.lang else None,
        "joined": list(found.joined),
        "ledger": [dict(zip(_COLUMNS, _cells(line), strict=True)) for line in found.lines],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_csv(store: Store, contact_id: int, by: By) -> str:
    """The same as a table. No cell is a formula.

    Raises:
        ContentFault: there is no such contact.
        StoreUnavailable: the database can't be reached.
    """
    found = _export(store, contact_id, by)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(_COLUMNS)
    table.writerows([safe(cell) for cell in _cells(line)] for line in found.lines)
    return written.getvalue()


def opt_outs(store: Store, by: By) -> Iterator[str]:
    """Everybody who has opted out as CSV, numbers in full, read in pages; that it was is recorded.

    A number begins with an apostrophe, which keeps a spreadsheet from taking it for a formula.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    audit.record(store, Deed(who=by.name, what="export_opt_outs", about="opt-outs", at=by.at))
    yield "number,when\r\n"
    after = 0
    while True:
        with store.read() as tx:
            found = consent.opted_out_after(tx, store.sealer, after, _CHUNK)
        if not found:
            return
        after = found[-1][0]
        yield "".join(
            f"{safe(number)},{since.isoformat() if since else ''}\r\n" for _, number, since in found
        )


def _export(store: Store, contact_id: int, by: By) -> Person:
    with store.begin() as tx:
        found = _person(tx, contact_id)
        _record(tx, by, "export_consent", contact_id, "")
    return found


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.at.isoformat(),
        in_words(line),
        line.topic or "",
        line.how,
        line.words or "",
        line.origin.value,
        line.source or "",
        line.inbound_sid or "",
        line.recorded_by or "",
        line.recorded_at.isoformat() if line.recorded_at else "",
        line.reason or "",
    )


def _person(tx: Transaction, contact_id: int) -> Person:
    found = consent.person(tx, contact_id)
    if found is None:
        raise ContentFault("There is no such contact.")
    return found


def _number(written: str) -> E164:
    number = read_number(written)
    if number is None:
        raise ContentFault("That is not a phone number. Write it as 202 555 0101 or +12025550101.")
    return number


def _reason(written: str) -> str:
    reason = " ".join(written.split())[:500]
    if len(reason) < LEAST_REASON:
        raise ContentFault("Say why, in 10 characters or more: it is kept for good.")
    return reason


def _add(
    tx: Transaction,
    contact_id: int,
    change: ConsentChange,
    about: tuple[str, str | None, int | None],
    by: By,
) -> None:
    reason, topic, undoes_id = about
    entry = ConsentEntry(
        contact_id=contact_id,
        change=change,
        how="staff",
        inbound_sid=None,
        at=by.at,
        topic=topic,
        origin=ConsentOrigin.STAFF,
        recorded_by=by.name,
        reason=reason,
        undoes_id=undoes_id,
    )
    contacts.record_consent(tx, [entry])


def _record(tx: Transaction, by: By, what: str, contact_id: int, note: str) -> None:
    about = f"contact {contact_id}"
    audit.record(tx, Deed(who=by.name, what=what, about=about, at=by.at, note=note))
