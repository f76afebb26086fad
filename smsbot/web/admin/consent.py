"""Consent: the ledger, one person's part of it, what staff may record, and exports."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.consent import Refused, in_words, undoable
from smsbot.core.editorial.deeds import By
from smsbot.core.errors import ContentFault, StoreConflict
from smsbot.services import consent
from smsbot.web.admin import asked
from smsbot.web.admin.audiences import Audiences
from smsbot.web.admin.number_lists import NumberLists
from smsbot.web.admin.topics import TopicPages
from smsbot.web.system import Clock, the_system

PER_PAGE = 30
_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


class ConsentPages:
    """The pages about consent."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is recorded."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/consent/people/<int:contact_id>"
        for rule, name, view, method in (
            ("/consent", "consent", self._consent, "GET"),
            ("/consent/find", "find_consent", self._find, "POST"),
            ("/consent/opt-out", "record_opt_out", self._opt_out, "POST"),
            ("/consent/opt-outs.csv", "export_opt_outs", self._opt_outs, "POST"),
            (one, "consent_person", self._person, "GET"),
            (f"{one}/undo", "undo_opt_out", self._undo, "POST"),
            (f"{one}/leave", "leave_topic", self._leave, "POST"),
            (f"{one}/export", "export_consent", self._export, "POST"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])
        pages.app_template_filter("consent_in_words")(in_words)

    def _consent(self) -> str:
        return self._start({})

    def _start(self, errors: dict[str, str], **typed: str) -> str:
        store, before = the_system().store, asked.number("before")
        lines, more = consent.newest(store, PER_PAGE, before)
        return render_template(
            "admin/consent.html",
            errors=errors,
            typed=typed,
            topics=consent.joined(store),
            lines=lines,
            older=url_for("admin.consent", before=more) if more else None,
            newest=url_for("admin.consent") if before is not None else None,
        )

    def _find(self) -> ResponseReturnValue:
        """By number: in a form and not in the address, which browsers and proxies keep."""
        try:
            found = consent.find(the_system().store, asked.typed("number", 40), self._by())
        except ContentFault as fault:
            return self._start({"number": str(fault)}), 422
        return redirect(url_for("admin.consent_person", contact_id=found), code=303)

    def _opt_out(self) -> ResponseReturnValue:
        number, reason = asked.typed("out_number", 40), asked.typed("out_reason")
        try:
            found = consent.opt_out(the_system().store, number, reason, self._by())
        except ContentFault as fault:
            name = "out_reason" if "Say why" in str(fault) else "out_number"
            return self._start({name: str(fault)}, out_number=number, out_reason=reason), 422
        flash("Recorded. Nothing is sent to this person any more but the answer to a crisis.")
        return redirect(url_for("admin.consent_person", contact_id=found), code=303)

    def _opt_outs(self) -> ResponseReturnValue:
        by, store = self._by(), the_system().store
        name = f"opt-outs-{by.at:%Y-%m-%d}.csv"
        return _file("".join(consent.opt_outs(store, by)), "csv", name)

    def _person(self, contact_id: int) -> str:
        return self._person_page(contact_id, {})

    def _person_page(self, contact_id: int, errors: dict[str, str], **typed: str) -> str:
        try:
            found = consent.person(the_system().store, contact_id)
        except ContentFault:
            abort(404)
        may_undo = undoable(found.lines)
        return render_template(
            "admin/consent_person.html",
            person=found,
            now=self._clock(),
            refusal=may_undo.why if isinstance(may_undo, Refused) else None,
            errors=errors,
            typed=typed,
        )

    def _undo(self, contact_id: int) -> ResponseReturnValue:
        return self._record(contact_id, "undo_reason", "The opt-out is undone.", self._do_undo)

    def _do_undo(self, contact_id: int, reason: str) -> None:
        consent.undo_opt_out(the_system().store, contact_id, reason, self._by())

    def _leave(self, contact_id: int) -> ResponseReturnValue:
        return self._record(contact_id, "leave_reason", "They are off that list.", self._do_leave)

    def _do_leave(self, contact_id: int, reason: str) -> None:
        topic = asked.typed("topic", 20)
        consent.leave(the_system().store, contact_id, topic, reason, self._by())

    def _record(
        self, contact_id: int, field: str, done: str, do: Callable[[int, str], None]
    ) -> ResponseReturnValue:
        reason = asked.typed(field)
        try:
            do(contact_id, reason)
        except (ContentFault, StoreConflict) as fault:
            return self._person_page(contact_id, {field: str(fault)}, **{field: reason}), 422
        flash(done, "good")
        return redirect(url_for("admin.consent_person", contact_id=contact_id), code=303)

    def _export(self, contact_id: int) -> ResponseReturnValue:
        kind = request.form.get("kind", "json")
        write = {"json": consent.as_json, "csv": consent.as_csv}.get(kind)
        if write is None:
            abort(404)
        try:
            data = write(the_system().store, contact_id, self._by())
        except ContentFault:
            abort(404)
        return _file(data, kind, f"consent-of-contact-{contact_id}.{kind}")

    def _by(self) -> By:
        return asked.by(self._clock)


def add_to(pages: Blueprint, clock: Clock) -> None:
    """Add the routes of consent, topics, lists and audiences."""
    ConsentPages(clock).add_to(pages)
    NumberLists(clock).add_to(pages)
    Audiences(clock).add_to(pages)
    TopicPages(clock).add_to(pages)


def _file(data: str, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=_TYPES[kind], headers=headers)
