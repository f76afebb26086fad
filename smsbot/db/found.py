"""Texts that reached the provider and never us: which are not recorded, and how late ones count.

An old text must not undo what its person has texted since: what is remembered of a contact is put
back. Whether they have opted out follows from the ledger by itself, in the order of time.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text, update

from smsbot.core.messages import E164, MessageSid
from smsbot.db import contacts
from smsbot.db.contacts import Stored
from smsbot.db.tables import inbound
from smsbot.db.tables_alerts import crisis_alert
from smsbot.db.tables_reports import forgotten_text
from smsbot.sealing import Sealer

BY_LIST = "list"
"""`inbound.found` of a text that only the provider's list told us of."""

_CHUNK = 500

# In these words, or SQLite does not use the partial index: it compares them as they are written.
_IN_INDEX = text("(inbound.late OR inbound.found <> 'webhook')")


def missing(tx: Connection, sids: Collection[MessageSid]) -> frozenset[MessageSid]:
    """Those of these inbound texts that we have no record of, nor have been asked to forget."""
    wanted, known = sorted(sids), set[str]()
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        for sid in (inbound.c.sid, forgotten_text.c.sid):
            known |= set(tx.scalars(select(sid).where(sid.in_(some))))
    return frozenset(sid for sid in wanted if sid not in known)


def look_up(
    tx: Connection, sealer: Sealer, number: E164, now: datetime
) -> tuple[Stored, datetime | None]:
    """The contact of a number, locked, and when their last recorded text came."""
    stored = contacts.lock(tx, sealer, [number], now)[number]
    last = select(func.max(inbound.c.received_at)).where(inbound.c.contact_id == stored.id)
    return stored, tx.scalar(last)


def mark(tx: Connection, sid: MessageSid, now: datetime) -> bool:
    """Mark a text just recorded as found by the list; whether it is in a crisis.

    Its alert is dated now, not when the text was sent: an old date would keep it from being posted.
    """
    tx.execute(update(inbound).where(inbound.c.sid == sid).values(found=BY_LIST))
    alerted = tx.execute(
        update(crisis_alert).where(crisis_alert.c.inbound_sid == sid).values(at=now)
    )
    return alerted.rowcount > 0


def put_back(tx: Connection, sealer: Sealer, number: E164, before: Stored, seen: datetime) -> None:
    """Remember of a contact what was remembered before an old text of theirs was recorded.

    A crisis counts all the same, whenever it was; `seen` is when their newest text came.
    """
    after = contacts.lock(tx, sealer, [number], seen)[number].contact
    merged = replace(
        before.contact,
        care_until=_latest(before.contact.care_until, after.care_until),
        crisis_at=_latest(before.contact.crisis_at, after.crisis_at),
    )
    contacts.save(tx, [replace(before, contact=merged)], seen)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((moment for moment in (one, other) if moment is not None), default=None)


def count(tx: Connection, since: datetime) -> int:
    """How many texts received since a moment were found by the list alone."""
    counted = select(func.count()).select_from(inbound)
    late = counted.where(_IN_INDEX, inbound.c.received_at >= since, inbound.c.found == BY_LIST)
    return int(tx.scalar(late) or 0)


WATCHED = timedelta(hours=48)
"""How far back late texts are looked for, and counted for staff."""
