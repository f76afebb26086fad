"""Answers from files and to files: upload, look at what would change, take it; download."""

import io
import tempfile
import zipfile
from pathlib import Path

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.typed import LABELS
from smsbot.core.errors import ContentFault
from smsbot.services.content_files import export
from smsbot.services.import_answers import import_answers, plan, write_bad_rows
from smsbot.services.sheets import MOST_BYTES, MOST_ROWS
from smsbot.services.uploads import Uploads
from smsbot.web.admin.editor import the_author
from smsbot.web.system import Clock, the_system

MOST_SHOWN = 50
"""Changed answers on one page of a dry run, and bad rows."""
_FORM_BESIDES = 65_536
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


class Imports:
    """The pages about files."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates the drafts that are made."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.before_app_request(_let_files_in)
        pages.add_url_rule("/imports", "imports", self._start, methods=["GET"])
        pages.add_url_rule("/imports", "import_look", self._upload, methods=["POST"])
        one = "/imports/<token>"
        pages.add_url_rule(one, "import_plan", self._plan, methods=["GET"])
        pages.add_url_rule(f"{one}/take", "import_take", self._take, methods=["POST"])
        pages.add_url_rule(f"{one}/forget", "import_forget", self._forget, methods=["POST"])
        pages.add_url_rule(f"{one}/bad<kind>", "import_bad", self._bad, methods=["GET"])
        pages.add_url_rule("/exports", "exports", self._exports, methods=["GET"])
        pages.add_url_rule("/exports/answers<kind>", "export_file", self._export, methods=["GET"])

    def _start(self) -> str:
        return _start_page({})

    def _upload(self) -> ResponseReturnValue:
        file = request.files.get("file")
        if file is None or not file.filename:
            return _start_page({"file": "Choose a file."}), 422
        uploads, by = _uploads(), the_author()
        try:
            token = uploads.keep(by, file.filename, file.read(MOST_BYTES + 1), self._clock())
            uploads.read(by, token)
        except ContentFault as fault:
            return _start_page({"file": str(fault)}), 422
        return redirect(url_for("admin.import_plan", token=token), code=303)

    def _plan(self, token: str) -> ResponseReturnValue:
        try:
            name, incoming = _uploads().read(the_author(), token)
        except ContentFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.imports"), code=303)
        planned = plan(the_system().store, incoming)
        start = request.args.get("from", "0")
        first = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 0
        return render_template(
            "admin/import_plan.html", name=name, token=token, planned=planned, first=first,
            most=MOST_SHOWN, labels=LABELS,
        )  # fmt: skip

    def _take(self, token: str) -> ResponseReturnValue:
        uploads, by = _uploads(), the_author()
        try:
            _, incoming = uploads.read(by, token)
        except ContentFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.imports"), code=303)
        partial = request.form.get("partial") == "1"
        store = the_system().store
        planned = import_answers(store, by, incoming, self._clock(), partial=partial)
        if planned.bad and not partial:
            flash("Some rows are bad. Tick that the good ones are to be taken alone.", "bad")
            return redirect(url_for("admin.import_plan", token=token), code=303)
        number = len(planned.proposals)
        flash(f"{number} {'draft is' if number == 1 else 'drafts are'} made.", "good")
        if not planned.bad:
            uploads.forget(by, token)
            return redirect(url_for("admin.answers", only="draft"), code=303)
        return redirect(url_for("admin.import_plan", token=token), code=303)

    def _forget(self, token: str) -> ResponseReturnValue:
        _uploads().forget(the_author(), token)
        flash("The upload is forgotten; nothing was changed.")
        return redirect(url_for("admin.imports"), code=303)

    def _bad(self, token: str, kind: str) -> ResponseReturnValue:
        if kind not in (".csv", ".xlsx"):
            abort(404)
        try:
            _, incoming = _uploads().read(the_author(), token)
        except ContentFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.imports"), code=303)
        planned = plan(the_system().store, incoming)
        with tempfile.TemporaryDirectory(prefix="smsbot-export-") as place:
            path = Path(place) / f"rows-to-mend{kind}"
            write_bad_rows(path, planned.bad)
            return _download(path.name, path.read_bytes())

    def _exports(self) -> str:
        return render_template("admin/exports.html")

    def _export(self, kind: str) -> ResponseReturnValue:
        if kind not in _TYPES:
            abort(404)
        with tempfile.TemporaryDirectory(prefix="smsbot-export-") as place:
            path = Path(place) / ("content" if kind == ".zip" else f"answers{kind}")
            export(the_system().store, path)
            data = _packed(path) if kind == ".zip" else path.read_bytes()
        return _download(f"answers-{self._clock():%Y-%m-%d}{kind}", data)


def _let_files_in() -> None:
    """A file may be larger than anything else that is sent here."""
    if request.endpoint == "admin.import_look":
        request.max_content_length = MOST_BYTES + _FORM_BESIDES


def _uploads() -> Uploads:
    system = the_system()
    return Uploads(store=system.store, folder=system.settings.var / "imports")


def _start_page(errors: dict[str, str]) -> str:
    return render_template(
        "admin/imports.html", errors=errors, most_mb=MOST_BYTES // 1_000_000, most_rows=MOST_ROWS
    )


def _packed(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*.toml")):
            archive.write(path, f"content/{path.relative_to(folder).as_posix()}")
    return packed.getvalue()


def _download(name: str, data: bytes) -> Response:
    kind = Path(name).suffix
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=_TYPES[kind], headers=headers)
