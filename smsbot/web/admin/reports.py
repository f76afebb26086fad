"""The figures of some days, drawn, with the same numbers as tables and as a file."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, render_template, request

from smsbot.core.reports import charts
from smsbot.core.reports.report import Report
from smsbot.providers.twilio.codes import TABLE
from smsbot.services import gap_board, reports
from smsbot.web.admin import asked
from smsbot.web.admin.message_labels import STATES, WHY_MISSED
from smsbot.web.system import Clock, the_system

_MEANINGS = {code: sentence for code, (_, sentence) in TABLE.items()}
_MISSED = tuple(WHY_MISSED.values())


class ReportPages:
    """The pages of figures."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which day is today."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/reports", "reports", self._reports, methods=["GET"])
        pages.add_url_rule("/reports.csv", "reports_csv", self._csv, methods=["GET"])

    def _reports(self) -> str:
        now, store = self._clock(), the_system().store
        first, last = _span(now.date())
        report = reports.report(store, first, last, now)
        return render_template(
            "admin/reports.html",
            report=report,
            first=first,
            last=last,
            today=now.date(),
            health=reports.health(store, now.date()),
            board=gap_board.read(store),
            charts=_charts(report),
            states=STATES,
            meanings=_MEANINGS,
            most_days=reports.MOST_DAYS,
        )

    def _csv(self) -> Response:
        now = self._clock()
        first, last = _span(now.date())
        sheet = io.StringIO()
        counted = reports.counts(the_system().store, first, last, now)
        csv.writer(sheet).writerows(reports.csv_rows(counted))
        name = f"smsbot-{first}-{last}.csv"
        return Response(
            # The mark tells spreadsheets that it is UTF-8.
            "\ufeff" + sheet.getvalue(),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _span(today: date) -> tuple[date, date]:
    given = asked.number("days")
    if given and "from" not in request.args:
        days = min(given, reports.MOST_DAYS)
        return reports.span(date.fromordinal(max(today.toordinal() - days + 1, 1)), today, today)
    return reports.span(asked.day("from"), asked.day("to"), today)


def _charts(report: Report) -> dict[str, charts.Chart]:
    days = report.days
    return {
        "texts": charts.stacked(days, report.texts, ("English", "Spanish")),
        "answered": charts.lines(days, (report.answered,), ("Answered, percent",), 100),
        "missed": charts.stacked(days, report.missed, _MISSED),
        "crisis": charts.stacked(days, (report.crisis,), ("Crisis texts",)),
        "reply": charts.lines(
            days, (report.reply_p50, report.reply_p99), ("Half within, ms", "99 % within, ms")
        ),
        "consent": charts.stacked(
            days, (report.opt_outs, report.opt_ins), ("Opted out", "Started again")
        ),
        "people": charts.stacked(days, (report.people,), ("New people",)),
    }
