"""The campaigns: all of them side by side, one with all that is known of it, and what to do."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.campaign import CampaignFault
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.outbound.outbox import State
from smsbot.providers.twilio.codes import TABLE
from smsbot.services import after_campaign, campaign_views, dry_run
from smsbot.services import campaigns as service
from smsbot.services.campaign_views import Shown
from smsbot.web.admin import asked, campaign_view
from smsbot.web.admin.access import the_staff
from smsbot.web.system import Clock, the_system
from smsbot.wiring import campaign_desk

LISTED, PEOPLE = 30, 100
MEANINGS = {code: sentence for code, (_, sentence) in TABLE.items()}
STANDINGS = {
    "planned": "Wait for their turn",
    "left_out": "Left out at the dry run",
    "skipped": "Skipped when their turn came",
    "expired": "Too late",
    "cancelled": "Cancelled",
    State.DELIVERED.value: "Delivered",
    State.SENT.value: "With the carrier",
    State.ACCEPTED.value: "With Twilio",
    State.UNDELIVERED.value: "Not delivered",
    State.FAILED.value: "Failed",
    State.SUPPRESSED.value: "Held back",
    State.UNKNOWN.value: "Fate unknown",
    State.HUMAN.value: "Need a person",
}
"""What the list of people can be narrowed to."""


class Campaigns:
    """The pages and actions of campaigns."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is done."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/campaigns", "campaigns", self._list, methods=["GET"])
        one = "/campaigns/<int(max=2147483647):campaign_id>"
        pages.add_url_rule(one, "campaign", self._show, methods=["GET"])
        pages.add_url_rule(f"{one}/progress", "campaign_progress", self._progress, methods=["GET"])
        pages.add_url_rule(f"{one}/people", "campaign_people", self._people, methods=["GET"])
        pages.add_url_rule(f"{one}/people.csv", "campaign_csv", self._csv, methods=["GET"])
        pages.add_url_rule(f"{one}/cancel", "ask_cancel_campaign", self._ask, methods=["GET"])
        for name, endpoint, view in (
            ("check", "check_campaign", self._check),
            ("take-back", "take_back_campaign", self._take_back),
            ("approve", "approve_campaign", self._approve),
            ("start", "start_campaign", self._start),
            ("pause", "pause_campaign", self._pause),
            ("resume", "resume_campaign", self._resume),
            ("cancel", "cancel_campaign", self._cancel),
        ):
            pages.add_url_rule(f"{one}/{name}", endpoint, view, methods=["POST"])

    def _list(self) -> str:
        before = asked.number("before")
        found = campaign_views.listed(the_system().store, LISTED + 1, before)
        rows = [(one, campaign_view.figures(progress)) for one, progress in found[:LISTED]]
        older = found[LISTED - 1][0].id if len(found) > LISTED else None
        return render_template(
            "admin/campaigns.html", rows=rows, older=older, before=before,
            states=campaign_view.STATES, kinds=campaign_view.KINDS,
        )  # fmt: skip

    def _show(self, campaign_id: int) -> ResponseReturnValue:
        return self._page(campaign_id, None)

    def _page(self, campaign_id: int, fault: str | None) -> ResponseReturnValue:
        shown = _found(campaign_id)
        account = somebody()
        one = shown.campaign
        report = None
        if one.started_at is not None:
            desk = campaign_desk(the_system().settings)
            report = after_campaign.report(the_system().store, campaign_id, desk)
        page = render_template(
            "admin/campaign.html",
            shown=shown,
            one=one,
            fault=fault,
            report=report,
            progress=campaign_view.figures(shown.progress),
            checked=campaign_view.dry_run(shown.checked),
            states=campaign_view.STATES,
            kinds=campaign_view.KINDS,
            meanings=MEANINGS,
            wrote_it=account.name.casefold() in {one.author.casefold(), one.changed_by.casefold()},
        )
        return page, 422 if fault else 200

    def _progress(self, campaign_id: int) -> str:
        shown = _found(campaign_id)
        return render_template(
            "admin/campaign_progress.html",
            one=shown.campaign,
            progress=campaign_view.figures(shown.progress),
            states=campaign_view.STATES,
            kinds=campaign_view.KINDS,
        )

    def _people(self, campaign_id: int) -> str:
        shown = _found(campaign_id)
        only = asked.one_of("only", STANDINGS) or ""
        after = asked.number("after") or 0
        found, more = after_campaign.people(the_system().store, campaign_id, after, PEOPLE, only)
        return render_template(
            "admin/campaign_people.html",
            one=shown.campaign,
            people=campaign_view.people(found, shown, MEANINGS),
            only=only,
            after=after,
            more=more,
            choices=STANDINGS,
        )

    def _csv(self, campaign_id: int) -> Response:
        _found(campaign_id)
        lines = after_campaign.as_csv(the_system().store, campaign_id, MEANINGS)
        name = f"campaign-{campaign_id}.csv"
        return Response(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _ask(self, campaign_id: int) -> str:
        shown = _found(campaign_id)
        return render_template("admin/campaign_cancel.html", one=shown.campaign)

    def _check(self, campaign_id: int) -> ResponseReturnValue:
        desk = campaign_desk(the_system().settings)
        return self._do(
            campaign_id,
            lambda by: dry_run.check(the_system().store, by, campaign_id, desk, self._clock()),
            "The dry run is done. Somebody else can approve it now.",
        )

    def _take_back(self, campaign_id: int) -> ResponseReturnValue:
        return self._do(
            campaign_id,
            lambda by: service.take_back(the_system().store, by, campaign_id, self._clock()),
            "It is a draft again.",
        )

    def _approve(self, campaign_id: int) -> ResponseReturnValue:
        token = asked.typed("token", 64)
        return self._do(
            campaign_id,
            lambda by: service.approve(the_system().store, by, campaign_id, token, self._clock()),
            "Approved. It can be started.",
        )

    def _start(self, campaign_id: int) -> ResponseReturnValue:
        desk = campaign_desk(the_system().settings)
        return self._do(
            campaign_id,
            lambda by: dry_run.start(the_system().store, by, campaign_id, desk, self._clock()),
            "Started.",
        )

    def _pause(self, campaign_id: int) -> ResponseReturnValue:
        reason = asked.typed("reason", 200)
        return self._do(
            campaign_id,
            lambda by: service.pause(the_system().store, by, campaign_id, reason, self._clock()),
            "Paused: nothing more of it leaves.",
        )

    def _resume(self, campaign_id: int) -> ResponseReturnValue:
        return self._do(
            campaign_id,
            lambda by: service.resume(the_system().store, by, campaign_id, self._clock()),
            "It goes on.",
        )

    def _cancel(self, campaign_id: int) -> ResponseReturnValue:
        reason = asked.typed("reason", 200)
        return self._do(
            campaign_id,
            lambda by: service.cancel(the_system().store, by, campaign_id, reason, self._clock()),
            "Cancelled: nothing more of it will leave.",
        )

    def _do(
        self, campaign_id: int, deed: Callable[[StaffAccount], object], done: str
    ) -> ResponseReturnValue:
        try:
            deed(somebody())
        except CampaignFault as fault:
            return self._page(campaign_id, str(fault))
        flash(done, "good")
        return redirect(url_for("admin.campaign", campaign_id=campaign_id), code=303)


def _found(campaign_id: int) -> Shown:
    try:
        return campaign_views.show(the_system().store, campaign_id)
    except CampaignFault:
        abort(404)


def somebody() -> StaffAccount:
    """Who asks for this page; nobody is refused."""
    account = the_staff()
    if account is None:
        abort(403)
    return account
