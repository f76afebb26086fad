"""Staff members' own numbers, sealed, and how often each has texted a draft to theirs."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from smsbot.db.tables_outbox import outbox
from smsbot.db.tables_staff import staff

_MS = "015d"


def confirmed(tx: Connection, staff_id: int) -> bytes | None:
    """The person's own number, sealed; None when none has been confirmed."""
    found: bytes | None = tx.scalar(select(staff.c.phone_sealed).where(staff.c.id == staff_id))
    return found


def pending(tx: Connection, staff_id: int) -> bytes | None:
    """What waits for a code, sealed; None when nothing does."""
    found: bytes | None = tx.scalar(select(staff.c.phone_pending).where(staff.c.id == staff_id))
    return found


def swap_pending(tx: Connection, staff_id: int, before: bytes | None, after: bytes | None) -> bool:
    """Put `after` where `before` waits; False when that is no longer so."""
    is_before = staff.c.phone_pending.is_(None) if before is None else (
        staff.c.phone_pending == before
    )  # fmt: skip
    done = tx.execute(
        update(staff).where(staff.c.id == staff_id, is_before).values(phone_pending=after)
    )
    return done.rowcount == 1


def keep(tx: Connection, staff_id: int, sealed: bytes | None) -> None:
    """Write the confirmed number, or forget it."""
    tx.execute(
        update(staff).where(staff.c.id == staff_id).values(phone_sealed=sealed, phone_pending=None)
    )


def key_of(staff_id: int, at: datetime) -> str:
    """What the outbox keys of one trial text begin with: they sort by person and time."""
    return f"draft:{staff_id:08d}:{int(at.timestamp() * 1000):{_MS}}"


def sent_since(tx: Connection, staff_id: int, since: datetime) -> int:
    """How many trial texts (of one part or more) this person has been sent since then."""
    # Digits to the last place, so that every collation puts the keys in the same order.
    last = f"draft:{staff_id:08d}:{10**15 - 1:{_MS}}"
    number = tx.scalar(
        select(func.count(outbox.c.sequence_key.distinct())).where(
            outbox.c.dedupe_key >= key_of(staff_id, since), outbox.c.dedupe_key <= last
        )
    )
    return int(number or 0)
