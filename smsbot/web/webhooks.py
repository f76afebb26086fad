"""A text arrives: checks the signature, reads the form, hands over, answers TwiML.

After the signature has held, the answer to a text is always TwiML: if everything else fails, the
constant one with 988 in it. Twilio keeps cookies for each pair of numbers, so none is ever set.
"""

import logging

from flask import Blueprint, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from smsbot.core.inbound.crisis_replies import LAST_RESORT
from smsbot.providers.twilio import twiml
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.form import Refusal, is_our_account, read_receipt, read_text
from smsbot.providers.twilio.signature import Fields, Verifier, read_fields
from smsbot.web.metrics import Metrics
from smsbot.web.system import Clock, System

PREFIX = "/webhooks/"
LARGEST_BODY = 64 * 1024
"""Bytes; the signature is not even tried on more."""

_LAST_RESORT = twiml.render((LAST_RESORT,))
_FORM = "application/x-www-form-urlencoded"

_log = logging.getLogger(__name__)


class Webhooks:
    """The three addresses that Twilio calls."""

    def __init__(self, system: System, clock: Clock, metrics: Metrics) -> None:
        """Prepare the checks; the secrets stay in here."""
        settings = system.settings
        tokens = [token.get_secret_value() for token in settings.auth_tokens]
        self._system = system
        self._clock = clock
        self._metrics = metrics
        self._account_sid = settings.account_sid
        self._verifier = Verifier(tokens, settings.public_urls)
        self._mark = CallbackMark(settings.secret_key.get_secret_value())

    def blueprint(self) -> Blueprint:
        """The routes under /webhooks/twilio/, by POST and nothing else."""
        routes = Blueprint("webhooks", __name__, url_prefix="/webhooks/twilio")
        for view in (self.message, self.status, self.voice):
            routes.add_url_rule(
                f"/{view.__name__}",
                view.__name__,
                view,
                methods=["POST"],
                provide_automatic_options=False,
            )
        return routes

    def message(self) -> Response:
        """Answer an inbound text; also when Twilio calls it as the fallback address."""
        fields = self._signed_fields()
        text = read_text(fields, self._account_sid, self._clock())
        if isinstance(text, Refusal):
            self._refused(text.reason)
            return _xml(twiml.render(())) if text.is_channel else Response(status=403)
        reply = self._system.receive(text)
        if not (isinstance(reply, bytes) and reply):
            raise TypeError("no reply was made")
        return _xml(reply)

    def status(self) -> Response:
        """Keep a delivery receipt. The answer is empty: Twilio would send TwiML as a text."""
        fields = self._signed_fields()
        try:
            named = self._mark.read(request.query_string.decode("latin-1"))
        except ValueError as error:
            self._refused(str(error))
            return Response(status=403)
        receipt = read_receipt(fields, self._account_sid, named, self._clock())
        if isinstance(receipt, Refusal):
            self._refused(receipt.reason)
            return Response(status=403)
        self._system.record_receipt(receipt)
        return Response(status=204)

    def voice(self) -> Response:
        """Tell a caller 988 first, then that this number answers texts."""
        if not is_our_account(self._signed_fields(), self._account_sid):
            self._refused("AccountSid is not ours")
            return Response(status=403)
        return _xml(twiml.VOICE)

    def _signed_fields(self) -> Fields:
        """The form, its signature proven; everything else ends the request here."""
        if request.mimetype != _FORM:
            abort(415)
        fields = read_fields(_raw_body())
        signature = request.headers.get("X-Twilio-Signature", "")
        settings = request.headers.get("X-Twilio-Webhooks-Signature-Settings", "")
        if fields is None or not self._verifier.holds(_target(), fields, signature, settings):
            self._refused("the signature does not hold" if signature else "no signature")
            abort(403)
        g.signed = True
        return fields

    def _refused(self, reason: str) -> None:
        self._metrics.refused.labels(reason).inc()
        _log.warning("webhook_refused", extra={"route": request.endpoint, "reason": reason})


def is_webhook() -> bool:
    """Whether this request came to a webhook's address, existing or not."""
    return request.path.startswith(PREFIX)


def answer_error(error: Exception, metrics: Metrics) -> Response:
    """What Twilio gets when something went wrong: never HTML, and 988 to a signed text."""
    code = error.code if isinstance(error, HTTPException) else None
    if code is None or code >= 500:
        _log.error(
            "webhook_failed",
            extra={"route": request.endpoint, "error": type(error).__name__},
            exc_info=error if code is None else None,
        )
    if request.endpoint == "webhooks.message" and g.get("signed"):
        metrics.last_resort.inc()
        return _xml(_LAST_RESORT)
    # 503 makes Twilio send a receipt again; an unsigned caller learns nothing.
    response = Response(status=code or (503 if g.get("signed") else 500))
    if isinstance(error, HTTPException) and code == 405:
        response.headers["Allow"] = "POST"
    return response


def _xml(document: bytes) -> Response:
    return Response(document, content_type=twiml.CONTENT_TYPE)


def _raw_body() -> bytes:
    """The body as sent; a large one ends the request here with 413."""
    # One byte more than we take: of a body in chunks werkzeug reads so far and then stops in
    # silence, where a declared length it refuses by itself.
    request.max_content_length = LARGEST_BODY + 1
    raw = request.get_data(cache=False)
    if len(raw) > LARGEST_BODY:
        abort(413)
    return raw


def _target() -> str:
    """The raw path and query, as the caller wrote them."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    target = str(raw).encode("latin-1", "replace").decode("utf-8", "surrogateescape")
    if target.startswith("/"):
        return target
    return "/" + target.partition("://")[2].partition("/")[2]
