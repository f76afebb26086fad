"""The pages of a text's way from a draft to people's phones: review, publishing, history."""

from flask import Blueprint

from smsbot.web.admin.crisis_texts import CrisisTexts
from smsbot.web.admin.history import History
from smsbot.web.admin.publishing import Publishing
from smsbot.web.admin.review import Review
from smsbot.web.admin.revision_page import RevisionPage
from smsbot.web.system import Clock


def add_to(pages: Blueprint, clock: Clock) -> None:
    """Add the routes of all of them."""
    page = RevisionPage(clock)
    Review(clock, page).add_to(pages)
    Publishing(clock, page).add_to(pages)
    History(clock).add_to(pages)
    CrisisTexts().add_to(pages)
