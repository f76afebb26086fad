"""What an address or a form asked for, read without trust: a number, a day, a choice, who acts."""

from collections.abc import Container
from datetime import MAXYEAR, MINYEAR, date

from flask import abort, request

from smsbot.core.editorial.deeds import By
from smsbot.web.admin.access import the_staff
from smsbot.web.system import Clock

_LARGEST = 2**63 - 1


def number(name: str) -> int | None:
    """The row id in the address; None when there is none that can be one."""
    given = request.args.get(name, "")
    if not (given.isascii() and given.isdecimal() and len(given) < 20):
        return None
    return min(int(given), _LARGEST)


def day(name: str) -> date | None:
    """The day in the address, as 2026-11-23; None when there is none.

    None too for a day of the calendar's first or last year: beside it there may be no other.
    """
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if MINYEAR < found.year < MAXYEAR else None


def one_of(name: str, known: Container[str]) -> str | None:
    """What the address names, if it is one of those known; None else."""
    given = request.args.get(name, "")
    return given if given in known else None


def typed(name: str, most: int = 500) -> str:
    """What was typed into a field of a form, as one line."""
    return " ".join(request.form.get(name, "").split())[:most]


def by(clock: Clock) -> By:
    """Who acts, and when."""
    account = the_staff()
    if account is None:
        abort(403)
    return By(name=account.name, at=clock())
