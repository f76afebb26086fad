"""The review queue, and the steps of a review: approve, approve as the second, refuse."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.checklist import signed_note, unticked
from smsbot.core.editorial.next_steps import wrote
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.editorial.shelves import Shelf
from smsbot.core.editorial.story import is_refusal
from smsbot.core.errors import StoreConflict
from smsbot.services import editorial, editorial_review, review_queue
from smsbot.services.editorial_desk import EditorialFault, Seen
from smsbot.services.review_queue import DuePlace, Place
from smsbot.web.admin.access import LARGEST_ID, the_staff
from smsbot.web.admin.revision_page import RevisionPage, Typed
from smsbot.web.system import Clock, the_system

FEW, MANY = 10, 50
"""How many of each shelf are shown on the first page, and on a page of one shelf."""
LONGEST_NOTE = 2_000
DUE = "due"
SHELVES = {
    Shelf.REVIEW: "Waiting for a reviewer",
    Shelf.SECOND: "Waiting for a second approver",
    Shelf.PUBLISH: "Waiting to go live",
    Shelf.DRAFT: "Being written",
}
_NOT_TICKED = "Tick every point. If one does not hold, refuse the revision and say why."


class Review:
    """The pages of a review."""

    def __init__(self, clock: Clock, page: RevisionPage) -> None:
        """`page` shows a revision again when a step is refused."""
        self._clock = clock
        self._page = page

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/review", "review_queue", self._queue, methods=["GET"])
        one = "/revisions/<int:revision_id>"
        pages.add_url_rule(one, "revision", self._page.show, methods=["GET"])
        for step, view in (
            ("approve", self._approve),
            ("approve_second", self._approve_second),
            ("refuse", self._refuse),
            ("take_back", self._take_back),
        ):
            address = f"{one}/{step.replace('_', '-')}"
            pages.add_url_rule(address, step, view, methods=["POST"])

    def _queue(self) -> str:
        store, today = the_system().store, self._clock().date()
        only = request.args.get("show", "")
        if only == DUE:
            due = review_queue.due(store, today, MANY, _due_place(request.args.get("after", "")))
            return render_template("admin/review.html", only=only, due=due, **_words())
        if only in set(Shelf):
            after = _place(request.args.get("after", ""))
            shelves = {Shelf(only): review_queue.waiting(store, Shelf(only), MANY, after)}
            return render_template("admin/review.html", only=only, waiting=shelves, **_words())
        return render_template(
            "admin/review.html",
            only="",
            waiting={shelf: review_queue.waiting(store, shelf, FEW) for shelf in Shelf},
            due=review_queue.due(store, today, FEW),
            **_words(),
        )

    def _approve(self, revision_id: int) -> ResponseReturnValue:
        sentence = "Approved. The history has your name and the checklist."
        return self._sign(revision_id, editorial_review.approve, sentence)

    def _approve_second(self, revision_id: int) -> ResponseReturnValue:
        sentence = "Approved by two people. A publisher can make it live now."
        return self._sign(revision_id, editorial_review.approve_second, sentence)

    def _sign(
        self, revision_id: int, approve: Callable[..., None], sentence: str
    ) -> ResponseReturnValue:
        note = request.form.get("approval", "")[:LONGEST_NOTE]
        ticked = request.form.getlist("ticked")
        errors: dict[str, str] = {}
        if unticked(ticked):
            errors["checklist"] = _NOT_TICKED
        else:
            try:
                approve(
                    the_system().store,
                    _by(),
                    seen(revision_id),
                    self._clock(),
                    note=signed_note(note),
                )
            except (EditorialFault, StoreConflict) as error:
                errors[""] = str(error)
        if errors:
            return self._again(revision_id, Typed(errors=errors, ticked=ticked, approval=note))
        return done(revision_id, sentence)

    def _refuse(self, revision_id: int) -> ResponseReturnValue:
        note = request.form.get("refusal", "")[:LONGEST_NOTE]
        if not note.strip():
            sentence = "Write what has to change: the author sees it."
            return self._again(revision_id, Typed(errors={"refusal": sentence}))
        try:
            editorial_review.refuse(
                the_system().store, _by(), seen(revision_id), self._clock(), note=note
            )
        except (EditorialFault, StoreConflict) as error:
            return self._again(revision_id, Typed(errors={"": str(error)}, refusal=note))
        return done(revision_id, "Refused. It is a draft again, and the author sees your note.")

    def _take_back(self, revision_id: int) -> ResponseReturnValue:
        try:
            editorial.take_back(the_system().store, _by(), revision_id, self._clock())
        except (EditorialFault, StoreConflict) as error:
            return self._again(revision_id, Typed(errors={"": str(error)}))
        return done(revision_id, "It is a draft again. Send it to review when it is ready.")

    def _again(self, revision_id: int, typed: Typed) -> ResponseReturnValue:
        return self._page.show(revision_id, typed), 422


def done(revision_id: int, sentence: str) -> ResponseReturnValue:
    """Back to the revision, with what has been done."""
    flash(sentence, "good")
    return redirect(url_for("admin.revision", revision_id=revision_id), code=303)


def seen(revision_id: int) -> Seen:
    """The revision as the page showed it on which the form was filled in."""
    given = request.form.get("version", "")
    is_one = given.isascii() and given.isdecimal() and len(given) < 10
    return Seen(id=revision_id, version=int(given) if is_one else -1)


def _by() -> StaffAccount:
    return the_staff() or abort(403)


def _words() -> dict[str, object]:
    return {
        "shelves": SHELVES,
        "shelf": Shelf,
        "is_refusal": is_refusal,
        "due_key": DUE,
        "wrote": wrote,
    }


def _place(text: str) -> Place | None:
    at, _, number = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        place = moment.astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        return None
    return place if moment.tzinfo and 0 <= place[1] <= LARGEST_ID else None


def _due_place(text: str) -> DuePlace | None:
    day, _, name = text.partition("~")
    keyword, _, lang = name.partition("~")
    try:
        return date.fromisoformat(day), keyword, lang
    except ValueError:
        return None
