"""Who gets to see a staff page: the table in `needs`, and what is not in it is denied."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from smsbot.core.editorial.roles import Permission, StaffAccount, may
from smsbot.services.sign_in import SignIn, account_of_session
from smsbot.web.admin import confirming
from smsbot.web.admin.badges import badges
from smsbot.web.admin.navigation import groups
from smsbot.web.admin.needs import (
    BEFORE_A_PASSWORD,
    BEFORE_A_SECOND_FACTOR,
    CONFIRMED,
    FOR_ALL_STAFF,
    NEEDS,
    OPEN,
)
from smsbot.web.system import Clock, the_system

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
"""How long a session lasts without a page being asked for, and in all.

Source: OWASP ASVS 5.0, 7.3 (read 2026-11-23).
"""
LARGEST_ID = 2**63 - 1
"""No row has a larger id; the databases don't take a larger number."""
_FRESH_ENOUGH = 30
"""Seconds until the cookie is written again: not with every page."""

IDLE_SENTENCE = "You were signed out, because you had been away for 30 minutes."
ABSOLUTE_SENTENCE = "You were signed out, because 12 hours had passed. Please sign in again."
ENDED_SENTENCE = "Your session was ended. Please sign in again."
CHOOSE_SENTENCE = "Choose a password of your own first: somebody else has seen this one."
SET_UP_SENTENCE = "Your role asks for a second factor. Set it up first; it takes two minutes."


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
    confirming.remember(now)


def the_staff() -> StaffAccount | None:
    """Who asks for this page; None: nobody has signed in."""
    user = current_user
    return cast("StaffUser", user).account if user.is_authenticated else None


def signed_in_staff() -> StaffAccount:
    """Who asks for this page, where only somebody who has signed in can: never on an open page."""
    account = the_staff()
    if account is None:
        abort(403)
    return account


def for_every_page() -> dict[str, Any]:
    """What all templates know."""
    account = None if g.get("no_database") else the_staff()
    return {
        "staff": account,
        "may": lambda permission: account is not None and may(account.role, Permission(permission)),
        "navigation": groups(account),
        "counts": badges(account),
        "program": the_system().settings.program,
        "has_phone": "simulator" in current_app.blueprints,
    }


class Guard:
    """Stands before every staff page."""

    def __init__(self, clock: Clock, check_token: Callable[[], object], door: SignIn) -> None:
        """`check_token` aborts an unsafe request without the form's token."""
        self._clock = clock
        self._check_token = check_token
        self._door = door

    def __call__(self) -> ResponseReturnValue | None:
        """Let the request pass (None), send it elsewhere first, or refuse it."""
        if request.endpoint == "admin.static":
            return None
        self._end_old_session()
        account = the_staff()
        if request.endpoint not in OPEN and account is None:
            return _to_sign_in()
        self._check_token()
        if not is_allowed(request.endpoint, account):
            abort(403)
        if account is None or request.endpoint in OPEN:
            return None
        if (first := _first_of_all(account)) is not None:
            return first
        if request.endpoint in CONFIRMED:
            return confirming.ask(self._door, account, self._clock())
        if not all(map(_can_be, _arguments())):
            abort(404)
        _clean_query()
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


def needs_second_factor(account: StaffAccount) -> bool:
    """Whether the role asks for a second factor that the person has not set up."""
    return account.totp_since is None and account.role in the_system().settings.totp_roles


def _first_of_all(account: StaffAccount) -> Response | None:
    """Where a person is sent who has to do something before anything else."""
    if account.is_temporary and request.endpoint not in BEFORE_A_PASSWORD:
        flash(CHOOSE_SENTENCE, "warn")
        return redirect(url_for("admin.me"), code=303)
    if needs_second_factor(account) and request.endpoint not in BEFORE_A_SECOND_FACTOR:
        flash(SET_UP_SENTENCE, "warn")
        return redirect(url_for("admin.second_factor"), code=303)
    return None


def _end(sentence: str) -> None:
    session.clear()
    flash(sentence)


def _arguments() -> Iterable[object]:
    return (request.view_args or {}).values()


def _clean_query() -> None:
    """What follows the question mark is only ever looked for: a NUL in it would find nothing."""
    given = request.args.items(multi=True)
    request.args = type(request.args)([(name, one.replace("\0", "")) for name, one in given])


def _can_be(argument: object) -> bool:
    """Whether a database can be asked for this: PostgreSQL takes no NUL in a text."""
    if isinstance(argument, int):
        return argument <= LARGEST_ID
    return "\0" not in str(argument)


def _to_sign_in() -> Response:
    if request.headers.get("HX-Request") == "true":
        # A part of a page can't take in the sign-in page: the whole page is asked for again.
        return Response("", status=401, headers={"HX-Refresh": "true"})
    wanted = request.path if request.method == "GET" and request.path != "/admin/" else None
    return redirect(url_for("admin.sign_in", next=wanted), code=303)
