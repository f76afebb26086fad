"""The web of one process: webhooks, health, staff pages and, in development, the phone."""

import logging
from time import perf_counter

from flask import Flask, Response, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.wrappers import Request
from werkzeug.exceptions import HTTPException

from smsbot.config import Environment
from smsbot.core.messages import MessageSid
from smsbot.web.admin import add_staff_pages
from smsbot.web.health import Health
from smsbot.web.metrics import Metrics
from smsbot.web.simulator import simulator_pages
from smsbot.web.system import Clock, System, remember
from smsbot.web.webhooks import LARGEST_BODY, Webhooks, answer_error, is_webhook
from smsbot.wiring import clock as wall_clock

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_NO_SESSION = ("/webhooks/", "/healthz", "/readyz", "/metrics")

_log = logging.getLogger(__name__)


def create_app(system: System, clock: Clock = wall_clock) -> Flask:
    """The Flask application around a system. Make both after forking."""
    settings = system.settings
    is_production = settings.environment is Environment.PRODUCTION
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
    )
    app.session_interface = _StaffSessions()
    remember(app.extensions, system)
    metrics = Metrics()
    _watch(app, metrics)
    _harden(app, metrics, is_https=is_production)
    app.register_blueprint(Webhooks(system, clock, metrics).blueprint())
    app.register_blueprint(Health(system, metrics).blueprint())
    add_staff_pages(app, clock, is_https=is_production)
    if not is_production:
        pages = simulator_pages(
            carrier_url=settings.api_url,
            explain=lambda sid: system.explain_sid(MessageSid(sid)),
        )
        app.register_blueprint(pages)
        app.add_url_rule("/", "start", lambda: redirect(url_for("simulator.phone")))
    return app


class _StaffSessions(SecureCookieSessionInterface):
    """Sessions for people; what machines call has none, so it can't set a cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith(_NO_SESSION):
            return None
        return super().open_session(app, request)


def _harden(app: Flask, metrics: Metrics, *, is_https: bool) -> None:
    def headers(response: Response) -> Response:
        if is_webhook():
            response.headers.pop("Set-Cookie", None)
            return response
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    def http_error(error: HTTPException) -> Response | HTTPException:
        return answer_error(error, metrics) if is_webhook() else error

    def any_error(error: Exception) -> Response:
        if is_webhook():
            return answer_error(error, metrics)
        _log.error("request_failed", extra={"route": _route()}, exc_info=error)
        return Response(
            "Something went wrong here. It is in the log; please try again.\n",
            status=500,
            content_type="text/plain; charset=utf-8",
        )

    app.after_request(headers)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, any_error)


def _watch(app: Flask, metrics: Metrics) -> None:
    """Count and time every request; log those that are not a webhook's everyday ones."""

    def start() -> None:
        g.started = perf_counter()

    def finish(response: Response) -> Response:
        route = _route()
        seconds = perf_counter() - g.get("started", perf_counter())
        metrics.requests.labels(route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(seconds)
        _log.log(
            logging.DEBUG if response.status_code < 400 else logging.INFO,
            "request",
            extra={
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            },
        )
        return response

    app.before_request(start)
    app.after_request(finish)


def _route() -> str:
    """The route's pattern, never the path itself: a path may hold what must not be logged."""
    return request.url_rule.rule if request.url_rule else "none"
