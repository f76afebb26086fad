"""What staff read: the dashboard, the answers, one answer, the accounts."""

from flask import Blueprint, abort, render_template, request

from smsbot.core.answers import Group
from smsbot.core.inbound.decision import Step
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import State
from smsbot.services import dashboard, published, staff
from smsbot.web.system import Clock, the_system

LANGUAGES = {Lang.EN: "English", Lang.ES: "Spanish"}
MORE = {Lang.EN: "MORE", Lang.ES: "MAS"}
GROUPS = {
    Group.CONTENT: "Health information",
    Group.SAFETY: "Helplines",
    Group.SYSTEM: "About the bot",
    Group.RESERVED: "STOP, START, HELP",
    Group.FALLBACK: "Outside what we answer",
}
STEPS = {
    Step.CRISIS: "Crisis",
    Step.COMPLIANCE: "STOP, START, HELP",
    Step.KEYWORD: "A keyword",
    Step.QUESTION: "A question",
    Step.MENU: "Menu, thanks, not understood",
}
STATES = {
    State.QUEUED: "Waiting to leave",
    State.CLAIMED: "Taken by a worker",
    State.SENDING: "Being sent",
    State.UNKNOWN: "Fate unknown",
    State.HUMAN: "Needs a person",
    State.PARKED: "Set aside",
    State.ACCEPTED: "Accepted by the provider",
    State.SENT: "Sent to the carrier",
    State.DELIVERED: "Delivered",
    State.UNDELIVERED: "Not delivered",
    State.FAILED: "Failed",
    State.SUPPRESSED: "Held back after STOP",
    State.EXPIRED: "Too old to send",
    State.CANCELED: "Cancelled",
}
ONLY = {"waiting": "Waiting for a signature", "overdue": "Review overdue"}
LONGEST_SOUGHT = 100


class Pages:
    """The pages that only show."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which day it is for dates that pass."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/", "dashboard", self._dashboard, methods=["GET"])
        pages.add_url_rule("/answers", "answers", self._answers, methods=["GET"])
        pages.add_url_rule("/answers/<keyword>", "answer", self._answer, methods=["GET"])
        pages.add_url_rule("/staff", "accounts", self._accounts, methods=["GET"])
        pages.app_template_filter("language")(LANGUAGES.__getitem__)

    def _dashboard(self) -> str:
        found = dashboard.look(the_system().store, self._clock())
        most = max(found.texts.values()) or 1
        return render_template(
            "admin/dashboard.html", found=found, most=most, steps=STEPS, states=STATES
        )

    def _answers(self) -> str:
        sought = request.args.get("q", "").strip()[:LONGEST_SOUGHT]
        only = request.args.get("only", "")
        everything = published.entries(the_system().store, self._clock().date())
        shown = published.holding(everything, sought)
        if only == "waiting":
            shown = tuple(one for one in shown if one.waits)
        elif only == "overdue":
            shown = tuple(one for one in shown if one.is_overdue)
        return render_template(
            "admin/answers.html",
            shown=shown,
            number=len(everything),
            sought=sought,
            only=only,
            choices=ONLY,
            groups=GROUPS,
        )

    def _answer(self, keyword: str) -> str:
        today = self._clock().date()
        found = published.entry(the_system().store, keyword, today)
        if found is None:
            abort(404)
        settings = the_system().settings
        previews = [
            published.preview(one.answer, today, settings.program, settings.contact)
            for one in found.versions
        ]
        return render_template(
            "admin/answer.html",
            entry=found,
            versions=list(zip(found.versions, previews, strict=True)),
            groups=GROUPS,
            more=MORE,
        )

    def _accounts(self) -> str:
        return render_template("admin/accounts.html", accounts=staff.everyone(the_system().store))
