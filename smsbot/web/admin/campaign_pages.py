"""Writing campaigns and their messages: the forms, and who may approve what another wrote."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.campaign import CONFIRMATION, CampaignFault, CampaignState
from smsbot.core.campaigns.message import STOP_EXAMPLES, MessageState
from smsbot.core.messages import Lang
from smsbot.services import campaign_messages, campaign_views
from smsbot.services import campaigns as service
from smsbot.services.campaign_views import Shown
from smsbot.web.admin import asked, campaign_form
from smsbot.web.admin.campaigns import Campaigns, somebody
from smsbot.web.system import Clock, the_system
from smsbot.wiring import campaign_desk

_LONGEST = 1_600


def add_to(pages: Blueprint, clock: Clock) -> None:
    """Add the routes of all pages of campaigns."""
    CampaignForms(clock).add_to(pages)
    CampaignMessages(clock).add_to(pages)
    Campaigns(clock).add_to(pages)


class CampaignForms:
    """A new campaign, and a draft that is changed."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is done."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/campaigns/new", "new_campaign", self._new, methods=["GET"])
        pages.add_url_rule("/campaigns/new", "draft_campaign", self._draft, methods=["POST"])
        one = "/campaigns/<int(max=2147483647):campaign_id>/edit"
        pages.add_url_rule(one, "edit_campaign", self._edit, methods=["GET"])
        pages.add_url_rule(one, "change_campaign", self._change, methods=["POST"])

    def _new(self) -> ResponseReturnValue:
        return _form(None, None, {})

    def _draft(self) -> ResponseReturnValue:
        return self._save(None)

    def _edit(self, campaign_id: int) -> ResponseReturnValue:
        shown = _found(campaign_id)
        if shown.campaign.state is not CampaignState.DRAFT:
            flash("Only a draft is changed: take the campaign back first.", "warn")
            return redirect(url_for("admin.campaign", campaign_id=campaign_id), code=303)
        return _form(shown, None, {})

    def _change(self, campaign_id: int) -> ResponseReturnValue:
        return self._save(_found(campaign_id))

    def _save(self, shown: Shown | None) -> ResponseReturnValue:
        store, by, now = the_system().store, somebody(), self._clock()
        filled = campaign_form.read(
            request.form,
            campaign_views.choices(store),
            campaign_desk(the_system().settings).house,
            by.name,
            now,
        )
        if filled.plan is None:
            return _form(shown, request.form, filled.errors)
        try:
            if shown is None:
                saved = service.create(store, by, filled.plan, now)
            else:
                saved = shown.campaign.id
                service.change(store, by, saved, filled.plan, now)
        except CampaignFault as fault:
            return _form(shown, request.form, {"": str(fault)})
        flash("Saved. Do the dry run next.", "good")
        return redirect(url_for("admin.campaign", campaign_id=saved), code=303)


class CampaignMessages:
    """The words of campaigns: versions, and their approval."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is done."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        path = "/campaigns/messages"
        pages.add_url_rule(path, "campaign_messages", self._list, methods=["GET"])
        pages.add_url_rule(path, "write_campaign_message", self._write, methods=["POST"])
        one = f"{path}/<int(max=2147483647):message_id>"
        pages.add_url_rule(
            f"{one}/approve", "approve_campaign_message", self._approve, methods=["POST"]
        )
        pages.add_url_rule(
            f"{one}/retire", "retire_campaign_message", self._retire, methods=["POST"]
        )

    def _list(self) -> ResponseReturnValue:
        return self._page({}, {})

    def _page(self, errors: Mapping[str, str], typed: Mapping[str, str]) -> ResponseReturnValue:
        some = campaign_messages.listed(
            the_system().store, (MessageState.DRAFT, MessageState.APPROVED)
        )
        page = render_template(
            "admin/campaign_messages.html",
            messages=some,
            errors=errors,
            typed=typed,
            stops=STOP_EXAMPLES,
        )
        return page, 422 if errors else 200

    def _write(self) -> ResponseReturnValue:
        form = request.form
        lang = form.get("lang", "")
        if lang not in set(Lang):
            return self._page({"lang": "Choose a language."}, form)
        words = (asked.typed("name", 40), Lang(lang), form.get("body", "")[:_LONGEST])
        try:
            made = campaign_messages.write(
                the_system().store,
                somebody(),
                campaign_desk(the_system().settings).house,
                (words[0], words[1], words[2].replace("\r\n", "\n")),
                self._clock(),
            )
        except CampaignFault as fault:
            return self._page({"body" if words[0] else "name": str(fault)}, form)
        flash(f"Version {made.n} of {made.name} waits for the approval of somebody else.", "good")
        return redirect(url_for("admin.campaign_messages"), code=303)

    def _approve(self, message_id: int) -> ResponseReturnValue:
        house = campaign_desk(the_system().settings).house
        try:
            campaign_messages.approve(
                the_system().store, somebody(), house, message_id, self._clock()
            )
        except CampaignFault as fault:
            return self._page({"": str(fault)}, {})
        flash("Approved: campaigns can use it.", "good")
        return redirect(url_for("admin.campaign_messages"), code=303)

    def _retire(self, message_id: int) -> ResponseReturnValue:
        try:
            campaign_messages.retire(the_system().store, somebody(), message_id, self._clock())
        except CampaignFault as fault:
            return self._page({"": str(fault)}, {})
        flash("Taken out of use.", "good")
        return redirect(url_for("admin.campaign_messages"), code=303)


def _form(
    shown: Shown | None, typed: Mapping[str, str] | None, errors: Mapping[str, str]
) -> ResponseReturnValue:
    choices = campaign_views.choices(the_system().store)
    house = campaign_desk(the_system().settings).house
    plan = None if shown is None else shown.campaign.plan
    fields = campaign_form.shown(plan, choices, house)
    page = render_template(
        "admin/campaign_form.html",
        one=None if shown is None else shown.campaign,
        fields=fields | ({} if typed is None else dict(typed)),
        errors=errors,
        choices=choices,
        house=house,
        confirmation=CONFIRMATION,
    )
    return page, 422 if errors else 200


def _found(campaign_id: int) -> Shown:
    try:
        return campaign_views.show(the_system().store, campaign_id)
    except CampaignFault:
        abort(404)
