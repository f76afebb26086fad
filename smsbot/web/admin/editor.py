"""The editor: writing a draft, with everything there is to know of it while typing."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.meter import marked
from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.editorial.typed import Typed, read_typed, to_cells
from smsbot.services import editing, editorial, text_to_me
from smsbot.services.editing import Conflict, EditorialFault, Remark
from smsbot.services.neighbours import Neighbours
from smsbot.services.remarks import Against, basis
from smsbot.web.admin import editor_view
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.editor_view import Page, Problem
from smsbot.web.admin.times import local_time
from smsbot.web.system import Clock, the_system

_STOPPED = "It has to wait: the draft is saved, and this stops it"
_NO_REASON = Remark(
    field="why",
    what="There is no reason for the change.",
    cure="Write one sentence for the reviewer.",
    stops=True,
)
_LOOK_FIRST = "Look at what is listed above the button, tick that you have, and send again"


class Editor:
    """The pages and actions on one draft."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is saved."""
        self._clock = clock
        self._near = Neighbours()

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.app_template_filter("marked")(marked)
        pages.add_url_rule("/drafts/<int:revision_id>", "editor", self._draft, methods=["GET"])
        actions: dict[str, tuple[str, Callable[[int], ResponseReturnValue]]] = {
            "save_draft": ("save", self._save),
            "check_draft": ("check", self._check),
            "stay_in_draft": ("here", self._stay),
            "submit_draft": ("submit", self._submit),
            "text_draft": ("text-to-me", self._text),
        }
        for endpoint, (path, view) in actions.items():
            pages.add_url_rule(
                f"/drafts/<int:revision_id>/{path}", endpoint, view, methods=["POST"]
            )

    def _draft(self, revision_id: int) -> ResponseReturnValue:
        one = _found(revision_id)
        if one.state is not RevisionState.DRAFT:
            return redirect(url_for("admin.revision", revision_id=revision_id), code=303)
        return self._page(one, self._as_saved(one))

    def _save(self, revision_id: int) -> ResponseReturnValue:
        base, typed = self._typed(revision_id)
        saved = self._written(base, typed)
        if not isinstance(saved, Revision):
            return self._not_saved(base, typed, saved)
        if _wants_json():
            return jsonify(version=saved.version, saved=_saved_words(saved), faults=_says(typed))
        if typed.faults:
            return self._page(saved, typed, _unreadable(typed)), 422
        flash("The draft is saved.", "good")
        return redirect(url_for("admin.editor", revision_id=revision_id), code=303)

    def _check(self, revision_id: int) -> ResponseReturnValue:
        base, typed = self._typed(revision_id)
        if not _wants_json():
            return self._page(base, typed, _unreadable(typed) if typed.faults else None)
        found = (*_as_remarks(typed), *self._look(typed))
        desk = editor_view.desk_of(typed.answer, found, self._clock())
        check_at = url_for("admin.check_draft", revision_id=revision_id)
        return jsonify(parts=editor_view.parts(desk, check_at))

    def _stay(self, revision_id: int) -> ResponseReturnValue:
        store, by = the_system().store, the_author()
        try:
            one, others = editing.stay(store, by, revision_id, self._clock())
        except EditorialFault:
            abort(404)
        return jsonify(
            version=one.version,
            is_draft=one.state is RevisionState.DRAFT,
            people=editor_view.people(others),
            saved=_saved_words(one),
        )

    def _submit(self, revision_id: int) -> ResponseReturnValue:
        base, typed = self._typed(revision_id)
        saved = self._written(base, typed)
        if not isinstance(saved, Revision):
            return self._not_saved(base, typed, saved)
        if typed.faults:
            return self._page(saved, typed, _unreadable(typed)), 422
        found = (*self._look(typed), *_missing(typed))
        if any(one.stops for one in found):
            lines = tuple((_anchor(one), f"{one.what} {one.cure}") for one in found if one.stops)
            return self._page(saved, typed, Problem(title=_STOPPED, lines=lines)), 422
        if found and not request.form.get("looked"):
            return self._page(saved, typed, Problem(title=_LOOK_FIRST), ask_looked=True), 422
        store, by, claims = the_system().store, the_author(), self._against().basis.claims
        try:
            editorial.submit(store, by, revision_id, self._clock(), claims=claims)
        except EditorialFault as fault:
            return self._page(saved, typed, Problem(title=str(fault))), 409
        flash("It waits for a reviewer now.", "good")
        return redirect(url_for("admin.answer", keyword=saved.answer.keyword), code=303)

    def _text(self, revision_id: int) -> ResponseReturnValue:
        base, typed = self._typed(revision_id)
        now, settings = self._clock(), the_system().settings
        shown = editor_view.shown_of(typed.answer, now).preview
        bodies = [one.text for one in (shown.first, *shown.after_more)] if shown else []
        try:
            to = text_to_me.send_draft(
                the_system().store, the_author(), typed.answer, now, bodies=bodies,
                sender=settings.sender,
            )  # fmt: skip
        except EditorialFault as fault:
            return self._page(base, typed, Problem(title=str(fault))), 409
        flash(f"It is on its way to {to}, marked as a draft.", "good")
        saved = self._written(base, typed)
        if not isinstance(saved, Revision):
            return self._not_saved(base, typed, saved)
        return redirect(url_for("admin.editor", revision_id=revision_id), code=303)

    def _typed(self, revision_id: int) -> tuple[Revision, Typed]:
        """The draft with the version that was read into the form, and what was typed over it."""
        one = _found(revision_id)
        version = request.form.get("version", "")
        is_number = version.isascii() and version.isdecimal() and len(version) < 10
        base = replace(one, version=int(version) if is_number else -1)
        return base, editor_view.typed_in(base.answer, self._clock())

    def _written(self, base: Revision, typed: Typed) -> Revision | Conflict | EditorialFault:
        store, by = the_system().store, the_author()
        try:
            return editing.save(store, by, typed, base, self._clock())
        except EditorialFault as fault:
            return fault

    def _not_saved(
        self, base: Revision, typed: Typed, why: Conflict | EditorialFault
    ) -> ResponseReturnValue:
        """What was typed stays on the page, whatever became of the draft."""
        if isinstance(why, Conflict):
            who, at = why.theirs.answer.author, local_time(why.theirs.changed_at).striptags()
            if _wants_json():
                return jsonify(conflict=f"{who} saved this draft ({at}) while you wrote."), 409
            return self._page(base, typed, conflict=why), 409
        if _wants_json():
            return jsonify(conflict=str(why)), 409
        return self._page(base, typed, Problem(title=f"Not saved. {why}")), 409

    def _as_saved(self, one: Revision) -> Typed:
        cells = to_cells(one.answer, owner=one.owner, why=one.why)
        return read_typed(cells, one.answer, self._clock().date())

    def _against(self) -> Against:
        system = the_system()
        return Against(
            basis=basis(system.settings.content),
            near=self._near,
            index=system.catalogue.current.index,
        )

    def _look(self, typed: Typed) -> tuple[Remark, ...]:
        return editing.look(the_system().store, typed.answer, self._against(), self._clock())

    def _page(
        self,
        one: Revision,
        typed: Typed,
        problem: Problem | None = None,
        conflict: Conflict | None = None,
        *,
        ask_looked: bool = False,
    ) -> str:
        opened = editing.open_draft(the_system().store, the_author(), one.id, self._clock())
        page = Page(
            opened=replace(opened, revision=one),
            typed=typed,
            remarks=(*_as_remarks(typed), *self._look(typed), *_missing(typed)),
            problem=problem,
            conflict=conflict,
            ask_looked=ask_looked,
        )
        return editor_view.render(page, self._clock())


