"""A bot in thirty lines for the carrier's tests: checks every signature with Twilio's own SDK."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server

from smsbot.providers.simulator.app import QuietHandler

TOKEN = "a-token-for-tests"
Form = dict[str, str]


def twiml(*bodies: str) -> Response:
    messages = "".join(f"<Message>{escape(body)}</Message>" for body in bodies)
    return Response(f"<Response>{messages}</Response>", content_type="text/xml; charset=utf-8")


@dataclass
class StubBot:
    """Answers `/message` with `answer(form)` and keeps what came, valid signature or not."""

    answer: Callable[[Form], Response] = field(default=lambda form: twiml(f"You: {form['Body']}"))
    forms: list[Form] = field(default_factory=list)
    receipts: list[Form] = field(default_factory=list)
    forgeries: int = 0

    def __post_init__(self) -> None:
        app = Flask("stub")
        validator = RequestValidator(TOKEN)
        lock = threading.Lock()

        @app.before_request
        def check() -> Response | None:
            signature = request.headers.get("X-Twilio-Signature", "")
            if validator.validate(request.url, request.form, signature):
                return None
            with lock:
                self.forgeries += 1
            return Response(status=403)

        @app.post("/webhooks/twilio/message")
        @app.post("/message")
        def message() -> Response:
            form = request.form.to_dict()
            with lock:
                self.forms.append(form)
            return self.answer(form)

        @app.post("/status")
        def status() -> Response:
            with lock:
                self.receipts.append({**request.args.to_dict(), **request.form.to_dict()})
            return Response(status=204)

        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
