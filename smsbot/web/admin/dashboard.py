"""What staff see first: what waits for them, today's texts, and how the last weeks went."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from smsbot.core.editorial.roles import Permission, may
from smsbot.core.reports import charts
from smsbot.services import dashboard, review_queue
from smsbot.services.dashboard import Dashboard
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.message_labels import STATES, STEPS
from smsbot.web.system import Clock, the_system


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Something that waits for whoever looks."""

    number: int
    says: tuple[str, str]
    """Of one, and of several."""
    endpoint: str
    is_urgent: bool = False


_SAYS = {
    Permission.ACKNOWLEDGE_ALERT: (
        "crisis alert that nobody has looked at",
        "crisis alerts that nobody has looked at",
        "admin.alerts",
    ),
    Permission.SUBMIT: (
        "draft of yours that a reviewer sent back",
        "drafts of yours that a reviewer sent back",
        "admin.review_queue",
    ),
    Permission.REVIEW: ("text to review", "texts to review", "admin.review_queue"),
    Permission.PUBLISH: (
        "approved text to publish",
        "approved texts to publish",
        "admin.review_queue",
    ),
    Permission.WRITE_DRAFT: ("open draft", "open drafts", "admin.answers"),
    Permission.HANDLE_OUTBOX: (
        "text that could not simply leave",
        "texts that could not simply leave",
        "admin.outbox",
    ),
}
"""Of one, of several, and where it is settled, by what that takes."""
_URGENT = frozenset({Permission.ACKNOWLEDGE_ALERT, Permission.HANDLE_OUTBOX})


class DashboardPage:
    """The first page."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which day it is."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the route."""
        pages.add_url_rule("/", "dashboard", self._dashboard, methods=["GET"])

    def _dashboard(self) -> str:
        found = dashboard.look(the_system().store, self._clock())
        report = found.report
        return render_template(
            "admin/dashboard.html",
            found=found,
            most=max(found.texts.values()) or 1,
            steps=STEPS,
            states=STATES,
            waits=_waits(found),
            chart=charts.stacked(report.days, report.texts, ("English", "Spanish")),
        )


def _waits(found: Dashboard) -> list[Waits]:
    """What waits for the person who looks, by what they may do; nothing else is named."""
    account, open_ = the_staff(), found.health.open
    came_back = 0
    if account is not None and may(account.role, Permission.SUBMIT):
        came_back = review_queue.sent_back(the_system().store, account.name)
    numbers = {
        Permission.SUBMIT: came_back,
        Permission.ACKNOWLEDGE_ALERT: found.open_alerts,
        Permission.REVIEW: open_.get("in_review", 0),
        Permission.PUBLISH: open_.get("approved", 0),
        Permission.WRITE_DRAFT: open_.get("draft", 0),
        Permission.HANDLE_OUTBOX: found.outbox.wait_for_a_person,
    }
    return [
        Waits(number=number, says=_SAYS[one][:2], endpoint=_SAYS[one][2], is_urgent=one in _URGENT)
        for one, number in numbers.items()
        if number and account is not None and may(account.role, one)
    ]
