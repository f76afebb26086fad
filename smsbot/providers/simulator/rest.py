"""The REST side: Twilio's Messages resource as far as its published description goes.

Source: https://www.twilio.com/docs/messaging/api/message-resource and Twilio's OpenAPI for
Messages (read 2026-11-23).
"""

import hmac
import time
from email.utils import format_datetime
from functools import partial

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from smsbot.core.text.segments import measure
from smsbot.providers.simulator import breaking, outbound
from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.errors import Refusal, refusal
from smsbot.providers.simulator.listing import read_page
from smsbot.providers.simulator.outbound import NewText
from smsbot.providers.simulator.parameters import read_new_text
from smsbot.providers.simulator.rules import Fault, Place, Rule
from smsbot.providers.simulator.texts import Text

API_VERSION = "2010-04-01"


def rest_side(carrier: Carrier) -> Blueprint:
    """The routes the bot's worker calls through Twilio's SDK."""
    side = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")
    side.url_value_preprocessor(_take_account)
    side.before_request(partial(_begin, carrier))
    side.after_request(partial(_stamp, carrier))
    side.teardown_request(partial(_end, carrier))
    messages, message = "/Messages.json", "/Messages/<sid>.json"
    side.add_url_rule(messages, "create", partial(_create, carrier), methods=["POST"])
    side.add_url_rule(messages, "list", partial(_list, carrier), methods=["GET"])
    side.add_url_rule(message, "fetch", partial(_fetch, carrier), methods=["GET"])
    side.add_url_rule(message, "amend", partial(_amend, carrier), methods=["POST"])
    side.add_url_rule(message, "delete", partial(_delete, carrier), methods=["DELETE"])
    return side


def resource(carrier: Carrier, text: Text) -> dict[str, object]:
    """The Message resource as JSON."""
    uri = f"/{API_VERSION}/Accounts/{carrier.account.sid}/Messages/{text.sid}.json"
    return {
        "account_sid": carrier.account.sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": format_datetime(text.created_at),
        "date_sent": format_datetime(text.sent_at) if text.sent_at else None,
        "date_updated": format_datetime(text.updated_at),
        "direction": text.direction.value,
        "error_code": text.error_code,
        "error_message": None,
        "from": text.sender,
        "messaging_service_sid": text.service_sid,
        "num_media": "0",
        "num_segments": str(measure(text.body).segments),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status.value,
        "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
        "to": text.recipient,
        "uri": uri,
    }


def _take_account(_endpoint: str | None, values: dict[str, str] | None) -> None:
    g.account_sid = (values or {}).pop("account_sid", "")


def _begin(carrier: Carrier) -> ResponseReturnValue | None:
    g.began = time.monotonic()
    g.fits = carrier.trial.enter()
    return _authenticate(carrier) or (None if g.fits else _refuse(refusal(20429)))


def _stamp(carrier: Carrier, response: Response) -> Response:
    """The headers Twilio puts on every answer of its API."""
    response.headers["Twilio-Request-Id"] = carrier.new_sid("RQ")
    response.headers["Twilio-Concurrent-Requests"] = str(carrier.trial.inside)
    response.headers["Twilio-Request-Duration"] = f"{time.monotonic() - g.began:.3f}"
    response.headers["X-API-Domain"] = "api.twilio.com"
    return response


def _end(carrier: Carrier, _error: BaseException | None) -> None:
    if "fits" in g:
        carrier.trial.leave()


def _authenticate(carrier: Carrier) -> ResponseReturnValue | None:
    if not _is_known(carrier):
        return _refuse(refusal(20003))
    return None if g.account_sid == carrier.account.sid else _refuse(refusal(20404))


def _is_known(carrier: Carrier) -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    account = carrier.account
    pairs = [(account.sid, token) for token in account.auth_tokens]
    if account.api_key:
        pairs.append((account.api_key, account.api_secret))
    name, secret = given.username or "", given.password or ""
    return any(
        name == known and hmac.compare_digest(secret.encode(), token.encode())
        for known, token in pairs
    )


