"""Who gets to see a staff page: the table in `needs`, and what is not in it is denied."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import abort, flash, g, redirect, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from smsbot.core.editorial.roles import Permission, StaffAccount, may
from smsbot.services.sign_in import account_of_session
from smsbot.web.admin.navigation import links
from smsbot.web.admin.needs import FOR_ALL_STAFF, NEEDS, OPEN
from smsbot.web.system import Clock, the_system

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
"""How long a session lasts without a page being asked for, and in all.

Source: OWASP ASVS 5.0, 7.3 (read 2026-11-23).
"""
_FRESH_ENOUGH = 30
"""Seconds until the cookie is written again: not with every page."""

IDLE_SENTENCE = "You were signed out, because you had been away for 30 minutes."
ABSOLUTE_SENTENCE = "You were signed out, because 12 hours had passed. Please sign in again."
ENDED_SENTENCE = "Your session was ended. Please sign in again."


@dataclass(frozen=True, slots=True)
class StaffUser:
    """A signed-in member of staff, in the words of Flask-Login."""

    account: StaffAccount
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.account.is_active

    def get_id(self) -> str:
        """What the cookie holds: the account, and the epoch that ends with the session."""
        return f"{self.account.id}.{self.account.session_epoch}"


def load_user(cookie_id: str) -> StaffUser | None:
    """The person whose session this is, asked of the database with every page."""
    account_id, _, epoch = cookie_id.partition(".")
    if not (cookie_id.isascii() and account_id.isdecimal() and epoch.isdecimal()):
        return None
    account = account_of_session(the_system().store, int(account_id), int(epoch))
    return None if account is None else StaffUser(account)


def begin_session(account: StaffAccount, now: datetime) -> None:
    """A new session: nothing of the cookie that was there before stays."""
    session.clear()
    login_user(StaffUser(account))
    session["began"] = session["seen"] = int(now.timestamp())


def the_staff() -> StaffAccount | None:
    """Who asks for this page; None: nobody has signed in."""
    user = current_user
    return cast("StaffUser", user).account if user.is_authenticated else None


def for_every_page() -> dict[str, Any]:
    """What all templates know."""
    account = None if g.get("no_database") else the_staff()
    return {
        "staff": account,
        "may": lambda permission: account is not None and may(account.role, Permission(permission)),
        "links": links(account),
        "program": the_system().settings.program,
    }


class Guard:
    """Stands before every staff page."""

    def __init__(self, clock: Clock, check_token: Callable[[], object]) -> None:
        """`check_token` aborts an unsafe request without the form's token."""
        self._clock = clock
        self._check_token = check_token

    def __call__(self) -> Response | None:
        """Let the request pass (None), send it to the sign-in page, or refuse it."""
        if request.endpoint == "admin.static":
            return None
        self._end_old_session()
        if request.endpoint not in OPEN and the_staff() is None:
            return _to_sign_in()
        self._check_token()
        if not is_allowed(request.endpoint, the_staff()):
            abort(403)
        return None

    def _end_old_session(self) -> None:
        if "_user_id" not in session:
            return
        now = int(self._clock().timestamp())
        began, seen = session.get("began", 0), session.get("seen", 0)
        if now - seen > IDLE.total_seconds():
            _end(IDLE_SENTENCE)
        elif now - began > ABSOLUTE.total_seconds():
            _end(ABSOLUTE_SENTENCE)
        elif the_staff() is None:
            _end(ENDED_SENTENCE)
        elif now - seen > _FRESH_ENOUGH:
            session["seen"] = now


def is_allowed(endpoint: str | None, account: StaffAccount | None) -> bool:
    """Whether this person (None: nobody has signed in) may have what this endpoint gives."""
    if endpoint in OPEN:
        return True
    if account is None:
        return False
    permission = NEEDS.get(endpoint or "")
    return endpoint in FOR_ALL_STAFF or (permission is not None and may(account.role, permission))


def _end(sentence: str) -> None:
    session.clear()
    flash(sentence)


def _to_sign_in() -> Response:
    wanted = request.path if request.method == "GET" and request.path != "/admin/" else None
    return redirect(url_for("admin.sign_in", next=wanted), code=303)
