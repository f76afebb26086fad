"""A member of staff signs in: one answer for every kind of no, in the same time.

A name that does not exist, a wrong password, a disabled account and one that rests after too many
tries can't be told apart from outside.
"""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.roles import StaffAccount
from smsbot.db import staff
from smsbot.db.store import Store
from smsbot.services import audit, second_factor
from smsbot.services.passwords import is_right, nobodys_hash

MOST_TRIES = 5
"""Tries per account in `WINDOW`; the account rests until it is over. Source: SecureDrop's limit."""
MOST_TRIES_FROM_ONE_ADDRESS = 30
"""Behind a proxy all staff may share one address, so this is a brake on floods only."""
WINDOW = timedelta(seconds=60)

_MOST_ADDRESSES = 10_000
_HASHES_AT_ONCE = 2
"""Each takes 64 MiB and four threads for a tenth of a second; texts must be answered meanwhile."""
_PATIENCE = 2.0


class SignIn:
    """The door of one process."""

    def __init__(self, check: Callable[[str, str], bool] = is_right) -> None:
        """Know of no tries yet. `check` says whether a hash is that of a password."""
        self._check = check
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()
        self._hashing = threading.BoundedSemaphore(_HASHES_AT_ONCE)

    def attempt(
        self, store: Store, name: str, password: str, address: str, now: datetime
    ) -> StaffAccount | None:
        """The account if name and password fit and it may sign in now; None for every other case.

        `address` is where the try comes from; it is kept in memory for a minute and not logged.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        if not self._may_try(address, now) or not self._hashing.acquire(timeout=_PATIENCE):
            return None
        try:
            return self._admit(store, name, password, now)
        finally:
            self._hashing.release()

    def attempt_second(
        self, store: Store, account: StaffAccount, code: str, address: str, now: datetime
    ) -> bool:
        """Whether this is the account's code or a recovery code of it, which is spent by asking.

        Counts as a try to sign in, and rests with the account.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        if not self._may_try(address, now):
            return False
        with store.begin() as tx:
            if not staff.take_try(tx, account.id, now, most=MOST_TRIES, window=WINDOW):
                return False
        if not second_factor.spend(store, account, code, now):
            return False
        with store.begin() as tx:
            staff.clear_tries(tx, account.id)
        return True

    def _admit(self, store: Store, name: str, password: str, now: datetime) -> StaffAccount | None:
        nobody = nobodys_hash()
        with store.begin() as tx:
            found = staff.find(tx, name)
            counted = found is not None and staff.take_try(
                tx, found.account.id, now, most=MOST_TRIES, window=WINDOW
            )
        # No transaction is open while the hash is worked out.
        usable = found is not None and counted and found.account.is_active
        right = self._check(found.password_hash if found and usable else nobody, password)
        if found is None or not usable or not right:
            return None
        with store.begin() as tx:
            # The tries are forgotten when the second factor is right too.
            if found.account.totp_since is None:
                staff.clear_tries(tx, found.account.id)
            # Disabled, or the password replaced, while the hash was worked out: read it again.
            again = staff.find(tx, name)
        return again.account if again and again == found else None

    def _may_try(self, address: str, now: datetime) -> bool:
        with self._lock:
            if len(self._tries) >= _MOST_ADDRESSES:
                self._forget_old(now)
            tries = self._tries.setdefault(address, deque(maxlen=MOST_TRIES_FROM_ONE_ADDRESS))
            if len(tries) == tries.maxlen and tries[0] > now - WINDOW:
                return False
            tries.append(now)
            return True

    def _forget_old(self, now: datetime) -> None:
        recent = {a: tries for a, tries in self._tries.items() if tries[-1] > now - WINDOW}
        self._tries = recent if len(recent) < _MOST_ADDRESSES else {}


def account_of_session(store: Store, account_id: int, epoch: int) -> StaffAccount | None:
    """The account whose session this is; None when it has been disabled or its sessions ended.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        account = staff.get(tx, account_id)
    if account is None or not account.is_active or account.session_epoch != epoch:
        return None
    return account


def signed_in(store: Store, account: StaffAccount, now: datetime) -> None:
    """Record that the person has signed in.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    deed = Deed(who=account.name, what="sign_in", about=f"staff {account.id}", at=now)
    audit.record(store, deed)


def sign_out(store: Store, account: StaffAccount) -> None:
    """End every session of the account: a copied cookie is worth nothing from now on.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        staff.end_sessions(tx, account.id)
