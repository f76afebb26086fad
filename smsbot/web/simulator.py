"""The phone in the browser, for development: its page, and its way to the carrier simulator.

The page talks to this process only; what belongs to the carrier is passed on to it on loopback.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

import requests
from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from smsbot.core.errors import StoreUnavailable
from smsbot.core.text.segments import measure

Explain = Callable[[str], Mapping[str, object] | None]
"""Why a text, named by its MessageSid, was answered as it was; None: not known."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CARRIER_PATHS = re.compile(r"state|faults|phones(/phone-[0-9]{1,4}/(bubbles|texts))?")
"""What is passed on; nothing else of the carrier can be reached through the page."""
CARRIER_SECONDS = (1.0, 5.0)
LONGEST_MEASURED = 1600

CHIPS = ("FDA", "RISKS", "FIND", "THERAPY", "MENU", "ESPAÑOL", "HELP", "STOP")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
ABSENT = "The carrier simulator is not running. Start it with: smsbot simulator"
ELSEWHERE = (
    "TWILIO_API_URL is not on this machine, so texts go to the real Twilio and no virtual phone "
    "can work here. Unset it to use the carrier simulator."
)


def simulator_pages(*, carrier_url: str, explain: Explain) -> Blueprint:
    """The routes under `/simulator/`. Register them in development only.

    `carrier_url` is where the simulator listens; one that is not on loopback is never called.
    """
    pages = Blueprint(
        "simulator",
        __name__,
        url_prefix="/simulator",
        template_folder="templates",
        static_folder="static/simulator",
        static_url_path="/static",
    )
    pages.after_request(_harden)
    pages.add_url_rule("/", "phone", _phone, methods=["GET"])
    pages.add_url_rule("/api/measure", "measure", _measure, methods=["POST"])
    pages.add_url_rule("/api/explain/<sid>", "explain", partial(_explain, explain), methods=["GET"])
    pages.add_url_rule(
        "/api/<path:path>",
        "carrier",
        partial(_pass_on, carrier_url.rstrip("/")),
        methods=["GET", "POST", "DELETE"],
    )
    return pages


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _phone() -> str:
    return render_template("simulator/phone.html", chips=CHIPS)


def _measure() -> ResponseReturnValue:
    given = request.get_json(silent=True)
    text = given.get("text") if isinstance(given, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_MEASURED:
        return jsonify(error=f"A text of at most {LONGEST_MEASURED} characters is expected."), 400
    measured = measure(text)
    return jsonify(
        encoding=str(measured.encoding),
        units=measured.units,
        segments=measured.segments,
        offenders=list(measured.offenders),
    )


def _explain(explain: Explain, sid: str) -> ResponseReturnValue:
    try:
        return jsonify(explained=explain(sid))
    except StoreUnavailable:
        return jsonify(explained=None)


def _pass_on(carrier_url: str, path: str) -> ResponseReturnValue:
    if urlsplit(carrier_url).hostname not in LOOPBACK:
        return jsonify(error=ELSEWHERE), 409
    if not CARRIER_PATHS.fullmatch(path):
        return jsonify(error="There is no such address."), 404
    if request.method != "GET" and not request.is_json:
        return jsonify(error="Send application/json."), 415
    try:
        with requests.Session() as session:
            # A proxy named in the environment is for the world outside.
            session.trust_env = False
            answer = session.request(
                request.method,
                f"{carrier_url}/phone/api/{path}",
                params=request.args.to_dict(),
                data=request.get_data(),
                headers={"Content-Type": "application/json"},
                timeout=CARRIER_SECONDS,
                allow_redirects=False,
            )
    except requests.RequestException:
        return jsonify(error=ABSENT), 502
    content_type = answer.headers.get("Content-Type", "application/json")
    return Response(answer.content, status=answer.status_code, content_type=content_type)
