"""Second factors in the database: the sealed secret, the last step taken, the recovery codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, null, or_, select, update

from smsbot.db.tables_staff import recovery_code, staff
from smsbot.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The secret in use and the one that waits to be confirmed; None where there is none."""

    in_use: str | None
    pending: str | None


def secrets_of(tx: Connection, sealer: Sealer, account_id: int) -> Secrets:
    """The secrets of an account, opened."""
    row = tx.execute(
        select(staff.c.totp_sealed, staff.c.totp_pending).where(staff.c.id == account_id)
    ).one()
    in_use, pending = (None if one is None else sealer.open(one) for one in row)
    return Secrets(in_use=in_use, pending=pending)


def set_pending(tx: Connection, sealer: Sealer, account_id: int, secret: str) -> None:
    """Keep a new secret until a code of it has been seen."""
    tx.execute(
        update(staff).where(staff.c.id == account_id).values(totp_pending=sealer.seal(secret))
    )


def confirm(tx: Connection, account_id: int, step: int, now: datetime) -> None:
    """Put the pending secret in use; codes up to `step` are spent."""
    tx.execute(
        update(staff)
        .where(staff.c.id == account_id, staff.c.totp_pending.is_not(None))
        .values(
            totp_sealed=staff.c.totp_pending, totp_pending=null(), totp_step=step, totp_since=now
        )
    )


def take_step(tx: Connection, account_id: int, step: int) -> bool:
    """Spend a step's code; False when it, or a later one, has been spent already.

    One conditional update: the same code in two requests at once is taken once.
    """
    taken = tx.execute(
        update(staff)
        .where(
            staff.c.id == account_id,
            or_(staff.c.totp_step.is_(None), staff.c.totp_step < step),
        )
        .values(totp_step=step)
    )
    return taken.rowcount == 1


def clear(tx: Connection, account_id: int) -> None:
    """Take the second factor away, with its recovery codes."""
    tx.execute(
        update(staff)
        .where(staff.c.id == account_id)
        .values(totp_sealed=null(), totp_pending=null(), totp_step=null(), totp_since=null())
    )
    tx.execute(delete(recovery_code).where(recovery_code.c.staff_id == account_id))


def reseal(tx: Connection, sealer: Sealer) -> int:
    """Seal every secret under the newest data key; how many were under another.

    Raises:
        SealBroken: a secret opens with none of the keys.
    """
    columns = (staff.c.totp_sealed, staff.c.totp_pending)
    moved = 0
    for column in columns:
        rows = tx.execute(select(staff.c.id, column).where(column.is_not(None)).with_for_update())
        for account_id, sealed in rows.all():
            if not sealer.is_newest(sealed):
                values = {column: sealer.seal(sealer.open(sealed))}
                tx.execute(update(staff).where(staff.c.id == account_id).values(values))
                moved += 1
    return moved


def replace_codes(tx: Connection, account_id: int, hashes: Iterable[str]) -> None:
    """Put new recovery codes in the place of all that there were."""
    tx.execute(delete(recovery_code).where(recovery_code.c.staff_id == account_id))
    tx.execute(
        insert(recovery_code), [{"staff_id": account_id, "code_hash": one} for one in hashes]
    )


def take_code(tx: Connection, account_id: int, code_hash: str, now: datetime) -> bool:
    """Spend a recovery code; False when there is none like it, or it has been spent."""
    taken = tx.execute(
        update(recovery_code)
        .where(
            recovery_code.c.staff_id == account_id,
            recovery_code.c.code_hash == code_hash,
            recovery_code.c.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return taken.rowcount == 1


def codes_left(tx: Connection, account_id: int) -> int:
    """How many recovery codes have not been spent."""
    left = (
        select(func.count())
        .select_from(recovery_code)
        .where(recovery_code.c.staff_id == account_id, recovery_code.c.used_at.is_(None))
    )
    return int(tx.scalar(left) or 0)
