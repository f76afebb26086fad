"""The outreach kit: make an entry code, see and print what carries it, and what came of it."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.kit import Format, Kind
from smsbot.core.campaigns.small_cells import LEAST
from smsbot.core.messages import Lang
from smsbot.core.reports import charts
from smsbot.core.reports.report import Series
from smsbot.services import kit, kit_outcome
from smsbot.services.kit import KitFault, Wanted
from smsbot.services.kit_outcome import Day, Outcome
from smsbot.web.admin import asked
from smsbot.web.system import Clock, the_system
from smsbot.wiring_kit import printer

KINDS = {
    Kind.POSTER: ("Poster", "One on a sheet of letter paper"),
    Kind.QUARTER: ("Handbills", "Four on a sheet"),
    Kind.CARDS: ("Cards", "Ten business cards on a sheet"),
}
MEDIA = {Format.PDF: "application/pdf", Format.SVG: "image/svg+xml", Format.PNG: "image/png"}
_ONE = "/kit/<code>"
_FILE = f"{_ONE}/<any(poster, quarter, cards):sheet>.<any(pdf, svg, png):form>"


class KitPages:
    """The list, one code, its files, and the form for a new one."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is made."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        for address, endpoint, view, method in (
            ("/kit", "kit", self._list, "GET"),
            ("/kit/new", "new_entry_code", self._new, "GET"),
            ("/kit/new", "make_entry_code", self._make, "POST"),
            (_ONE, "entry_code", self._show, "GET"),
            (_FILE, "kit_file", self._file, "GET"),
            (f"{_ONE}/retire", "retire_entry_code", self._retire, "POST"),
            (f"{_ONE}/bring-back", "bring_back_entry_code", self._bring_back, "POST"),
        ):
            pages.add_url_rule(address, endpoint, view, methods=[method])

    def _list(self) -> ResponseReturnValue:
        found = kit_outcome.everything(the_system().store, self._clock().date())
        return render_template("admin/kit.html", codes=found)

    def _new(self) -> ResponseReturnValue:
        return _form({}, word="", label="", campaign="")

    def _make(self) -> ResponseReturnValue:
        chosen = asked.typed("word", 44)
        lang, _, word = chosen.partition(":")
        label, campaign = asked.typed("label", 200), asked.typed("campaign", 12)
        store = the_system().store
        wanted = Wanted(
            word=word,
            lang=Lang.ES if lang == Lang.ES.value else Lang.EN,
            label=label,
            campaign_id=int(campaign) if campaign.isascii() and campaign.isdecimal() else None,
        )
        errors = kit.faults(kit.printable(store), wanted)
        if not errors:
            try:
                made = kit.make(store, asked.by(self._clock), wanted)
            except KitFault as fault:
                errors = {"": str(fault)}
            else:
                flash(f"The code is {made.code}. Print it below.", "good")
                return redirect(url_for("admin.entry_code", code=made.code), code=303)
        page = _form(errors, word=chosen, label=label, campaign=campaign)
        return page, 422

    def _show(self, code: str) -> ResponseReturnValue:
        found = _outcome(code, self._clock)
        return render_template(
            "admin/entry_code.html", found=found, chart=_chart(found.days), kinds=KINDS
        )

    def _file(self, code: str, sheet: str, form: str) -> ResponseReturnValue:
        store, system = the_system().store, the_system()
        kept = kit.find(store, code)
        if kept is None or kept.code != code:
            abort(404)
        made = Format(form)
        try:
            drawn = kit.draw(store, kept, Kind(sheet), made, printer(system.settings))
        except KitFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.entry_code", code=code), code=303)
        name = f"{kept.keyword}-{kept.code}-{sheet}.{form}".lower()
        return Response(
            drawn,
            content_type=MEDIA[made],
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )

    def _retire(self, code: str) -> ResponseReturnValue:
        try:
            kit.retire(the_system().store, asked.by(self._clock), code)
        except KitFault as fault:
            flash(str(fault), "bad")
        else:
            flash(f"{code} is retired: it is no longer printed, and still answered.", "good")
        return redirect(url_for("admin.entry_code", code=code), code=303)

    def _bring_back(self, code: str) -> ResponseReturnValue:
        try:
            kit.bring_back(the_system().store, asked.by(self._clock), code)
        except KitFault as fault:
            flash(str(fault), "bad")
        else:
            flash(f"{code} is in use again.", "good")
        return redirect(url_for("admin.entry_code", code=code), code=303)


def _outcome(code: str, clock: Clock) -> Outcome:
    found = kit_outcome.outcome(the_system().store, code, clock().date())
    if found is None:
        abort(404)
    return found


def _chart(days: Sequence[Day]) -> charts.Chart:
    """A bar a day, and a mark where the number may not be shown."""
    texts = Series(name="texts", values=tuple(day.texts for day in days))
    hidden = f"fewer than {LEAST} texts"
    return charts.stacked([day.day for day in days], (texts,), ("texts",), hidden)


def _form(errors: dict[str, str], **typed: str) -> str:
    store = the_system().store
    return render_template(
        "admin/new_entry_code.html",
        errors=errors,
        words=kit.printable(store),
        campaigns=kit.campaign_names(store),
        **typed,
    )
