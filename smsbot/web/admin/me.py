"""My account: the zone times are shown in, the password, and whether there is a second factor."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.services import my_account, second_factor
from smsbot.services.passwords import SHORTEST
from smsbot.services.sign_in import SignIn
from smsbot.services.staff import StaffFault
from smsbot.web.admin.access import begin_session, needs_second_factor, signed_in_staff
from smsbot.web.system import Clock, the_system

OLD_WRONG = "That is not your present password. After five tries the account rests for a minute."
NOT_THE_SAME = "The two are not the same. Type the new password twice."
CHANGED = "Your password is changed. You are signed out everywhere but here."


class Me:
    """What everybody may change about their own account."""

    def __init__(self, door: SignIn, clock: Clock) -> None:
        """`door` checks the old password and counts the tries."""
        self._door = door
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/me", "me", self._show, methods=["GET"])
        pages.add_url_rule("/me/time-zone", "set_time_zone", self._set_zone, methods=["POST"])
        pages.add_url_rule("/me/password", "change_password", self._password, methods=["POST"])

    def _show(self) -> ResponseReturnValue:
        return _page({})

    def _set_zone(self) -> ResponseReturnValue:
        zone = request.form.get("time_zone", "")
        try:
            my_account.set_time_zone(the_system().store, signed_in_staff(), zone)
        except StaffFault as fault:
            return _page({"time_zone": str(fault)})
        flash(f"Times are shown in the zone {zone.replace('_', ' ')} from now on.", "good")
        return redirect(url_for("admin.me"), code=303)

    def _password(self) -> ResponseReturnValue:
        account, now, form = signed_in_staff(), self._clock(), request.form
        if form.get("new_password") != form.get("repeated"):
            return _page({"repeated": NOT_THE_SAME})
        store, old, address = (
            the_system().store, form.get("old_password", ""), request.remote_addr or "",
        )  # fmt: skip
        if self._door.attempt(store, account.name, old, address, now) is None:
            return _page({"old_password": OLD_WRONG})
        try:
            changed = my_account.change_password(store, account, form.get("new_password", ""), now)
        except StaffFault as fault:
            return _page({"new_password": str(fault)})
        begin_session(changed, now)
        flash(CHANGED, "good")
        return redirect(url_for("admin.me"), code=303)


def _page(errors: dict[str, str]) -> ResponseReturnValue:
    account = signed_in_staff()
    left = None
    if account.totp_since is not None:
        left = second_factor.codes_left(the_system().store, account)
    page = render_template(
        "admin/me.html",
        errors=errors,
        zones=my_account.zones(),
        shortest=SHORTEST,
        left=left,
        is_required=needs_second_factor(account),
    )
    return page, 422 if errors else 200
