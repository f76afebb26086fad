"""Contacts moved to the newest keys, some at a time, while everything runs."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from smsbot.core.messages import E164
from smsbot.db.tables import contact
from smsbot.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What one batch did: the id to go on after (None: that was the last), and how many."""

    last_id: int | None
    seen: int = 0
    moved: int = 0
    nameless: int = 0
    """Whose number was deleted at their wish: nobody can work out their index anew."""


def count(tx: Connection) -> int:
    """How many contacts there are."""
    return tx.execute(select(func.count()).select_from(contact)).scalar_one()


def move(tx: Connection, sealer: Sealer, after: int, limit: int) -> Moved:
    """Find and seal the numbers of the contacts behind `after` under the newest keys.

    Raises:
        SealBroken: a number opens with none of the keys.
    """
    rows = tx.execute(
        select(contact.c.id, contact.c.number_index, contact.c.number_sealed)
        .where(contact.c.id > after)
        .order_by(contact.c.id)
        .limit(limit)
        .with_for_update()
    ).all()
    moved = 0
    for row in rows:
        if not row.number_sealed:
            continue
        number = E164(sealer.open(row.number_sealed))
        index = sealer.blind_index(number)
        if index == row.number_index and sealer.is_newest(row.number_sealed):
            continue
        moved += 1
        values = {"number_index": index, "number_sealed": sealer.seal(number)}
        tx.execute(update(contact).where(contact.c.id == row.id).values(values))
    return Moved(
        last_id=rows[-1].id if len(rows) == limit else None,
        seen=len(rows),
        moved=moved,
        nameless=sum(not row.number_sealed for row in rows),
    )
