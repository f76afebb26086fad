"""Setting up the second factor of one's own account, and its recovery codes."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.services import second_factor, staff
from smsbot.services.second_factor import SecondFactorFault
from smsbot.web.admin.access import begin_session, needs_second_factor, signed_in_staff
from smsbot.web.system import Clock, the_system

_GROUP = 4


class SecondFactor:
    """Begin, scan, confirm; then the recovery codes, once."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which code is the one of now."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        at = "/me/second-factor"
        pages.add_url_rule(at, "second_factor", self._show, methods=["GET"])
        pages.add_url_rule(f"{at}/begin", "begin_second_factor", self._begin, methods=["POST"])
        pages.add_url_rule(
            f"{at}/picture.svg", "second_factor_picture", self._picture, methods=["GET"]
        )
        pages.add_url_rule(
            f"{at}/confirm", "confirm_second_factor", self._confirm, methods=["POST"]
        )
        pages.add_url_rule(f"{at}/codes", "new_recovery_codes", self._codes, methods=["POST"])

    def _show(self) -> ResponseReturnValue:
        return _page()

    def _begin(self) -> ResponseReturnValue:
        second_factor.begin(the_system().store, signed_in_staff())
        return redirect(url_for("admin.second_factor"), code=303)

    def _picture(self) -> ResponseReturnValue:
        account = signed_in_staff()
        secret = second_factor.pending(the_system().store, account)
        if secret is None:
            abort(404)
        drawn = second_factor.picture(secret, account, the_system().settings.program)
        return Response(drawn, content_type="image/svg+xml")

    def _confirm(self) -> ResponseReturnValue:
        account, now, store = signed_in_staff(), self._clock(), the_system().store
        try:
            codes = second_factor.confirm(store, account, request.form.get("code", ""), now)
        except SecondFactorFault as fault:
            return _page({"code": str(fault)})
        changed = staff.by_id(store, account.id)
        if changed is not None:
            begin_session(changed, now)
        return render_template("admin/recovery_codes.html", codes=codes, is_new=True)

    def _codes(self) -> ResponseReturnValue:
        try:
            codes = second_factor.new_codes(the_system().store, signed_in_staff(), self._clock())
        except SecondFactorFault as fault:
            flash(str(fault), "bad")
            return redirect(url_for("admin.me"), code=303)
        return render_template("admin/recovery_codes.html", codes=codes, is_new=False)


def _page(errors: dict[str, str] | None = None) -> ResponseReturnValue:
    account = signed_in_staff()
    secret = second_factor.pending(the_system().store, account)
    typed = None
    if secret is not None:
        typed = " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
    page = render_template(
        "admin/second_factor.html",
        secret=typed,
        errors=errors or {},
        is_required=needs_second_factor(account),
    )
    return page, 422 if errors else 200
