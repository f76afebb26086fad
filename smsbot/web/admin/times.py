"""Times as staff read them: in the zone that each has chosen, and with its name."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import g
from markupsafe import Markup, escape

from smsbot.core.editorial.roles import StaffAccount
from smsbot.web.admin.access import the_staff


def zone_of(account: StaffAccount | None) -> tzinfo:
    """The zone a person has chosen; UTC for nobody, and where the zone is no longer known."""
    if account is None:
        return UTC
    try:
        return ZoneInfo(account.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def viewer_zone() -> tzinfo:
    """The zone of whoever asks for this page."""
    return zone_of(None if g.get("no_database") else the_staff())


def local_time(moment: datetime, *, seconds: bool = False) -> Markup:
    """A moment (aware) as a `<time>` element: "23 Nov 2026, 10:00 EST"."""
    local = moment.astimezone(viewer_zone())
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return _element(moment.isoformat(), f"{_day(local)}, {clock} {local:%Z}")


def local_day(moment: datetime) -> Markup:
    """The day of a moment (aware) as a `<time>` element: "23 Nov 2026"."""
    local = moment.astimezone(viewer_zone())
    return _element(f"{local:%Y-%m-%d}", _day(local))


def _day(local: datetime) -> str:
    return f"{local.day} {local:%b %Y}"


def _element(machine: str, people: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(escape(machine), escape(people))
