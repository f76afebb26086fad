"""A bot as the provider's quick-start teaches it: Flask, the official validator, one reply.

It stores nothing, screens nothing and says one thing to every text, so what it costs is what
merely answering costs. It is the shape of the quick-start, not its code.
Source: https://www.twilio.com/docs/usage/tutorials/how-to-secure-your-flask-app-by-validating-incoming-twilio-requests
(read 2026-11-23).
"""

import functools
import os
from collections.abc import Callable

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

View = Callable[[], Response]

REPLY = (
    "Ketamine is FDA approved as an anesthetic, not for depression. A nasal spray called Spravato "
    "(esketamine) is approved for some adults with depression, given in a certified clinic. "
    "Text MORE for details."
)
"""As long as an answer of smsbot's, so that both write about as many bytes."""

app = Flask(__name__)


def signed(view: View) -> View:
    """Let only the provider's own requests through."""
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])  # type: ignore[no-untyped-call]

    @functools.wraps(view)
    def checked() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(request.url, request.form, signature):  # type: ignore[no-untyped-call]
            abort(403)
        return view()

    return checked


@app.post("/webhooks/twilio/message")
@signed
def message() -> Response:
    """Answer a text."""
    response = MessagingResponse()  # type: ignore[no-untyped-call]
    response.message(REPLY)  # type: ignore[no-untyped-call]
    return Response(str(response), content_type="text/xml; charset=utf-8")


@app.get("/healthz")
def healthz() -> str:
    """Say that the server has started."""
    return "ok"
