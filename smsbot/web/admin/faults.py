"""What a person reads when a staff page can't be shown."""

import logging

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from smsbot.core.errors import StoreConflict, StoreUnavailable

_SENTENCES = {
    403: ("Not for your role", "Your role does not include this page. Ask an admin if it should."),
    404: ("No such page", "There is nothing at this address. It may have been renamed."),
    405: ("Not possible here", "This page can't do that. Go back and try it from its form."),
    413: ("Too much at once", "What was sent is too large. Send less."),
}
_OTHERWISE = ("That did not work", "The request was not understood. Go back and try it again.")
_OLD_FORM = (
    "This form is too old",
    "You were signed in or out since it was opened. Open the page again and repeat it.",
)
_NO_DATABASE = (
    "The database does not answer",
    "The figures can't be shown now. Texts are still answered from memory. Try again in a minute.",
)

_REFUSED = "The database refused that"
_BROKEN = (
    "Something went wrong here",
    "It is in the log. Nothing was changed by half: try again, and tell a developer if it stays.",
)

_log = logging.getLogger(__name__)


def answer_faults(pages: Blueprint) -> None:
    """Give every fault on a staff page a page of its own."""
    pages.register_error_handler(CSRFError, lambda _: _page(400, *_OLD_FORM))
    pages.register_error_handler(HTTPException, _http)
    pages.register_error_handler(StoreUnavailable, _store)
    # What our rules in the database say is a constant sentence, without values.
    pages.register_error_handler(StoreConflict, lambda error: _page(409, _REFUSED, str(error)))
    pages.register_error_handler(Exception, _any)
    # An address that is no page belongs to no blueprint: without this it would get a bare page.
    pages.add_url_rule("/<path:address>", "nothing", _nothing, methods=["GET"])


def _nothing(address: str) -> ResponseReturnValue:  # noqa: ARG001 - there is nothing at any
    abort(404)


def _any(error: Exception) -> ResponseReturnValue:
    route = request.url_rule.rule if request.url_rule else "none"
    _log.error("request_failed", extra={"route": route}, exc_info=error)
    return _page(500, *_BROKEN)


def _http(error: Exception) -> ResponseReturnValue:
    code = getattr(error, "code", None) or 500
    if isinstance(error, HTTPException) and code < 400:
        return error
    return _page(code, *_SENTENCES.get(code, _OTHERWISE))


def _store(error: Exception) -> ResponseReturnValue:
    _log.warning("staff_page_without_database", extra={"reason": str(error)})
    # The page must not ask the database again, not even for who is reading it.
    g.no_database = True
    return _page(503, *_NO_DATABASE)


def _page(code: int, title: str, sentence: str) -> ResponseReturnValue:
    return render_template("admin/fault.html", title=title, sentence=sentence), code
