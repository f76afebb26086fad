"""The simulator's network side: a small WSGI app and the server that runs it."""

from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from smsbot.providers.simulator.breaking import Reset, cut
from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.control_api import control_api
from smsbot.providers.simulator.errors import refusal
from smsbot.providers.simulator.phone_api import phone_api
from smsbot.providers.simulator.rest import rest_side

LARGEST_REQUEST = 64 * 1024


def create_carrier_app(carrier: Carrier) -> Flask:
    """Twilio's REST paths, the phone page's JSON, the tests' control, and `/healthz`."""
    app = Flask("smsbot.carrier", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_REQUEST
    app.register_blueprint(rest_side(carrier))
    app.register_blueprint(phone_api(carrier))
    app.register_blueprint(control_api(carrier))

    @app.get("/healthz")
    def health() -> ResponseReturnValue:
        return jsonify(status="ok")

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> ResponseReturnValue:
        if request.path.startswith(("/phone/", "/control/")):
            return jsonify(error=error.name), error.code or 500
        fault = refusal({404: 20404, 405: 20004}.get(error.code or 500, 20001))
        return jsonify(fault.as_json()), error.code or 500

    return app


class QuietHandler(WSGIRequestHandler):
    """Logs no request: the list call carries phone numbers in its address."""

    # Keeps connections open, as api.twilio.com does.
    protocol_version = "HTTP/1.1"

    def connection_dropped(
        self,
        error: BaseException,
        environ: WSGIEnvironment | None = None,  # noqa: ARG002 - werkzeug's signature
    ) -> None:
        """Take no more requests from it; a connection that is to break breaks now."""
        self.close_connection = True
        if isinstance(error, Reset):
            cut(self.connection)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


def build_server(
    carrier: Carrier, host: str, port: int, *, tls: tuple[str, str] | None = None
) -> BaseWSGIServer:
    """A threaded server for one process: the carrier's state lives in memory.

    `tls` names a certificate's file and its key's, PEM; it speaks https then.

    Raises:
        OSError: the address is taken, or a file can't be read.
    """
    app = create_carrier_app(carrier)
    return make_server(
        host, port, app, threaded=True, request_handler=QuietHandler, ssl_context=tls
    )
