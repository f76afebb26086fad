"""The JSON behind the phone page. Phones are named by id: no number is ever part of an address."""

from functools import partial

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from smsbot.core.text.segments import measure
from smsbot.providers.simulator import inbound
from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.faults import SwitchFault
from smsbot.providers.simulator.phones import Phone
from smsbot.providers.simulator.texts import Direction, Exchange, Leg, Text


def phone_api(carrier: Carrier) -> Blueprint:
    """The routes the phone page calls, passed on by the web process."""
    api = Blueprint("phone", __name__, url_prefix="/phone/api")
    api.before_request(_only_json)
    bubbles = "/phones/<phone_id>/bubbles"
    api.add_url_rule("/state", "state", partial(_state, carrier), methods=["GET"])
    api.add_url_rule("/faults", "faults", partial(_switch, carrier), methods=["POST"])
    api.add_url_rule("/phones", "make", partial(_make, carrier), methods=["POST"])
    api.add_url_rule(bubbles, "bubbles", partial(_show, carrier), methods=["GET"])
    api.add_url_rule(bubbles, "clear", partial(_clear, carrier), methods=["DELETE"])
    texts = "/phones/<phone_id>/texts"
    api.add_url_rule(texts, "send", partial(_send, carrier), methods=["POST"])
    return api


def _only_json() -> ResponseReturnValue | None:
    # A page of another origin can't send this type without asking first.
    if request.method != "GET" and not request.is_json:
        return jsonify(error="Send application/json."), 415
    return None


def _state(carrier: Carrier) -> ResponseReturnValue:
    return jsonify(
        run=carrier.run_id,
        number=carrier.account.number,
        phones=[_phone(phone) for phone in carrier.phones.all()],
        faults=carrier.faults.as_json(),
    )


def _switch(carrier: Carrier) -> ResponseReturnValue:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        return jsonify(error="Send the switches by name."), 400
    try:
        return jsonify(carrier.switch(given).as_json())
    except SwitchFault as fault:
        return jsonify(error=str(fault)), 400


def _make(carrier: Carrier) -> ResponseReturnValue:
    phone = carrier.phones.make()
    if phone is None:
        return jsonify(error="There are enough phones."), 409
    return jsonify(_phone(phone)), 201


def _show(carrier: Carrier, phone_id: str) -> ResponseReturnValue:
    phone = carrier.phones.get(phone_id)
    return _no_phone() if phone is None else jsonify(_screen(carrier, phone))


def _clear(carrier: Carrier, phone_id: str) -> ResponseReturnValue:
    phone = carrier.phones.get(phone_id)
    if phone is None:
        return _no_phone()
    carrier.phones.clear(phone, carrier.ledger.count)
    return Response(status=204)


def _send(carrier: Carrier, phone_id: str) -> ResponseReturnValue:
    phone = carrier.phones.get(phone_id)
    if phone is None:
        return _no_phone()
    given = request.get_json(silent=True)
    body = given.get("body") if isinstance(given, dict) else None
    if not isinstance(body, str) or not body.strip():
        return jsonify(error="Write something first."), 400
    text = inbound.send(carrier, phone.number, body)
    return jsonify(sid=text.sid), 202


def _no_phone() -> ResponseReturnValue:
    return jsonify(error="There is no such phone."), 404


def _phone(phone: Phone) -> dict[str, str]:
    return {"id": phone.id, "number": phone.number, "city": phone.place.city.title()}


def _screen(carrier: Carrier, phone: Phone) -> dict[str, object]:
    cursor = carrier.ledger.count
    since = request.args.get("since", 0, type=int)
    changed = carrier.ledger.of_phone(phone.number, since=since, floor=phone.cleared_at)
    return {
        "run": carrier.run_id,
        "cursor": cursor,
        "cleared_at": phone.cleared_at,
        "waiting": carrier.ledger.is_waiting(phone.number),
        "bubbles": [_bubble(place, text) for place, text in changed],
    }


def _bubble(place: int, text: Text) -> dict[str, object]:
    measured = measure(text.body)
    return {
        "sid": text.sid,
        "place": place,
        "mine": text.direction is Direction.INBOUND,
        "by_carrier": text.by_carrier,
        "channel": text.direction.value,
        "body": text.body,
        "status": text.status.value,
        "is_final": text.status.is_final,
        "error_code": text.error_code,
        "reply_to": text.reply_to,
        "encoding": str(measured.encoding),
        "units": measured.units,
        "segments": measured.segments,
        "at": text.created_at.isoformat(),
        "changed_at": text.updated_at.isoformat(),
        "exchanges": [_exchange(text, exchange) for exchange in text.exchanges],
    }


def _exchange(text: Text, exchange: Exchange) -> dict[str, object]:
    others = [e.content for e in text.exchanges if e is not exchange and e.http_status]
    compared = exchange.leg is not Leg.PRIMARY and exchange.http_status is not None and others
    return {
        "leg": exchange.leg.value,
        "milliseconds": exchange.milliseconds,
        "http_status": exchange.http_status,
        "error_code": exchange.error_code,
        "content": exchange.content,
        "same_as_others": all(o == exchange.content for o in others) if compared else None,
    }
