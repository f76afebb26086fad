"""What staff see first: what waits for them, today's texts, and how the last weeks went."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from smsbot.core.editorial.roles import Permission, may
from smsbot.core.reports import charts
from smsbot.services import dashboard
from smsbot.services.dashboard import Dashboard
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.message_labels import STATES, STEPS
from smsbot.web.system import Clock, the_system


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Something that waits for whoever looks."""

    number: int
    says: str
    endpoint: str
    is_urgent: bool = False


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
    account = the_staff()
    if account is None:
        return []
    open_, role = found.health.open, account.role
    some = (
        (
            Permission.ACKNOWLEDGE_ALERT,
            Waits(
                number=found.open_alerts,
                says="crisis alerts that nobody has looked at",
                endpoint="admin.alerts",
                is_urgent=True,
            ),
        ),
        (
            Permission.REVIEW,
            Waits(
                number=open_.get("in_review", 0),
                says="texts to review",
                endpoint="admin.review_queue",
            ),
        ),
        (
            Permission.PUBLISH,
            Waits(
                number=open_.get("approved", 0),
                says="approved texts to publish",
                endpoint="admin.review_queue",
            ),
        ),
        (
            Permission.WRITE_DRAFT,
            Waits(number=open_.get("draft", 0), says="open drafts", endpoint="admin.answers"),
        ),
        (
            Permission.HANDLE_OUTBOX,
            Waits(
                number=found.outbox.wait_for_a_person,
                says="texts that could not simply leave",
                endpoint="admin.outbox",
                is_urgent=True,
            ),
        ),
    )
    return [one for permission, one in some if one.number and may(role, permission)]
