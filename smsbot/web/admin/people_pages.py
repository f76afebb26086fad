"""The pages of what people wrote and were sent, and of the figures: each adds its own routes."""

from flask import Blueprint

from smsbot.web.admin.alerts import AlertPages
from smsbot.web.admin.contacts import ContactPages
from smsbot.web.admin.dashboard import DashboardPage
from smsbot.web.admin.inbox import InboxPages
from smsbot.web.admin.outbox_page import OutboxPages
from smsbot.web.admin.reports import ReportPages
from smsbot.web.admin.unanswered import UnansweredPages
from smsbot.web.system import Clock


def add_to(pages: Blueprint, clock: Clock) -> None:
    """Add the routes."""
    InboxPages().add_to(pages)
    ContactPages(clock).add_to(pages)
    AlertPages(clock).add_to(pages)
    UnansweredPages(clock).add_to(pages)
    OutboxPages(clock).add_to(pages)
    DashboardPage(clock).add_to(pages)
    ReportPages(clock).add_to(pages)
