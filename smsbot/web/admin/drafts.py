"""Beginning a draft and giving it up; and the author's own number, for trying drafts out."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from smsbot.core.answers import Group
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze
from smsbot.services import answer_list, editing, editorial, text_to_me
from smsbot.services.editing import EditorialFault
from smsbot.web.admin.answers import as_lang
from smsbot.web.admin.editor import the_author
from smsbot.web.admin.labels import GROUPS, LANGUAGES
from smsbot.web.system import Clock, the_system

REVIEW_AFTER = timedelta(days=90)
"""When a new answer is to be read again, if its author says nothing else."""
KINDS = {group: GROUPS[group] for group in (Group.CONTENT, Group.SYSTEM)}
"""What staff may begin: helplines and STOP, START, HELP come with the program."""
_LONGEST_KEYWORD = 20
_FIELDS = ("keyword", "language", "group")


class Drafts:
    """Where drafts begin and end."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is begun."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/answers/new", "new_answer", self._new, methods=["GET", "POST"])
        for endpoint, rule, view in (
            ("begin_draft", "/answers/<keyword>/<lang>/draft", self._begin),
            ("discard_draft", "/drafts/<int:revision_id>/discard", self._discard),
        ):
            pages.add_url_rule(rule, endpoint, view, methods=["POST"])

    def _new(self) -> ResponseReturnValue:
        if request.method == "GET":
            return _new_page({}, {})
        form = {
            name: request.form.get(name, "").strip() for name in ("keyword", "language", "group")
        }
        keyword = squeeze(form["keyword"])
        errors = {}
        if not 0 < len(keyword) <= _LONGEST_KEYWORD:
            errors["keyword"] = "Write a keyword of 1 to 20 letters and digits."
        if form["language"] not in set(Lang):
            errors["language"] = "Choose a language."
        if form["group"] not in set(KINDS):
            errors["group"] = "Choose a kind."
        if errors:
            return _new_page(form, errors), 422
        now = self._clock()
        review_by = now.date() + REVIEW_AFTER
        blank = editing.blank(keyword, Lang(form["language"]), Group(form["group"]), review_by)
        try:
            one = editing.create(the_system().store, the_author(), blank, now)
        except EditorialFault as fault:
            return _new_page(form, {"keyword": str(fault)}), 422
        return redirect(url_for("admin.editor", revision_id=one.id), code=303)

    def _begin(self, keyword: str, lang: str) -> ResponseReturnValue:
        store, name, by = the_system().store, (keyword, as_lang(lang)), the_author()
        n = request.form.get("n", "")
        try:
            if n.isascii() and n.isdecimal():
                one, is_new = editorial.begin(store, by, name, self._clock(), n=int(n[:9])), True
            else:
                one, is_new = editing.begin_or_join(store, by, name, self._clock())
        except EditorialFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.answer", keyword=keyword), code=303)
        if not is_new:
            flash(f"{one.answer.author} began this draft: you write in the same one.", "warn")
        return redirect(url_for("admin.editor", revision_id=one.id), code=303)

    def _discard(self, revision_id: int) -> ResponseReturnValue:
        store, by = the_system().store, the_author()
        try:
            one = editorial.revision(store, revision_id)
        except EditorialFault:
            abort(404)
        try:
            editorial.discard(store, by, revision_id, self._clock())
        except EditorialFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.editor", revision_id=revision_id), code=303)
        keyword, gone = one.answer.keyword, f"{one.name}.{one.n}"
        if answer_list.one_keyword(store, keyword)[0] is None:
            return redirect(url_for("admin.answers", gone=gone), code=303)
        return redirect(url_for("admin.answer", keyword=keyword, gone=gone), code=303)


class OwnNumber:
    """The page of a member of staff's own number."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says whether a code is still good."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/my-number", "own_number", self._show, methods=["GET"])
        for endpoint, path, view in (
            ("enter_own_number", "enter", self._enter),
            ("confirm_own_number", "confirm", self._confirm),
            ("forget_own_number", "forget", self._forget),
        ):
            pages.add_url_rule(f"/my-number/{path}", endpoint, view, methods=["POST"])

    def _show(self) -> str:
        return self._page({})

    def _enter(self) -> ResponseReturnValue:
        system = the_system()
        try:
            text_to_me.enter_number(
                system.store, the_author(), request.form.get("phone", ""), self._clock(),
                sender=system.settings.sender,
            )  # fmt: skip
        except EditorialFault as fault:
            return self._page({"phone": str(fault)}), 422
        flash("A code is on its way to that number.")
        return _back("admin.own_number")

    def _confirm(self) -> ResponseReturnValue:
        code = request.form.get("code", "")[:20]
        try:
            text_to_me.confirm_number(the_system().store, the_author(), code, self._clock())
        except EditorialFault as fault:
            return self._page({"code": str(fault)}), 422
        flash("Your number is confirmed: drafts can be texted to you.", "good")
        return _back("admin.editor" if _draft() else "admin.own_number")

    def _forget(self) -> ResponseReturnValue:
        text_to_me.forget_number(the_system().store, the_author(), self._clock())
        flash("Your number is forgotten.")
        return _back("admin.own_number")

    def _page(self, errors: dict[str, str]) -> str:
        number = text_to_me.own_number(the_system().store, the_author(), self._clock())
        return render_template(
            "admin/own_number.html", number=number, errors=errors, draft=_draft(),
            typed=request.form.get("phone", "") if "phone" in errors else "",
            most=text_to_me.MOST_AN_HOUR,
        )  # fmt: skip


def _new_page(form: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "admin/new_answer.html", form=form, errors=errors, languages=LANGUAGES, kinds=KINDS
    )


def _draft() -> int | None:
    """The draft from which one came here."""
    given = request.values.get("draft", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None


def _back(endpoint: str) -> Response:
    draft = _draft()
    if endpoint == "admin.editor":
        return redirect(url_for(endpoint, revision_id=draft), code=303)
    return redirect(url_for(endpoint, draft=draft), code=303)
