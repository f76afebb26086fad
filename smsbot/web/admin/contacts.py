"""The people who texted: the list, one of them, a number in full for a reason, and forgetting."""

from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from smsbot.core.messages import Lang
from smsbot.core.people import People
from smsbot.core.text.phone import read_number
from smsbot.services import contacts, forget
from smsbot.services.contacts import ContactFault
from smsbot.services.forget import ForgetFault
from smsbot.web.admin import asked
from smsbot.web.system import Clock, the_system

PER_PAGE = 50
SHOWN_SECONDS = 60
"""So long a number in full stays on the screen; then the page goes back to the masked one."""

_LANGS = {"": "Any", Lang.EN.value: "English", Lang.ES.value: "Spanish"}
_SHOW = {"": "Everybody", "out": "Opted out", "care": "In care"}
_CONFIRM = "FORGET"


class ContactPages:
    """The pages of contacts."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what staff do, and says who is in care."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/contacts/<int:contact_id>"
        for rule, name, view, method in (
            ("/contacts", "contacts", self._contacts, "GET"),
            ("/contacts/find", "find_contact", self._find, "POST"),
            (one, "contact", self._contact, "GET"),
            (f"{one}/number", "reveal_number", self._reveal, "POST"),
            (f"{one}/forget", "ask_forget", self._ask_forget, "GET"),
            (f"{one}/forget", "forget_contact", self._forget, "POST"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])

    def _contacts(self) -> str:
        show, before = request.args.get("show", ""), asked.number("before")
        wanted = People(
            lang=asked.one_of("lang", {"en", "es"}),
            opted_out=show == "out",
            in_care=show == "care",
        )
        now = self._clock()
        found, more = contacts.page(the_system().store, wanted, now, PER_PAGE, before)
        chosen: dict[str, Any] = {
            name: request.args[name] for name in ("lang", "show") if request.args.get(name)
        }
        return render_template(
            "admin/contacts.html",
            people=found,
            now=now,
            chosen=chosen,
            langs=_LANGS,
            show=_SHOW,
            older=url_for("admin.contacts", **chosen, before=more) if more else None,
            newest=url_for("admin.contacts", **chosen) if before is not None else None,
        )

    def _find(self) -> ResponseReturnValue:
        """By number: in a form and not in the address, which browsers and proxies keep."""
        number = read_number(asked.typed("number", 40))
        if number is None:
            flash("A number is written like +1 202 555 0101.", "bad")
            return redirect(url_for("admin.contacts"), code=303)
        found = contacts.find(the_system().store, number)
        if found is None:
            flash("Nobody with this number has texted us, or they have been forgotten.", "warn")
            return redirect(url_for("admin.contacts"), code=303)
        return redirect(url_for("admin.contact", contact_id=found), code=303)

    def _contact(self, contact_id: int) -> str:
        return self._page(contact_id)

    def _reveal(self, contact_id: int) -> ResponseReturnValue:
        reason = asked.typed("reason")
        try:
            number = contacts.reveal(the_system().store, contact_id, reason, asked.by(self._clock))
        except ContactFault as fault:
            return self._page(contact_id, errors={"reason": str(fault)}, reason=reason), 422
        response = make_response(self._page(contact_id, number=number))
        # Works without JavaScript: the browser itself leaves the page that shows the number.
        address = url_for("admin.contact", contact_id=contact_id)
        response.headers["Refresh"] = f"{SHOWN_SECONDS}; url={address}"
        return response

    def _ask_forget(self, contact_id: int) -> str:
        return self._forget_page(contact_id)

    def _forget(self, contact_id: int) -> ResponseReturnValue:
        reason, confirm = asked.typed("reason"), asked.typed("confirm").upper()
        errors = {}
        if len(reason) < contacts.FEWEST_LETTERS:
            errors["reason"] = "Say who asked for it and how, in a few words."
        if confirm != _CONFIRM:
            errors["confirm"] = f"Type {_CONFIRM} to confirm. It can't be undone."
        if not errors:
            try:
                done = forget.forget(the_system().store, contact_id, reason, asked.by(self._clock))
            except ForgetFault as fault:
                errors[""] = str(fault)
        if errors:
            return self._forget_page(contact_id, errors=errors, reason=reason), 422
        stays = " Their opt-out stays, without a number." if done.kept_opt_out else ""
        flash(
            f"Forgotten: {done.texts} texts from and {done.sent} to this person are deleted."
            f"{stays} {forget.ELSEWHERE}",
            "good",
        )
        return redirect(url_for("admin.contacts"), code=303)

    def _page(self, contact_id: int, number: str | None = None, **more: object) -> str:
        person = contacts.get(the_system().store, contact_id)
        if person is None:
            abort(404)
        return render_template(
            "admin/contact.html",
            person=person,
            now=self._clock(),
            number=number,
            seconds=SHOWN_SECONDS,
            **{"errors": {}, "reason": "", **more},
        )

    def _forget_page(self, contact_id: int, **more: object) -> str:
        person = contacts.get(the_system().store, contact_id)
        if person is None:
            abort(404)
        return render_template(
            "admin/forget.html",
            person=person,
            word=_CONFIRM,
            elsewhere=forget.ELSEWHERE,
            **{"errors": {}, "reason": "", **more},
        )
