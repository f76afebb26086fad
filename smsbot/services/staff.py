"""The staff accounts: added, listed, given another role or password, ended; each step recorded."""

from dataclasses import dataclass

from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.editorial.story import BY_PROGRAM, BY_SCHEDULE
from smsbot.core.errors import SmsbotError, StoreConflict
from smsbot.db import staff
from smsbot.db.store import Store, Transaction
from smsbot.services import audit, passwords

SHELL = "the shell"
"""Who has done what was done with the program's commands."""
_NOBODYS = frozenset({
    SHELL, "shell", "plain sql", "sql", BY_SCHEDULE, BY_PROGRAM, "seed", "import", "smsbot",
    "program", "system", "worker", "sweeper", "reconciler", "poller", "receipts",
})  # fmt: skip
"""What records name where no person did it, as `name_key` has it: no account is called so."""


class StaffFault(SmsbotError):
    """The account can't be made or changed like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What a new account is made of. Without a password one is made up."""

    name: str
    role: Role
    password: str | None = None
    is_temporary: bool = False
    """The person has to choose another password first of all."""


def add(store: Store, by: By, new: NewAccount) -> str | None:
    """Make an account; returns the password that was made up, to be shown once, or None.

    Raises:
        StaffFault: the name is taken or unfit, or the password is.
        StoreUnavailable: the database can't be reached.
    """
    name = " ".join(new.name.split())
    if staff.name_key(name) is None:
        raise StaffFault(
            f"A name has 1 to {staff.LONGEST_NAME} printable characters, say: Ana Ruiz."
        )
    if staff.name_key(name) in _NOBODYS:
        raise StaffFault("That name stands in records for something else. Choose another one.")
    chosen = _judged(new.password, name)
    account = StaffAccount(
        id=0,
        name=name,
        role=new.role,
        created_at=by.at,
        disabled_at=None,
        session_epoch=0,
        is_temporary=new.is_temporary,
    )
    password_hash = passwords.hash_password(chosen)
    try:
        with store.begin() as tx:
            account_id = staff.add(tx, account, password_hash)
            _record(tx, by, "add_staff", account_id, f"{name}, {new.role}")
    except StoreConflict:
        raise StaffFault(
            f"There is already an account named {name}. Choose another name, or give that one a"
            " new password: smsbot staff password NAME"
        ) from None
    return None if new.password is not None else chosen


def everyone(store: Store) -> tuple[StaffAccount, ...]:
    """All accounts by name, disabled ones too.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return staff.everyone(tx)


def by_id(store: Store, account_id: int) -> StaffAccount | None:
    """The account with this id, disabled or not.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return staff.get(tx, account_id)


def named(store: Store, name: str) -> StaffAccount:
    """The account of that name, if it is active.

    Raises:
        StaffFault: there is none, or it is disabled.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        account = _found(staff.find(tx, name))
    if not account.is_active:
        raise StaffFault(f"The account {account.name} is disabled.")
    return account


def disable(store: Store, by: By, name: str) -> None:
    """Let nobody sign in to the account any more, and end its sessions at once.

    Raises:
        StaffFault: there is no such account, or it is the last admin who could sign in.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        account = _found(staff.find(tx, name))
        _keep_an_admin(tx, account)
        if account.is_active:
            staff.disable(tx, account.id, by.at)
            _record(tx, by, "disable_staff", account.id, account.name)


def enable(store: Store, by: By, name: str) -> None:
    """Let a disabled account sign in again, with the password it had.

    Raises:
        StaffFault: there is no such account.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        account = _found(staff.find(tx, name))
        if not account.is_active:
            staff.enable(tx, account.id)
            _record(tx, by, "enable_staff", account.id, account.name)


def change_role(store: Store, by: By, name: str, role: Role) -> None:
    """Give an account another role, from the next page on.

    Raises:
        StaffFault: there is no such account, or it is the last admin who could sign in.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        account = _found(staff.find(tx, name))
        if account.role is role:
            return
        _keep_an_admin(tx, account)
        staff.set_role(tx, account.id, role)
        _record(tx, by, "change_role", account.id, f"{account.name}: {account.role} to {role}")


def end_sessions(store: Store, by: By, name: str) -> None:
    """Sign the account out on every device.

    Raises:
        StaffFault: there is no such account.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        account = _found(staff.find(tx, name))
        staff.end_sessions(tx, account.id)
        _record(tx, by, "end_sessions", account.id, account.name)


def replace_password(
    store: Store, by: By, name: str, password: str | None, *, is_temporary: bool = False
) -> str | None:
    """Give an account a new password and end its sessions. As `add` where none is given.

    Raises:
        StaffFault: there is no such account, or the password is unfit.
        StoreUnavailable: the database can't be reached.
    """
    chosen = _judged(password, name)
    password_hash = passwords.hash_password(chosen)
    with store.begin() as tx:
        account = _found(staff.find(tx, name))
        staff.set_password(tx, account.id, password_hash, is_temporary=is_temporary)
        _record(tx, by, "replace_password", account.id, account.name)
    return None if password is not None else chosen


def _keep_an_admin(tx: Transaction, account: StaffAccount) -> None:
    if staff.lock_admins(tx) == (account.id,):
        raise StaffFault(f"{account.name} is the last admin. Add another one first.")


def _found(found: staff.Credentials | None) -> StaffAccount:
    if found is None:
        raise StaffFault("There is no account of that name. See: smsbot staff list")
    return found.account


def _judged(password: str | None, name: str) -> str:
    if password is None:
        return passwords.generate()
    wrong = passwords.fault(password, name)
    if wrong is not None:
        raise StaffFault(wrong)
    return password


def _record(tx: Transaction, by: By, what: str, account_id: int, note: str) -> None:
    deed = Deed(who=by.name, what=what, about=f"staff {account_id}", at=by.at, note=note)
    audit.record(tx, deed)
