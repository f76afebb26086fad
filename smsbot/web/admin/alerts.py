"""Crisis alerts: which nobody has looked at, who looked at the others. Never what was written."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.services import alerts, inbox
from smsbot.services.alerts import UNDO_FOR, AlertFault
from smsbot.web.admin import asked
from smsbot.web.admin.message_labels import TIERS
from smsbot.web.system import Clock, the_system

PER_PAGE = 50


class AlertPages:
    """The pages of crisis alerts."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what staff do."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/alerts/<int:number>"
        for rule, name, view, method in (
            ("/alerts", "alerts", self._alerts, "GET"),
            (f"{one}/acknowledge", "acknowledge_alert", self._acknowledge, "POST"),
            (f"{one}/reopen", "reopen_alert", self._reopen, "POST"),
            (f"{one}/conversation", "alert_conversation", self._conversation, "GET"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])

    def _alerts(self) -> str:
        store, before = the_system().store, asked.number("before")
        everything = request.args.get("show") == "all"
        found = alerts.newest(store, only_open=not everything, limit=PER_PAGE + 1, before=before)
        chosen = "all" if everything else None
        more = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
        by = asked.by(self._clock)
        return render_template(
            "admin/alerts.html",
            alerts=found[:PER_PAGE],
            open_count=alerts.open_count(store),
            everything=everything,
            tiers=TIERS,
            may_reopen={
                one.id
                for one in found
                if one.acknowledged_by == by.name
                and one.acknowledged_at is not None
                and one.acknowledged_at >= by.at - UNDO_FOR
            },
            older=url_for("admin.alerts", show=chosen, before=more) if more else None,
            newest=url_for("admin.alerts", show=chosen) if before is not None else None,
        )

    def _acknowledge(self, number: int) -> ResponseReturnValue:
        by = asked.by(self._clock)
        try:
            alerts.acknowledge(the_system().store, number, by.name, by.at)
        except AlertFault as fault:
            flash(str(fault), "bad")
        else:
            minutes = int(UNDO_FOR.total_seconds() // 60)
            flash(
                f"Alert {number}: you have looked. You can take it back for {minutes} minutes, "
                "under all alerts.",
                "good",
            )
        return _back()

    def _reopen(self, number: int) -> ResponseReturnValue:
        try:
            alerts.reopen(the_system().store, number, asked.by(self._clock))
        except AlertFault as fault:
            flash(str(fault), "bad")
        else:
            flash(f"Alert {number} is open again.", "good")
        return _back()

    def _conversation(self, number: int) -> ResponseReturnValue:
        """To the text that the alert is about: one click further, for those who may read it."""
        store = the_system().store
        found = alerts.get(store, number)
        if found is None:
            abort(404)
        place = inbox.place_of(store, found.sid)
        if place is None:
            flash(
                "There is no text to this alert any more, or it is about a reply of ours that was "
                f"blocked: look for {found.sid} in Twilio's log.",
                "warn",
            )
            return redirect(url_for("admin.alerts", show="all"), code=303)
        contact_id, text_id = place
        return redirect(
            url_for("admin.conversation", contact_id=contact_id, before=text_id + 1), code=303
        )


def _back() -> ResponseReturnValue:
    show = "all" if request.form.get("show") == "all" else None
    return redirect(url_for("admin.alerts", show=show), code=303)
