"""The REST side: Twilio's Messages resource as far as its published description goes.

Source: https://www.twilio.com/docs/messaging/api/message-resource and Twilio's OpenAPI for
Messages (read 2026-11-23).
"""

import hmac
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from smsbot.core.text.segments import measure
from smsbot.providers.simulator import outbound
from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.errors import Refusal, refusal
from smsbot.providers.simulator.parameters import read_new_text
from smsbot.providers.simulator.texts import Direction, Text

API_VERSION = "2010-04-01"
LARGEST_PAGE = 1000
USUAL_PAGE = 50
FILTERS = frozenset(
    {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
)


def rest_side(carrier: Carrier) -> Blueprint:
    """The routes the bot's worker calls through Twilio's SDK."""
    side = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account_sid>")
    side.url_value_preprocessor(_take_account)
    side.before_request(partial(_authenticate, carrier))
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
    made = new if isinstance(new, Refusal) else outbound.create(carrier, new)
    if isinstance(made, Refusal):
        return _refuse(made)
    # The answer shows the text as it was accepted, however far it has come since.
    answer = jsonify(resource(carrier, made))
    if carrier.faults.accept_then_time_out:
        carrier.timeline.hold(carrier.hang_seconds)
    return answer, 201


def _fetch(carrier: Carrier, sid: str) -> ResponseReturnValue:
    text = carrier.ledger.get(sid)
    return _refuse(refusal(20404)) if text is None else jsonify(resource(carrier, text))


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
    given = request.args
    if set(given) - FILTERS:
        return _refuse(refusal(20001, "a filter is unknown"))
    try:
        wanted = [text for text in carrier.ledger.newest_first() if _matches(text, given)]
        size = min(max(1, int(given.get("PageSize", USUAL_PAGE))), LARGEST_PAGE)
        page = max(0, int(given.get("Page", 0)))
    except ValueError:
        return _refuse(refusal(20001, "a filter is malformed"))
    shown = wanted[page * size : (page + 1) * size]
    more = len(wanted) > (page + 1) * size
    listing: dict[str, object] = {
        "messages": [resource(carrier, text) for text in shown],
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(shown) - 1),
        "uri": _page_uri(given, page, size),
        "first_page_uri": _page_uri(given, 0, size),
        "previous_page_uri": _page_uri(given, page - 1, size) if page else None,
        "next_page_uri": _page_uri(given, page + 1, size) if more else None,
    }
    return jsonify(listing)


def _page_uri(given: MultiDict[str, str], page: int, size: int) -> str:
    kept = {k: v for k, v in given.items() if k not in {"Page", "PageSize", "PageToken"}}
    return f"{request.path}?{urlencode({**kept, 'PageSize': size, 'Page': page})}"


def _matches(text: Text, given: MultiDict[str, str]) -> bool:
    if given.get("To", text.recipient) != text.recipient:
        return False
    if given.get("From", text.sender) != text.sender:
        return False
    dates = {name: given[name] for name in ("DateSent", "DateSent<", "DateSent>") if name in given}
    if not dates:
        return True
    sent = text.created_at if text.direction is Direction.INBOUND else text.sent_at
    return sent is not None and all(_fits(sent, name, day) for name, day in dates.items())


def _fits(sent: datetime, name: str, given: str) -> bool:
    limit = datetime.fromisoformat(given)
    limit = limit if limit.tzinfo else limit.replace(tzinfo=UTC)
    if name == "DateSent":
        return sent.astimezone(UTC).date() == limit.astimezone(UTC).date()
    return sent <= limit if name == "DateSent<" else sent >= limit
