"""Signing in and out."""

import logging
import re
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from smsbot.core.editorial.roles import StaffAccount
from smsbot.services import sign_in
from smsbot.web.admin.access import StaffUser, begin_session, load_user, the_staff
from smsbot.web.system import Clock, the_system

REFUSED = (
    "Name and password do not fit. After five tries an account rests for a minute; "
    "the right password works again after that."
)
CODE_REFUSED = (
    "That code does not fit. Each code is good once: wait for the next one the app shows. "
    "After five tries an account rests for a minute."
)
TOO_LATE = "That took more than five minutes. Please sign in again."
_HALF_LASTS = timedelta(minutes=5)
SIGNED_OUT = "You are signed out, on every device."
_OUR_PAGE = re.compile(r"/admin/[A-Za-z0-9/-]{0,100}")

_log = logging.getLogger(__name__)


class Signing:
    """The sign-in page and the sign-out button."""

    def __init__(self, door: sign_in.SignIn, clock: Clock) -> None:
        """`door` counts the tries of this process."""
        self._door = door
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/sign-in", "sign_in", self._sign_in, methods=["GET", "POST"])
        pages.add_url_rule(
            "/sign-in/code", "second_step", self._second_step, methods=["GET", "POST"]
        )
        pages.add_url_rule("/sign-out", "sign_out", self._sign_out, methods=["POST"])

    def _sign_in(self) -> ResponseReturnValue:
        if request.method == "POST":
            return self._try()
        if the_staff() is not None:
            return redirect(url_for("admin.dashboard"), code=303)
        return render_template("admin/sign_in.html", next=request.args.get("next", ""))

    def _try(self) -> ResponseReturnValue:
        now = self._clock()
        name, wanted = request.form.get("name", ""), request.form.get("next", "")
        account = self._door.attempt(
            the_system().store,
            name,
            request.form.get("password", ""),
            request.remote_addr or "",
            now,
        )
        if account is None:
            # The name stays out of the log: people type passwords into the wrong field.
            _log.info("staff_sign_in_refused")
            page = render_template("admin/sign_in.html", next=wanted, name=name, fault=REFUSED)
            return page, 403
        # Only a page of ours: an address from outside must not lead a fresh sign-in astray.
        target = wanted if _OUR_PAGE.fullmatch(wanted) else url_for("admin.dashboard")
        if account.totp_since is None:
            return _admit(account, target, now)
        session.clear()
        session["half"] = [StaffUser(account).get_id(), int(now.timestamp()), target]
        return redirect(url_for("admin.second_step"), code=303)

    def _second_step(self) -> ResponseReturnValue:
        now = self._clock()
        cookie_id, began, target = session.get("half", ("", 0, ""))
        user = load_user(cookie_id)
        if user is None:
            return redirect(url_for("admin.sign_in"), code=303)
        if now.timestamp() - began > _HALF_LASTS.total_seconds():
            session.clear()
            flash(TOO_LATE)
            return redirect(url_for("admin.sign_in"), code=303)
        if request.method == "GET":
            return render_template("admin/sign_in_code.html")
        code, address = request.form.get("code", ""), request.remote_addr or ""
        if self._door.attempt_second(the_system().store, user.account, code, address, now):
            return _admit(user.account, target, now)
        _log.info("staff_second_factor_refused", extra={"staff": user.account.id})
        return render_template("admin/sign_in_code.html", fault=CODE_REFUSED), 403

    def _sign_out(self) -> ResponseReturnValue:
        account = the_staff()
        if account is not None:
            sign_in.sign_out(the_system().store, account)
            _log.info("staff_signed_out", extra={"staff": account.id})
        logout_user()
        session.clear()
        flash(SIGNED_OUT)
        return redirect(url_for("admin.sign_in"), code=303)


def _admit(account: StaffAccount, target: str, now: datetime) -> ResponseReturnValue:
    sign_in.signed_in(the_system().store, account, now)
    begin_session(account, now)
    _log.info("staff_signed_in", extra={"staff": account.id})
    return redirect(target, code=303)
