"""The tests' hand on the carrier, as JSON on loopback: the plan, what struck, texts from anywhere.

| route | does |
|---|---|
| `GET /control/trial` | the plan as it stands and how often each fault struck |
| `PUT /control/trial` | another plan: `{"seed", "rules", "mps", "concurrency"}`, see `rules.Plan` |
| `POST /control/texts` | `{"from", "body"}`: a text from that number to the bot; its `sid` |
| `POST /control/passage` | `{"seconds"}`: every text becomes so much older |
"""

from datetime import timedelta
from functools import partial
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from smsbot.providers.simulator import inbound
from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.parameters import E164
from smsbot.providers.simulator.rules import PlanFault, read_plan


def control_api(carrier: Carrier) -> Blueprint:
    """The routes a test or a chaos run calls."""
    api = Blueprint("control", __name__, url_prefix="/control")
    api.before_request(_only_here)
    api.add_url_rule("/trial", "trial", partial(_trial, carrier), methods=["GET"])
    api.add_url_rule("/trial", "change", partial(_change, carrier), methods=["PUT"])
    api.add_url_rule("/texts", "text", partial(_text, carrier), methods=["POST"])
    api.add_url_rule("/passage", "pass", partial(_pass, carrier), methods=["POST"])
    return api


def _only_here() -> ResponseReturnValue | None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - not a bind
        return jsonify(error="Only from this machine."), 403
    # A page of another origin can't send this type without asking first.
    if request.method != "GET" and not request.is_json:
        return jsonify(error="Send application/json."), 415
    return None


def _trial(carrier: Carrier) -> ResponseReturnValue:
    return jsonify(plan=carrier.trial.plan.as_json(), counts=carrier.trial.counts)


def _change(carrier: Carrier) -> ResponseReturnValue:
    try:
        plan = read_plan(request.get_json(silent=True))
    except PlanFault as fault:
        return jsonify(error=str(fault)), 400
    carrier.trial.change(plan)
    return _trial(carrier)


def _text(carrier: Carrier) -> ResponseReturnValue:
    given = request.get_json(silent=True)
    values = given if isinstance(given, dict) else {}
    sender, body = values.get("from"), values.get("body")
    if not isinstance(sender, str) or not E164.fullmatch(sender) or not isinstance(body, str):
        return jsonify(error="Send `from`, a number like +12065550101, and `body`."), 400
    return jsonify(sid=inbound.send(carrier, sender, body).sid), 202


def _pass(carrier: Carrier) -> ResponseReturnValue:
    given = request.get_json(silent=True)
    seconds = given.get("seconds") if isinstance(given, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        return jsonify(error="Send `seconds`, 0 or more."), 400
    carrier.ledger.age(timedelta(seconds=seconds))
    return Response(status=204)
