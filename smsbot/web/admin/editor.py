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
from smsbot.services.editing import Conflict, EditorialFault, Opened, Remark
from smsbot.services.neighbours import Neighbours
from smsbot.services.remarks import Against, basis
from smsbot.web.admin import editor_view
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.editor_view import Page, Problem
from smsbot.web.admin.times import local_time
from smsbot.web.system import Clock, the_system


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
        opened = self._opened(revision_id)
        one = opened.revision
        if one.state is not RevisionState.DRAFT:
            return redirect(url_for("admin.revision", revision_id=revision_id), code=303)
        return self._page(opened, self._as_saved(one))

    def _save(self, revision_id: int) -> ResponseReturnValue:
        opened, typed = self._typed(revision_id)
        saved = self._written(opened, typed)
        if isinstance(saved, Conflict):
            return self._in_conflict(opened, typed, saved)
        if _wants_json():
            return jsonify(version=saved.version, saved=_saved_words(saved), faults=_says(typed))
        if typed.faults:
            opened = replace(opened, revision=saved)
            return self._page(opened, typed, _unreadable(typed)), 422
        flash("The draft is saved.", "good")
        return redirect(url_for("admin.editor", revision_id=revision_id), code=303)

    def _check(self, revision_id: int) -> ResponseReturnValue:
        opened, typed = self._typed(revision_id)
        if not _wants_json():
            problem = _unreadable(typed) if typed.faults else None
            return self._page(opened, typed, problem)
        found = (*_as_remarks(typed), *self._look(typed))
        desk = editor_view.desk_of(typed.answer, found, self._clock())
        check_at = url_for("admin.check_draft", revision_id=revision_id)
        return jsonify(parts=editor_view.parts(desk, check_at))

    def _stay(self, revision_id: int) -> ResponseReturnValue:
        self._opened(revision_id)
        one, others = editing.stay(the_system().store, the_author(), revision_id, self._clock())
        return jsonify(
            version=one.version,
            is_draft=one.state is RevisionState.DRAFT,
            people=editor_view.people(others),
            saved=_saved_words(one),
        )

    def _submit(self, revision_id: int) -> ResponseReturnValue:
        opened, typed = self._typed(revision_id)
        saved = self._written(opened, typed)
        if isinstance(saved, Conflict):
            return self._in_conflict(opened, typed, saved)
        opened = replace(opened, revision=saved)
        if typed.faults:
            return self._page(opened, typed, _unreadable(typed)), 422
        found = self._look(typed)
        if any(one.stops for one in found):
            lines = tuple((_anchor(one), f"{one.what} {one.cure}") for one in found if one.stops)
            problem = Problem(
                title="It has to wait: the draft is saved, and this stops it", lines=lines
            )
            return self._page(opened, typed, problem), 422
        if found and not request.form.get("looked"):
            title = "Look at what is listed above the button, tick that you have, and send again"
            return self._page(opened, typed, Problem(title=title), ask_looked=True), 422
        claims = self._against().basis.claims
        try:
            editorial.submit(
                the_system().store, the_author(), revision_id, self._clock(), claims=claims
            )
        except EditorialFault as fault:
            return self._page(opened, typed, Problem(title=str(fault))), 409
        flash("It waits for a reviewer now.", "good")
        return redirect(url_for("admin.answer", keyword=saved.answer.keyword), code=303)

    def _text(self, revision_id: int) -> ResponseReturnValue:
        opened, typed = self._typed(revision_id)
        now, settings = self._clock(), the_system().settings
        shown = editor_view.shown_of(typed.answer, now).preview
        bodies = [one.text for one in (shown.first, *shown.after_more)] if shown else []
        try:
            to = text_to_me.send_draft(
                the_system().store, the_author(), typed.answer, now, bodies=bodies,
                sender=settings.sender,
            )  # fmt: skip
        except EditorialFault as fault:
            return self._page(opened, typed, Problem(title=str(fault))), 409
        flash(f"It is on its way to {to}, marked as a draft.", "good")
        saved = self._written(opened, typed)
        if isinstance(saved, Conflict):
            return self._in_conflict(opened, typed, saved)
        return redirect(url_for("admin.editor", revision_id=revision_id), code=303)

    def _opened(self, revision_id: int) -> Opened:
        try:
            return editing.open_draft(the_system().store, the_author(), revision_id, self._clock())
        except EditorialFault:
            abort(404)

    def _typed(self, revision_id: int) -> tuple[Opened, Typed]:
        """The draft with the version that was read into the form, and what was typed over it."""
        opened = self._opened(revision_id)
        version = request.form.get("version", "")
        is_number = version.isascii() and version.isdecimal() and len(version) < 10
        base = replace(opened.revision, version=int(version) if is_number else -1)
        typed = editor_view.typed_in(base.answer, self._clock())
        return replace(opened, revision=base), typed

    def _written(self, opened: Opened, typed: Typed) -> Revision | Conflict:
        store, by = the_system().store, the_author()
        return editing.save(store, by, typed, opened.revision, self._clock())

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

    def _in_conflict(self, opened: Opened, typed: Typed, conflict: Conflict) -> ResponseReturnValue:
        if _wants_json():
            who, at = conflict.theirs.answer.author, local_time(conflict.theirs.changed_at)
            return jsonify(
                conflict=f"{who} saved this draft ({at.striptags()}) while you wrote."
            ), 409
        return self._page(opened, typed, conflict=conflict), 409

    def _page(
        self,
        opened: Opened,
        typed: Typed,
        problem: Problem | None = None,
        conflict: Conflict | None = None,
        *,
        ask_looked: bool = False,
    ) -> str:
        page = Page(
            opened=opened, typed=typed, remarks=(*_as_remarks(typed), *self._look(typed)),
            problem=problem, conflict=conflict, ask_looked=ask_looked,
        )  # fmt: skip
        return editor_view.render(page, self._clock())


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


def _field(name: str) -> str:
    return "sources" if name.startswith("source-") else name


def _unreadable(typed: Typed) -> Problem:
    lines = tuple((one.field, str(one)) for one in typed.faults)
    return Problem(title="Not everything can be read", lines=lines)


def _anchor(one: Remark) -> str:
    if one.field == "sources":
        return "source-0-title"
    return one.field if one.field not in ("keyword", "language", "group") else ""
