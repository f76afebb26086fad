"""The audit log: who has done what, about what, and when; to read and to take along."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.sheet import safe
from smsbot.services import audit, staff
from smsbot.services.audit import Line, Sought
from smsbot.web.admin import asked
from smsbot.web.admin.times import viewer_zone
from smsbot.web.system import Clock, the_system

PER_PAGE = 50
_LONGEST = 80
_COLUMNS = ("at_utc", "who", "what", "about", "note")


class AuditPages:
    """The log with its filters, and the same as a file."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates that somebody took the log along."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/audit", "audit_log", self._show, methods=["GET"])
        pages.add_url_rule("/audit/log.csv", "audit_log_csv", self._csv, methods=["GET"])

    def _show(self) -> ResponseReturnValue:
        store, before = the_system().store, asked.number("before")
        lines, older = audit.page(store, _sought(), PER_PAGE, before)
        given: dict[str, Any] = {name: value for name, value in _given().items() if value}
        return render_template(
            "admin/audit_log.html",
            lines=lines,
            given=given,
            people=[one.name for one in staff.everyone(store)],
            words=audit.words(store),
            newest=url_for("admin.audit_log", **given) if before else None,
            older=url_for("admin.audit_log", **given, before=older) if older else None,
        )

    def _csv(self) -> ResponseReturnValue:
        by, store, sought = asked.by(self._clock), the_system().store, _sought()
        audit.record(store, Deed(who=by.name, what="export_audit_log", about="audit log", at=by.at))
        return Response(
            stream_with_context(_rows(audit.everything(store, sought))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="audit-{by.at:%Y-%m-%d}.csv"'},
        )


def _rows(lines: Iterator[Line]) -> Iterator[str]:
    yield _row(_COLUMNS)
    for line in lines:
        deed, at = line.deed, line.deed.at.astimezone(UTC)
        yield _row((at.isoformat(), deed.who, deed.what, deed.about, deed.note))


def _row(cells: tuple[str, ...]) -> str:
    drawn = io.StringIO()
    csv.writer(drawn).writerow(map(safe, cells))
    return drawn.getvalue()


def _given() -> dict[str, str]:
    names = ("who", "what", "about", "since", "until")
    # PostgreSQL takes no NUL in a text.
    given = {name: request.args.get(name, "").replace("\0", "") for name in names}
    return {name: value.strip()[:_LONGEST] for name, value in given.items()}


def _sought() -> Sought:
    given = _given()
    until = asked.day("until")
    return Sought(
        who=given["who"],
        what=given["what"],
        about=given["about"],
        since=_begins(asked.day("since")),
        # The last day is meant to be in.
        until=_begins(None if until is None or until == date.max else until + timedelta(days=1)),
    )


def _begins(day: date | None) -> datetime | None:
    """Midnight as the viewer's day begins. Years at the ends of the calendar limit nothing."""
    if day is None or not 1 < day.year < date.max.year:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=viewer_zone()).astimezone(UTC)
