"""The settings of this process, to read: what is set, what is a default, and never a secret."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from smsbot.web.system import the_system


def add_to(pages: Blueprint) -> None:
    """Add the route."""
    pages.add_url_rule("/settings", "settings", _show, methods=["GET"])


def _show() -> ResponseReturnValue:
    return render_template("admin/settings.html", rows=the_system().settings.explain())
