"""Asks who is at the keyboard for the password again, before what a thief would like to do."""

from datetime import datetime, timedelta

from flask import render_template, request, session
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.roles import StaffAccount
from smsbot.services.sign_in import SignIn
from smsbot.web.system import the_system

LASTS = timedelta(minutes=10)
PASSWORD = "confirm_password"  # noqa: S105 - the field's name
WRONG = "That is not your password. After five tries the account rests for a minute."
_OURS = frozenset({"csrf_token", "username", PASSWORD})


def remember(now: datetime) -> None:
    """The password was just given."""
    session["confirmed"] = int(now.timestamp())


def ask(door: SignIn, account: StaffAccount, now: datetime) -> ResponseReturnValue | None:
    """None when the password was given lately, or is given with this form; else a page to give it.

    The page holds the form that was sent, so nothing typed is lost: it goes on with the password.
    """
    if int(now.timestamp()) - session.get("confirmed", 0) <= LASTS.total_seconds():
        return None
    given = request.form.get(PASSWORD)
    if given is not None:
        store, address = the_system().store, request.remote_addr or ""
        if door.attempt(store, account.name, given, address, now) is not None:
            remember(now)
            return None
    fields = [one for one in request.form.items(multi=True) if one[0] not in _OURS]
    page = render_template(
        "admin/confirm.html", fields=fields, fault=None if given is None else WRONG
    )
    return page, 403
