"""The staff accounts: who can sign in, with which role; added, changed, ended."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.services import audit, second_factor, staff
from smsbot.services.audit import Sought
from smsbot.services.staff import NewAccount, StaffFault
from smsbot.services.store import Store
from smsbot.web.admin import asked
from smsbot.web.system import Clock, the_system

ASKED = ("disable", "password", "second-factor")
"""What is asked about on a page before it is done."""
ROLES = {
    Role.AUTHOR: ("Author", "Writes answers and sends them to review. Never approves their own."),
    Role.REVIEWER: ("Reviewer", "A clinician: reads, refuses or signs what an author wrote."),
    Role.PUBLISHER: ("Publisher", "Makes signed answers live, and takes them back."),
    Role.SENDER: ("Sender", "Prepares and sends campaigns; looks after consents and the outbox."),
    Role.AUDITOR: ("Auditor", "Sees answers, texts, figures and the audit log; changes nothing."),
    Role.ADMIN: ("Admin", "Looks after the staff accounts; may see a number in full."),
}
"""What each role is called, and what it is for."""
_LAST_DEEDS = 20


class Accounts:
    """The list, one account, and what can be done with it."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is done."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/staff", "accounts", self._list, methods=["GET"])
        pages.add_url_rule("/staff/new", "new_account", self._new, methods=["GET"])
        pages.add_url_rule("/staff/new", "add_account", self._add, methods=["POST"])
        one = "/staff/<int(max=2147483647):account_id>"
        pages.add_url_rule(one, "account", self._show, methods=["GET"])
        pages.add_url_rule(f"{one}/ask/<deed>", "ask_about_account", self._ask, methods=["GET"])
        for name, endpoint, view in (
            ("role", "change_role", self._change_role),
            ("disable", "disable_account", self._disable),
            ("enable", "enable_account", self._enable),
            ("password", "replace_password", self._replace_password),
            ("second-factor", "reset_second_factor", self._reset),
            ("sessions", "end_sessions", self._end_sessions),
        ):
            pages.add_url_rule(f"{one}/{name}", endpoint, view, methods=["POST"])

    def _list(self) -> ResponseReturnValue:
        accounts = staff.everyone(the_system().store)
        return render_template("admin/accounts.html", accounts=accounts, roles=ROLES)

    def _new(self) -> ResponseReturnValue:
        return render_template("admin/account_new.html", roles=ROLES, errors={}, name="", role="")

    def _add(self) -> ResponseReturnValue:
        name, role = request.form.get("name", ""), request.form.get("role", "")
        errors = {} if role in set(Role) else {"role": "Choose a role."}
        password = None
        if not errors:
            new = NewAccount(name=name, role=Role(role), is_temporary=True)
            try:
                password = staff.add(the_system().store, asked.by(self._clock), new)
            except StaffFault as fault:
                errors = {"name": str(fault)}
        if errors:
            page = render_template(
                "admin/account_new.html", roles=ROLES, errors=errors, name=name, role=role
            )
            return page, 422
        return render_template(
            "admin/password_once.html", name=" ".join(name.split()), password=password, is_new=True
        )

    def _show(self, account_id: int) -> ResponseReturnValue:
        return _page(_account(account_id), {})

    def _ask(self, account_id: int, deed: str) -> ResponseReturnValue:
        if deed not in ASKED:
            abort(404)
        return render_template("admin/account_ask.html", account=_account(account_id), deed=deed)

    def _change_role(self, account_id: int) -> ResponseReturnValue:
        role, account = request.form.get("role", ""), _account(account_id)
        if role not in set(Role):
            return _page(account, {"role": "Choose a role."})
        try:
            staff.change_role(the_system().store, asked.by(self._clock), account.name, Role(role))
        except StaffFault as fault:
            return _page(account, {"role": str(fault)})
        return _done(account, f"{account.name} is {ROLES[Role(role)][0]} now.")

    def _disable(self, account_id: int) -> ResponseReturnValue:
        return self._do(account_id, staff.disable, "{} can no longer sign in.")

    def _enable(self, account_id: int) -> ResponseReturnValue:
        return self._do(account_id, staff.enable, "{} can sign in again.")

    def _end_sessions(self, account_id: int) -> ResponseReturnValue:
        return self._do(account_id, staff.end_sessions, "{} is signed out on every device.")

    def _reset(self, account_id: int) -> ResponseReturnValue:
        account = _account(account_id)
        second_factor.reset(the_system().store, asked.by(self._clock), account)
        return _done(account, f"{account.name} has no second factor any more, and is signed out.")

    def _replace_password(self, account_id: int) -> ResponseReturnValue:
        account, store = _account(account_id), the_system().store
        by = asked.by(self._clock)
        password = staff.replace_password(store, by, account.name, None, is_temporary=True)
        return render_template(
            "admin/password_once.html", name=account.name, password=password, is_new=False
        )

    def _do(
        self, account_id: int, deed: Callable[[Store, By, str], None], sentence: str
    ) -> ResponseReturnValue:
        account = _account(account_id)
        try:
            deed(the_system().store, asked.by(self._clock), account.name)
        except StaffFault as fault:
            return _page(account, {"": str(fault)})
        return _done(account, sentence.format(account.name))


def _account(account_id: int) -> StaffAccount:
    found = staff.by_id(the_system().store, account_id)
    if found is None:
        abort(404)
    return found


def _page(account: StaffAccount, errors: dict[str, str]) -> ResponseReturnValue:
    store = the_system().store
    lines, _ = audit.page(store, Sought(who=account.name), _LAST_DEEDS)
    page = render_template(
        "admin/account.html",
        account=account,
        roles=ROLES,
        errors=errors,
        lines=lines,
        chosen=request.form.get("role", account.role),
    )
    return page, 422 if errors else 200


def _done(account: StaffAccount, sentence: str) -> ResponseReturnValue:
    flash(sentence, "good")
    return redirect(url_for("admin.account", account_id=account.id), code=303)
