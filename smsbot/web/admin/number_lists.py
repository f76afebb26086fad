"""Lists of numbers: upload, what is wrong by row and cell, mend it in place, then take it."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.upload import COLUMNS, OPTIONAL
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.errors import ContentFault
from smsbot.services import number_lists
from smsbot.services.number_lists import Looked, Wanted
from smsbot.services.tag_people import tag_list
from smsbot.web.admin import asked
from smsbot.web.system import Clock, the_system

KINDS = {
    Kind.AUDIENCE: "People to narrow an audience to",
    Kind.CONSENTS: "Consents with their evidence",
    Kind.OPT_OUTS: "Opt-outs",
}
STATES = {"checked": "Waits for you", "taken": "Taken", "dropped": "Dropped"}
MOST_BYTES = 2_000_000
"""In the browser. Checking takes about a second for 5,000 rows; larger files go by command."""
MOST_LINES = 20_000
"""A file of short lines has many of them; nobody waits longer than for this many."""
MOST_MENDED = 50
"""Bad rows with their cells on one page."""
_FORM_BESIDES = 65_536
_LARGEST = 2**63 - 1


class NumberLists:
    """The pages of lists."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is done with them."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.before_app_request(_let_files_in)
        one = "/lists/<int:upload_id>"
        for rule, name, view, method in (
            ("/lists", "number_lists", self._lists, "GET"),
            ("/lists", "check_list", self._check, "POST"),
            (one, "number_list", self._list, "GET"),
            (f"{one}/mend", "mend_list", self._mend, "POST"),
            (f"{one}/take", "take_list", self._take, "POST"),
            (f"{one}/drop", "drop_list", self._drop, "POST"),
            (f"{one}/bad-rows.csv", "bad_rows", self._bad_rows, "POST"),
            (f"{one}/tag", "tag_list", self._tag, "POST"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])

    def _lists(self) -> str:
        return self._start({})

    def _start(self, errors: dict[str, str], **typed: str) -> str:
        return render_template(
            "admin/number_lists.html",
            errors=errors,
            typed=typed,
            kinds={kind.value: name for kind, name in KINDS.items()},
            kind=typed.get("kind") or request.args.get("kind", ""),
            columns=[(KINDS[kind], COLUMNS[kind], OPTIONAL[kind]) for kind in Kind],
            lists=number_lists.newest(the_system().store),
            states=STATES,
            most_mb=MOST_BYTES // 1_000_000,
        )

    def _check(self) -> ResponseReturnValue:
        file, kind = request.files.get("file"), request.form.get("kind", "")
        typed = {"kind": kind, "name": asked.typed("name", 80), "evidence": asked.typed("evidence")}
        if kind not in set(Kind):
            return self._start({"kind": "Choose what the list is for."}, **typed), 422
        if file is None or not file.filename:
            return self._start({"file": "Choose a file."}, **typed), 422
        data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            what = f"More than {MOST_BYTES // 1_000_000} MB: use `smsbot consent import`."
            return self._start({"file": what}, **typed), 422
        if max(data.count(b"\n"), data.count(b"\r")) > MOST_LINES:
            what = f"More than {MOST_LINES:,} rows: use `smsbot consent import`."
            return self._start({"file": what}, **typed), 422
        wanted = Wanted(
            kind=Kind(kind),
            name=typed["name"] or file.filename[-80:],
            data=data,
            evidence=typed["evidence"],
        )
        try:
            found = number_lists.look(the_system().store, wanted, self._by())
        except ContentFault as fault:
            field = "evidence" if "evidence" in str(fault) else "file"
            return self._start({field: str(fault)}, **typed), 422
        return redirect(url_for("admin.number_list", upload_id=found), code=303)

    def _list(self, upload_id: int) -> str:
        return self._page(_got(upload_id))

    def _page(self, found: Looked) -> str:
        shown = found.bad[:MOST_MENDED]
        kind = found.upload.kind
        return render_template(
            "admin/number_list.html",
            found=found,
            one=found.upload,
            kinds=KINDS,
            states=STATES,
            shown=[(row, {fault.column: fault.what for fault in row.faults}) for row in shown],
            columns=(*COLUMNS[kind], *OPTIONAL[kind]),
            now=self._clock(),
        )

    def _mend(self, upload_id: int) -> ResponseReturnValue:
        cells = {}
        for name, value in request.form.items():
            row, _, column = name.partition(":")
            if column and row.isascii() and row.isdecimal():
                cells[int(row[:10]), column] = value[:1_000]
        before = len(_got(upload_id).bad)
        try:
            found = number_lists.mend(the_system().store, upload_id, cells, self._by())
        except ContentFault as fault:
            flash(str(fault), "bad")
        else:
            mended = before - len(found.bad)
            left = len(found.bad)
            flash(
                f"{mended} mended, {left} left to mend." if left else "All rows are right now.",
                "warn" if left else "good",
            )
        return redirect(url_for("admin.number_list", upload_id=upload_id), code=303)

    def _take(self, upload_id: int) -> ResponseReturnValue:
        try:
            done = number_lists.take(the_system().store, upload_id, self._by())
        except ContentFault as fault:
            flash(str(fault), "bad")
        else:
            flash(f"{done.rows_taken:,} rows are taken.", "good")
        return redirect(url_for("admin.number_list", upload_id=upload_id), code=303)

    def _drop(self, upload_id: int) -> ResponseReturnValue:
        try:
            number_lists.drop(the_system().store, upload_id, self._by())
        except ContentFault as fault:
            flash(str(fault), "bad")
        else:
            flash("The list is dropped; nothing was done with it.")
        return redirect(url_for("admin.number_lists"), code=303)

    def _tag(self, upload_id: int) -> ResponseReturnValue:
        tag, away = asked.typed("tag", 60), request.form.get("away") == "1"
        try:
            number = tag_list(the_system().store, upload_id, tag, self._by(), away=away)
        except ContentFault as fault:
            flash(str(fault), "bad")
        else:
            flash(f"{number} {'have it no more' if away else 'have it now who had not'}.", "good")
        return redirect(url_for("admin.number_list", upload_id=upload_id), code=303)

    def _bad_rows(self, upload_id: int) -> ResponseReturnValue:
        found = _got(upload_id)
        headers = {"Content-Disposition": f'attachment; filename="rows-to-mend-{upload_id}.csv"'}
        data = number_lists.bad_rows_csv(found)
        return Response(data, content_type="text/csv; charset=utf-8", headers=headers)

    def _by(self) -> By:
        return asked.by(self._clock)


def _got(upload_id: int) -> Looked:
    if upload_id > _LARGEST:
        abort(404)
    try:
        return number_lists.get(the_system().store, upload_id)
    except ContentFault:
        abort(404)


def _let_files_in() -> None:
    """A file may be larger than anything else that is sent here."""
    if request.endpoint in {"admin.check_list", "admin.mend_list"}:
        request.max_content_length = MOST_BYTES + _FORM_BESIDES
        # Each bad row has a few fields.
        request.max_form_parts = 20 * MOST_MENDED