def _found(revision_id: int) -> Revision:
    try:
        return editorial.revision(the_system().store, revision_id)
    except EditorialFault:
        abort(404)


def the_author() -> StaffAccount:
    """Who asks: the guard has let on nobody but staff."""
    return the_staff() or abort(403)


def _wants_json() -> bool:
    return request.headers.get("Accept") == "application/json"


def _saved_words(one: Revision) -> str:
    return f"Saved {local_time(one.changed_at, seconds=True)} by {one.answer.author}."


def _says(typed: Typed) -> list[str]:
    return [str(one) for one in typed.faults]


def _as_remarks(typed: Typed) -> tuple[Remark, ...]:
    return tuple(
        Remark(field=_field(one.field), what=one.what, cure=one.cure, stops=True)
        for one in typed.faults
    )


def _missing(typed: Typed) -> tuple[Remark, ...]:
    """What a draft needs besides its text when it is sent; nothing is said of it before."""
    is_sent = request.endpoint == "admin.submit_draft"
    return (_NO_REASON,) if is_sent and not typed.why else ()


def _field(name: str) -> str:
    return "sources" if name.startswith("source-") else name


def _unreadable(typed: Typed) -> Problem:
    lines = tuple((one.field, str(one)) for one in typed.faults)
    return Problem(title="Not everything can be read", lines=lines)


def _anchor(one: Remark) -> str:
    if one.field == "sources":
        return "source-0-title"
    return one.field if one.field not in ("keyword", "language", "group") else ""
