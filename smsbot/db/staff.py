"""Staff accounts in the database, and how often somebody has tried to sign in to each."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, case, insert, or_, select, update

from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.db.tables_staff import staff

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account with the hash that its password is checked against."""

    account: StaffAccount
    password_hash: str


def name_key(name: str) -> str | None:
    """The name as it is compared: without case or odd spaces; None when it can't be a name."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    fits = 0 < len(folded) <= LONGEST_NAME and folded.isprintable()
    return folded if fits else None


def add(tx: Connection, account: StaffAccount, password_hash: str) -> int:
    """Write a new account; its id is the database's to give. A taken name is refused."""
    added = tx.execute(
        insert(staff).values(
            name=account.name,
            name_key=name_key(account.name),
            role=account.role.value,
            password_hash=password_hash,
            created_at=account.created_at,
            is_temporary=account.is_temporary,
        )
    )
    assert added.inserted_primary_key is not None  # noqa: S101 - for the type checker
    return int(added.inserted_primary_key[0])


def find(tx: Connection, name: str) -> Credentials | None:
    """The account of this name, disabled or not."""
    row = tx.execute(select(staff).where(staff.c.name_key == name_key(name))).one_or_none()
    if row is None:
        return None
    return Credentials(account=_account(row), password_hash=row.password_hash)


def get(tx: Connection, account_id: int) -> StaffAccount | None:
    """The account with this id, disabled or not."""
    row = tx.execute(select(staff).where(staff.c.id == account_id)).one_or_none()
    return None if row is None else _account(row)


def everyone(tx: Connection) -> tuple[StaffAccount, ...]:
    """All accounts by name, disabled ones too."""
    return tuple(map(_account, tx.execute(select(staff).order_by(staff.c.name_key))))


def lock_admins(tx: Connection) -> tuple[int, ...]:
    """The ids of the admins who may sign in, held until the transaction ends.

    Two admins who take away each other's rights at once can't leave the house without one.
    """
    wanted = (
        select(staff.c.id)
        .where(staff.c.role == Role.ADMIN.value, staff.c.disabled_at.is_(None))
        .order_by(staff.c.id)
        .with_for_update()
    )
    return tuple(tx.scalars(wanted))


def take_try(
    tx: Connection, account_id: int, now: datetime, *, most: int, window: timedelta
) -> bool:
    """Count one try to sign in, before it is known whether it is a right one.

    False when `most` have been counted in the window that the first of them opened. One
    conditional update: tries in parallel can't get past the count.
    """
    closed = or_(staff.c.failed_at.is_(None), staff.c.failed_at <= now - window)
    taken = tx.execute(
        update(staff)
        .where(staff.c.id == account_id, or_(closed, staff.c.failed_count < most))
        .values(
            failed_count=case((closed, 1), else_=staff.c.failed_count + 1),
            failed_at=case((closed, now), else_=staff.c.failed_at),
        )
    )
    return taken.rowcount == 1


def clear_tries(tx: Connection, account_id: int) -> None:
    """Forget the tries counted: the last one was right."""
    tx.execute(update(staff).where(staff.c.id == account_id).values(failed_count=0, failed_at=None))


def end_sessions(tx: Connection, account_id: int) -> None:
    """End every session of this account, on every machine."""
    tx.execute(
        update(staff)
        .where(staff.c.id == account_id)
        .values(session_epoch=staff.c.session_epoch + 1)
    )


def disable(tx: Connection, account_id: int, now: datetime) -> None:
    """Let the account sign in no more, and end its sessions."""
    end_sessions(tx, account_id)
    tx.execute(update(staff).where(staff.c.id == account_id).values(disabled_at=now))


def enable(tx: Connection, account_id: int) -> None:
    """Let a disabled account sign in again."""
    clear_tries(tx, account_id)
    tx.execute(update(staff).where(staff.c.id == account_id).values(disabled_at=None))


def set_role(tx: Connection, account_id: int, role: Role) -> None:
    """Give the account another role."""
    tx.execute(update(staff).where(staff.c.id == account_id).values(role=role.value))


def set_time_zone(tx: Connection, account_id: int, zone: str) -> None:
    """Set the zone that the person is shown times in."""
    tx.execute(update(staff).where(staff.c.id == account_id).values(time_zone=zone))


def set_password(
    tx: Connection, account_id: int, password_hash: str, *, is_temporary: bool = False
) -> None:
    """Replace the password, and end the sessions that the old one began."""
    end_sessions(tx, account_id)
    clear_tries(tx, account_id)
    tx.execute(
        update(staff)
        .where(staff.c.id == account_id)
        .values(password_hash=password_hash, is_temporary=is_temporary)
    )


def _account(row: Row[tuple[object, ...]]) -> StaffAccount:
    return StaffAccount(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        session_epoch=row.session_epoch,
        time_zone=row.time_zone,
        is_temporary=row.is_temporary,
        totp_since=row.totp_since,
    )