def _refuse(fault: Refusal) -> ResponseReturnValue:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if fault.http_status == 401 else {}
    return jsonify(fault.as_json()), fault.http_status, headers


def _create(carrier: Carrier) -> ResponseReturnValue:
    if carrier.is_throttled(time.monotonic()):
        return _refuse(refusal(20429))
    if request.mimetype != "application/x-www-form-urlencoded":
        return _refuse(refusal(20001, "a form is expected"))
    new = read_new_text(dict(request.form.lists()), carrier.account)
    if isinstance(new, Refusal):
        carrier.trial.note("refused", code=new.code, to=request.form.get("To", ""), body=None)
        return _refuse(new)
    if not carrier.trial.takes(measure(new.body).segments, time.monotonic()):
        return _refuse(refusal(20429))
    rule = carrier.trial.pick(Place.CREATE, f"{new.recipient}|{new.body}", new.recipient)
    if carrier.faults.accept_then_time_out and rule is None:
        rule = Rule(fault=Fault.ACCEPT_TIME_OUT, seconds=carrier.hang_seconds)
    return _accept(carrier, new, rule)


def _accept(carrier: Carrier, new: NewText, rule: Rule | None) -> ResponseReturnValue:
    if rule is not None:
        refused = breaking.before_accepting(rule)
        if refused is not None:
            carrier.trial.note("refused", code=refused.status_code, to=new.recipient, body=new.body)
            return refused
    made = outbound.create(carrier, new)
    if isinstance(made, Refusal):
        return _refuse(made)
    # The answer shows the text as it was accepted, however far it has come since.
    answer = jsonify(resource(carrier, made))
    answer.status_code = 201
    return answer if rule is None else breaking.after_accepting(rule, answer, carrier.timeline)


def _fetch(carrier: Carrier, sid: str) -> ResponseReturnValue:
    text = carrier.ledger.get(sid)
    if text is None:
        return _refuse(refusal(20404))
    if carrier.trial.pick(Place.FETCH, f"{text.phone}|{text.body}", text.phone):
        return _refuse(refusal(20500))
    return jsonify(resource(carrier, text))


def _amend(carrier: Carrier, sid: str) -> ResponseReturnValue:
    text = carrier.ledger.get(sid)
    changed = refusal(20404) if text is None else _amended(carrier, text)
    if isinstance(changed, Refusal):
        return _refuse(changed)
    return jsonify(resource(carrier, changed))


def _amended(carrier: Carrier, text: Text) -> Text | Refusal:
    given = request.form
    if set(given) == {"Status"} and given["Status"] == "canceled":
        return outbound.cancel(carrier, text)
    if set(given) == {"Body"} and given["Body"] == "":
        return carrier.ledger.update(text.sid, body="") or refusal(20404)
    return refusal(30400)


def _delete(carrier: Carrier, sid: str) -> ResponseReturnValue:
    text = carrier.ledger.get(sid)
    if text is None:
        return _refuse(refusal(20404))
    if not text.status.is_final:
        return _refuse(refusal(20009))
    carrier.ledger.delete(sid)
    return Response(status=204)


def _list(carrier: Carrier) -> ResponseReturnValue:
    try:
        page = read_page(carrier.ledger.newest_first(), request.args, request.path, carrier.clock())
    except ValueError:
        return _refuse(refusal(20001, "a filter is unknown or malformed"))
    wanted = request.args.get("To") or request.args.get("From", "")
    rule = carrier.trial.pick(Place.LIST, wanted, wanted)
    if rule is not None and rule.fault is Fault.LIST_500:
        return _refuse(refusal(20500))
    if rule is not None:
        carrier.timeline.hold(rule.seconds)
    return jsonify({"messages": [resource(carrier, text) for text in page.texts], **page.frame})
