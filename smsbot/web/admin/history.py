"""The history of an answer: every revision, every step in words, and what differs between two."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial import next_steps
from smsbot.core.messages import Lang
from smsbot.services import review_history, review_page
from smsbot.services.editorial_desk import EditorialFault
from smsbot.web.admin import asked
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.publishing import answer_name
from smsbot.web.admin.revision_page import preview, words
from smsbot.web.system import Clock, the_system

EVENTS = 50
"""How many steps are shown on a page."""


class History:
    """The pages that look back."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which day it is for texts that expire."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/answers/<keyword>/history", "history", self._history, methods=["GET"])
        pages.add_url_rule(
            "/answers/<keyword>/<lang>/compare", "compare", self._compare, methods=["GET"]
        )

    def _history(self, keyword: str) -> str:
        before = asked.number("before")
        past = review_history.past(the_system().store, keyword, EVENTS, before)
        if not past.revisions:
            abort(404)
        return render_template(
            "admin/history.html",
            keyword=keyword,
            past=past,
            most=review_history.MOST_REVISIONS,
            by_lang={
                lang: [one for one in past.revisions if one.lang is lang]
                for lang in Lang
                if any(one.lang is lang for one in past.revisions)
            },
            **words(),
        )

    def _compare(self, keyword: str, lang: str) -> ResponseReturnValue:
        name, today = answer_name(keyword, lang), self._clock().date()
        first, second = (request.args.get(key, "") for key in ("first", "second"))
        if not all(one.isascii() and one.isdecimal() and len(one) < 9 for one in (first, second)):
            return redirect(url_for("admin.history", keyword=keyword), code=303)
        try:
            earlier, later = review_page.between(the_system().store, name, int(first), int(second))
        except EditorialFault:
            abort(404)
        return render_template(
            "admin/compare.html",
            earlier=earlier,
            later=later,
            differing=review_page.apart(earlier.answer, later.answer),
            phones=(preview(earlier.answer, today), preview(later.answer, today)),
            not_back=next_steps.why_not_back(earlier, the_staff() or abort(403)),
            **words(),
        )
