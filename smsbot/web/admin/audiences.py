"""Audiences: a form that counts while it is filled in, kept under a name."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.audience import Audience, FieldFault, from_form, to_form
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.errors import ContentFault
from smsbot.services import audiences, consent, number_lists
from smsbot.services.audiences import Counted, LeftOut, Saved
from smsbot.web.admin import asked
from smsbot.web.system import Clock, the_system

LEFT_OUT = {
    LeftOut.STOPPED: "They said STOP",
    LeftOut.LEFT: "They left the topic",
    LeftOut.UNCONFIRMED: "They never confirmed with JOIN",
    LeftOut.IN_CARE: "They wrote in a crisis within 30 days",
    LeftOut.LANGUAGE: "Another language",
    LeftOut.PLACE: "Another state, or none known",
    LeftOut.SEEN: "Last seen at another time",
    LeftOut.SOURCE: "Came another way",
    LeftOut.FIRST: "Their first text was none of those keywords",
    LeftOut.KEYWORD: "Never texted one of the keywords",
    LeftOut.TAG: "Without one of the tags",
    LeftOut.LIST: "Not on the uploaded list",
    LeftOut.EXCLUDED: "Excluded by you",
}
_LANGS = {"": "Both", "en": "English", "es": "Spanish"}
_LARGEST = 2**63 - 1


class Audiences:
    """The pages of audiences."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says who is in care now, and dates what is saved."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/audiences/<int:audience_id>"
        for rule, name, view, method in (
            ("/audiences", "audiences", self._list, "GET"),
            ("/audiences/new", "new_audience", self._new, "GET"),
            ("/audiences/count", "count_audience", self._count, "POST"),
            ("/audiences", "save_audience", self._save, "POST"),
            (one, "audience", self._one, "GET"),
            (one, "change_audience", self._change, "POST"),
            (f"{one}/retire", "retire_audience", self._retire, "POST"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])

    def _list(self) -> str:
        store = the_system().store
        return render_template(
            "admin/audiences.html", saved=audiences.every(store), told=_told, langs=_LANGS
        )

    def _new(self) -> str:
        return self._form({}, None)

    def _count(self) -> ResponseReturnValue:
        """The count alone for htmx; without JavaScript the whole form with it."""
        typed = _typed()
        if request.headers.get("HX-Request") == "true":
            one, faults = from_form(typed)
            counted, why = self._counted(one, faults)
            return render_template(
                "admin/audience_count.html", counted=counted, why=why, left_out=LEFT_OUT
            )
        return self._form(typed, self._opened())

    def _save(self) -> ResponseReturnValue:
        typed = _typed()
        one, faults = from_form(typed)
        if faults:
            return self._form(typed, None), 422
        try:
            found = audiences.save(the_system().store, typed["name"], one, asked.by(self._clock))
        except ContentFault as fault:
            return self._form(typed, None, {"name": str(fault)}), 422
        flash("The audience is saved.", "good")
        return redirect(url_for("admin.audience", audience_id=found), code=303)

    def _one(self, audience_id: int) -> str:
        saved = _got(audience_id)
        return self._form({**to_form(saved.audience), "name": saved.name}, saved)

    def _change(self, audience_id: int) -> ResponseReturnValue:
        saved, typed = _got(audience_id), _typed()
        one, faults = from_form(typed)
        if faults:
            return self._form(typed, saved), 422
        given = request.form.get("version", "")
        version = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else -1
        changed = replace(saved, name=typed["name"], audience=one, version=version)
        try:
            audiences.change(the_system().store, changed, asked.by(self._clock))
        except ContentFault as fault:
            return self._form(typed, saved, {"name": str(fault)}), 422
        flash("The audience is saved.", "good")
        return redirect(url_for("admin.audience", audience_id=audience_id), code=303)

    def _retire(self, audience_id: int) -> ResponseReturnValue:
        if not audiences.retire(the_system().store, audience_id, asked.by(self._clock)):
            abort(404)
        flash("The audience is off the list. Campaigns made from it keep it.")
        return redirect(url_for("admin.audiences"), code=303)

    def _form(
        self, typed: dict[str, str], saved: Saved | None, more: dict[str, str] | None = None
    ) -> str:
        store = the_system().store
        topics = {one.keyword: f"{one.keyword}: {one.name_en}" for one, _ in consent.joined(store)}
        one, faults = from_form(typed)
        if not one.topic and topics:
            one = replace(one, topic=next(iter(topics)))
        counted, why = self._counted(one, faults)
        lists = number_lists.newest(store, 100, Kind.AUDIENCE)
        errors = {fault.field: fault.what for fault in faults} | (more or {})
        return render_template(
            "admin/audience.html",
            saved=saved,
            typed={**to_form(one), **typed},
            errors=errors,
            topics=topics,
            langs=_LANGS,
            lists={"": "No list"}
            | {str(one.id): f"{one.name} ({one.rows_taken:,})" for one in lists if one.rows_taken},
            counted=counted,
            why=why,
            left_out=LEFT_OUT,
        )

    def _counted(
        self, one: Audience, faults: tuple[FieldFault, ...]
    ) -> tuple[Counted | None, str | None]:
        if faults:
            return None, faults[0].what
        try:
            return audiences.count(the_system().store, one, asked.by(self._clock)), None
        except ContentFault as fault:
            return None, str(fault)

    def _opened(self) -> Saved | None:
        given = request.form.get("audience_id", "")
        return _got(int(given)) if given.isascii() and given.isdecimal() else None


def _typed() -> dict[str, str]:
    names = (*to_form(Audience()), "name")
    return {name: asked.typed(name, 1_000) for name in names}


def _got(audience_id: int) -> Saved:
    found = audiences.get(the_system().store, min(audience_id, _LARGEST))
    return found or abort(404)


def _told(one: Audience) -> list[tuple[str, str]]:
    """What an audience asks for, as pairs of words for a list."""
    names = {
        "langs": "language", "keywords": "texted", "first_keywords": "first texted",
        "sources": "came by", "states": "state",
        "tags": "tag", "seen_within": "seen within days", "seen_before": "not seen for days",
        "upload": "on list", "without_topics": "not joined", "without_tags": "without tag",
        "without_upload": "not on list",
    }  # fmt: skip
    shown = to_form(one)
    return [(name, shown[field]) for field, name in names.items() if shown[field]]
