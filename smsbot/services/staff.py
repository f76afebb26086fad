"""The staff accounts: added, listed, disabled, given a new password."""

from datetime import datetime

from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.errors import SmsbotError, StoreConflict
from smsbot.db import staff
from smsbot.db.store import Store
from smsbot.services import passwords


class StaffFault(SmsbotError):
    """The account can't be made or changed like this."""


def add(store: Store, name: str, role: Role, password: str | None, now: datetime) -> str | None:
    """Make an account. Without a password one is made up and returned, to be shown once.

    Raises:
        StaffFault: the name is taken or unfit, or the password is.
        StoreUnavailable: the database can't be reached.
    """
    name = " ".join(name.split())
    if staff.name_key(name) is None:
        raise StaffFault(
            f"A name has 1 to {staff.LONGEST_NAME} printable characters, say: Ana Ruiz."
        )
    chosen = _judged(password, name)
    account = StaffAccount(
        id=0, name=name, role=role, created_at=now, disabled_at=None, session_epoch=0
    )
    password_hash = passwords.hash_password(chosen)
    try:
        with store.begin() as tx:
            staff.add(tx, account, password_hash)
    except StoreConflict:
        raise StaffFault(
            f"There is already an account named {name}. Choose another name, or give that one a"
            " new password: smsbot staff password NAME"
        ) from None
    return None if password is not None else chosen


def everyone(store: Store) -> tuple[StaffAccount, ...]:
    """All accounts by name, disabled ones too.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        return staff.everyone(tx)


def named(store: Store, name: str) -> StaffAccount:
    """The account of that name, if it is active.

    Raises:
        StaffFault: there is none, or it is disabled.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        account = _found(staff.find(tx, name)).account
    if not account.is_active:
        raise StaffFault(f"The account {account.name} is disabled.")
    return account


def disable(store: Store, name: str, now: datetime) -> None:
    """Let nobody sign in to the account any more, and end its sessions at once.

    Raises:
        StaffFault: there is no such account, or it is the last admin who could sign in.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        account = _found(staff.find(tx, name)).account
        admins = [one for one in staff.everyone(tx) if one.role is Role.ADMIN and one.is_active]
        if [one.id for one in admins] == [account.id]:
            raise StaffFault(f"{account.name} is the last admin. Add another one first.")
        if account.is_active:
            staff.disable(tx, account.id, now)


def replace_password(store: Store, name: str, password: str | None) -> str | None:
    """Give an account a new password and end its sessions. As `add` where none is given.

    Raises:
        StaffFault: there is no such account, or the password is unfit.
        StoreUnavailable: the database can't be reached.
    """
    chosen = _judged(password, name)
    password_hash = passwords.hash_password(chosen)
    with store.begin() as tx:
        staff.set_password(tx, _found(staff.find(tx, name)).account.id, password_hash)
    return None if password is not None else chosen


def _found(found: staff.Credentials | None) -> staff.Credentials:
    if found is None:
        raise StaffFault("There is no account of that name. See: smsbot staff list")
    return found


def _judged(password: str | None, name: str) -> str:
    if password is None:
        return passwords.generate()
    wrong = passwords.fault(password, name)
    if wrong is not None:
        raise StaffFault(wrong)
    return password
