"""Publishing: an approved text goes live, now or at a time; one comes back, one is taken away."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial import next_steps
from smsbot.core.editorial.publishing_time import NoSuchTime, moment
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.errors import StoreConflict
from smsbot.core.messages import Lang
from smsbot.services import editorial_publish, review_history, review_page
from smsbot.services.editorial_desk import AnswerName, EditorialFault
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.labels import LANGUAGES
from smsbot.web.admin.review import LONGEST_NOTE, done, seen
from smsbot.web.admin.revision_page import RevisionPage, Typed, phones, words
from smsbot.web.admin.times import viewer_zone
from smsbot.web.system import Clock, the_system

_WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")
_NO_REASON = "Write why: the history keeps it."
_NO_TIME = "Choose a day and a time, as 2026-12-01 08:00."


class Publishing:
    """The steps that change what people get."""

    def __init__(self, clock: Clock, page: RevisionPage) -> None:
        """`page` shows a revision again when a step is refused."""
        self._clock = clock
        self._page = page

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one, answer = "/revisions/<int:revision_id>", "/answers/<keyword>/<lang>"
        for address, endpoint, view, method in (
            (f"{one}/publish", "publish", self._publish, "POST"),
            (f"{one}/schedule", "schedule", self._schedule, "POST"),
            (f"{one}/unschedule", "unschedule", self._unschedule, "POST"),
            (f"{one}/roll-back", "roll_back_page", self._roll_back_page, "GET"),
            (f"{one}/roll-back", "roll_back", self._roll_back, "POST"),
            (f"{answer}/retire", "retire_page", self._retire_page, "GET"),
            (f"{answer}/retire", "retire", self._retire, "POST"),
        ):
            pages.add_url_rule(address, endpoint, view, methods=[method])

    def _publish(self, revision_id: int) -> ResponseReturnValue:
        try:
            one = editorial_publish.publish(
                the_system().store, _by(), seen(revision_id), self._clock()
            )
        except (EditorialFault, StoreConflict) as error:
            return self._again(revision_id, Typed(errors={"": str(error)}))
        return done(revision_id, f"{one.name} is live. Every text from now on gets it.")

    def _schedule(self, revision_id: int) -> ResponseReturnValue:
        typed = request.form.get("at", "").strip()[:40]
        wanted = _read(typed)
        if wanted is None:
            return self._again(revision_id, Typed(errors={"at": _NO_TIME}, at=typed))
        try:
            at = moment(wanted, viewer_zone())
            editorial_publish.schedule(
                the_system().store, _by(), seen(revision_id), self._clock(), at=at
            )
        except (NoSuchTime, EditorialFault, StoreConflict) as error:
            return self._again(revision_id, Typed(errors={"at": str(error)}, at=typed))
        local = f"{at.astimezone(viewer_zone()):%Y-%m-%d %H:%M %Z}"
        return done(revision_id, f"It goes live on {local} ({at.astimezone(UTC):%H:%M} UTC).")

    def _unschedule(self, revision_id: int) -> ResponseReturnValue:
        try:
            editorial_publish.schedule(
                the_system().store, _by(), revision_id, self._clock(), at=None
            )
        except (EditorialFault, StoreConflict) as error:
            return self._again(revision_id, Typed(errors={"": str(error)}))
        return done(revision_id, "It is off the schedule. It is still approved.")

    def _roll_back_page(
        self, revision_id: int, errors: Mapping[str, str] | None = None, note: str = ""
    ) -> str:
        try:
            sight = review_page.beside_live(the_system().store, revision_id)
        except EditorialFault:
            abort(404)
        return render_template(
            "admin/roll_back.html",
            one=sight.one,
            sight=sight,
            phones=phones(sight, self._clock().date()),
            not_back=next_steps.why_not_back(sight.one, _by()),
            errors=errors or {},
            note=note,
            **words(),
        )

    def _roll_back(self, revision_id: int) -> ResponseReturnValue:
        note = request.form.get("note", "")[:LONGEST_NOTE]
        if not note.strip():
            return self._roll_back_page(revision_id, {"note": _NO_REASON}), 422
        try:
            one = editorial_publish.bring_back(
                the_system().store, _by(), revision_id, self._clock(), note=note
            )
        except (EditorialFault, StoreConflict) as error:
            return self._roll_back_page(revision_id, {"": str(error)}, note), 422
        other = LANGUAGES[one.answer.lang.other]
        sentence = f"Revision {one.n} of {one.name} is live again. {other} was not touched."
        return done(revision_id, sentence)

    def _retire_page(self, keyword: str, lang: str, fault: str = "", note: str = "") -> str:
        found = review_history.leaving(the_system().store, answer_name(keyword, lang))
        return render_template(
            "admin/retire.html",
            leaving=found or abort(404),
            fault=fault,
            note=note,
            **words(),
        )

    def _retire(self, keyword: str, lang: str) -> ResponseReturnValue:
        note = request.form.get("note", "")[:LONGEST_NOTE]
        name = answer_name(keyword, lang)
        if not note.strip():
            return self._retire_page(keyword, lang, _NO_REASON, note), 422
        try:
            one = editorial_publish.retire(
                the_system().store, _by(), name, self._clock(), note=note
            )
        except (EditorialFault, StoreConflict) as error:
            return self._retire_page(keyword, lang, str(error), note), 422
        flash(f"{one.name} is taken away. It can be brought back from its history.", "good")
        return redirect(url_for("admin.history", keyword=name[0]), code=303)

    def _again(self, revision_id: int, typed: Typed) -> ResponseReturnValue:
        return self._page.show(revision_id, typed), 422


def answer_name(keyword: str, lang: str) -> AnswerName:
    """Keyword and language from an address; there is no such page for another language."""
    if lang not in set(Lang):
        abort(404)
    return keyword, Lang(lang)


def _by() -> StaffAccount:
    return the_staff() or abort(403)


def _read(text: str) -> datetime | None:
    for pattern in _WRITTEN:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - a clock on a wall has no zone
        except ValueError:
            continue
    return None
