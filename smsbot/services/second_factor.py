"""The second factor of staff: an app that shows a new code every 30 seconds, and recovery codes.

Source: https://www.rfc-editor.org/rfc/rfc6238 (read 2026-11-23): a code is taken once, and one step
of delay is allowed either way.
"""

import hashlib
import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno

from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.errors import SmsbotError
from smsbot.db import second_factors, staff
from smsbot.db.store import Store, Transaction
from smsbot.services import audit

CODES = 10
"""Recovery codes of one account; each is good once."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
_SECONDS = 30
_NEARBY = (0, -1, 1)


class SecondFactorFault(SmsbotError):
    """The second factor can't be set up or changed like this."""


def begin(store: Store, account: StaffAccount) -> None:
    """Make a new secret for this account, which is not in use until it is confirmed.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        second_factors.set_pending(tx, store.sealer, account.id, pyotp.random_base32())


def pending(store: Store, account: StaffAccount) -> str | None:
    """The secret that waits to be confirmed, as the app takes it typed in; None if none waits.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return second_factors.secrets_of(tx, store.sealer, account.id).pending


def picture(secret: str, account: StaffAccount, program: str) -> bytes:
    """The secret as a QR code that authenticator apps read: an SVG, dark on white."""
    address = pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=program)
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=5, border=4, dark="#000000", light="#ffffff", omitsize=True
    )
    return drawn.getvalue()


def confirm(store: Store, account: StaffAccount, code: str, now: datetime) -> tuple[str, ...]:
    """Put the pending secret in use, for which `code` must be its own; returns recovery codes.

    They are shown this once. Other sessions of the account end.

    Raises:
        SecondFactorFault: nothing waits, or the code is not right; says what to do.
        StoreUnavailable: the database can't be reached.
    """
    codes = _new_codes()
    with store.begin() as tx:
        secret = second_factors.secrets_of(tx, store.sealer, account.id).pending
        if secret is None:
            raise SecondFactorFault("Nothing waits to be confirmed. Begin again.")
        step = _step_of(secret, code, now)
        if step is None:
            raise SecondFactorFault(
                "That is not the code the app shows now. Wait for the next one; if it fails again,"
                " check that the phone sets its clock by itself."
            )
        second_factors.confirm(tx, account.id, step, now)
        second_factors.replace_codes(tx, account.id, map(_hash, codes))
        staff.end_sessions(tx, account.id)
        _record(tx, By(name=account.name, at=now), "set_second_factor", account)
    return codes


def new_codes(store: Store, account: StaffAccount, now: datetime) -> tuple[str, ...]:
    """New recovery codes in the place of the old ones, shown this once.

    Raises:
        SecondFactorFault: the account has no second factor.
        StoreUnavailable: the database can't be reached.
    """
    if account.totp_since is None:
        raise SecondFactorFault("Set up the second factor first.")
    codes = _new_codes()
    with store.begin() as tx:
        second_factors.replace_codes(tx, account.id, map(_hash, codes))
        _record(tx, By(name=account.name, at=now), "new_recovery_codes", account)
    return codes


def codes_left(store: Store, account: StaffAccount) -> int:
    """How many recovery codes are still good.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return second_factors.codes_left(tx, account.id)


def spend(store: Store, account: StaffAccount, code: str, now: datetime) -> bool:
    """Whether this is a code of the app or a recovery code; it is spent by asking.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        secret = second_factors.secrets_of(tx, store.sealer, account.id).in_use
        if secret is None:
            return False
        by = By(name=account.name, at=now)
        step = _step_of(secret, code, now)
        if step is not None:
            right = second_factors.take_step(tx, account.id, step)
        else:
            right = second_factors.take_code(tx, account.id, _hash(code), now)
            if right:
                left = second_factors.codes_left(tx, account.id)
                _record(tx, by, "use_recovery_code", account, f"{left} left")
        if not right:
            _record(tx, by, "second_factor_refused", account)
        return right


def reset(store: Store, by: By, account: StaffAccount) -> None:
    """Take the second factor of an account away, for who has lost it; ends its sessions.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        second_factors.clear(tx, account.id)
        staff.end_sessions(tx, account.id)
        _record(tx, by, "reset_second_factor", account, account.name)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    typed = "".join(code.split())
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _SECONDS
    found = None
    # Every step is compared, so that the time taken says nothing.
    for away in _NEARBY:
        if hmac.compare_digest(totp.generate_otp(current + away).encode(), typed.encode()):
            found = current + away
    return found


def _new_codes() -> tuple[str, ...]:
    return tuple(
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(CODES)
    )


def _hash(code: str) -> str:
    """79 bits of chance need no slow hash."""
    plain = "".join(filter(str.isalnum, code.casefold()))
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def _record(tx: Transaction, by: By, what: str, account: StaffAccount, note: str = "") -> None:
    deed = Deed(who=by.name, what=what, about=f"staff {account.id}", at=by.at, note=note)
    audit.record(tx, deed)
