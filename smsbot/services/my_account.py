"""What a member of staff changes about their own account: the time zone, the password."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.roles import StaffAccount
from smsbot.db import staff
from smsbot.db.store import Store
from smsbot.services import audit, passwords
from smsbot.services.staff import StaffFault

_FIRST = (
    "UTC",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
_AREAS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")


@cache
def zones() -> tuple[str, ...]:
    """The time zones to choose from: those of the United States first, then the world's."""
    known = available_timezones()
    others = sorted(zone for zone in _places() & known - set(_FIRST) if zone.startswith(_AREAS))
    return (*(zone for zone in _FIRST if zone in known), *others)


def _places() -> set[str]:
    """The zones by their names of today, each once: the list of the places they are named for."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2] for row in rows if len(row) > 2}


def set_time_zone(store: Store, account: StaffAccount, zone: str) -> None:
    """Show the person times in this zone from now on.

    Raises:
        StaffFault: there is no such zone.
        StoreUnavailable: the database can't be reached.
    """
    if zone not in zones():
        raise StaffFault("Choose a time zone from the list.")
    with store.begin() as tx:
        staff.set_time_zone(tx, account.id, zone)


def change_password(
    store: Store, account: StaffAccount, password: str, now: datetime
) -> StaffAccount:
    """Put a password that the person has chosen in the place of the old one; others' sessions end.

    Returns the account as it is now, with the epoch for a new session. The old password has been
    asked for before.

    Raises:
        StaffFault: the password is unfit; says why.
        StoreUnavailable: the database can't be reached.
    """
    wrong = passwords.fault(password, account.name)
    if wrong is not None:
        raise StaffFault(wrong)
    password_hash = passwords.hash_password(password)
    with store.begin() as tx:
        staff.set_password(tx, account.id, password_hash)
        deed = Deed(who=account.name, what="change_password", about=f"staff {account.id}", at=now)
        audit.record(tx, deed)
        changed = staff.get(tx, account.id)
    assert changed is not None  # noqa: S101 - accounts are never deleted
    return changed
