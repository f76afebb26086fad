"""Says how this process is: to the platform that runs it, and to whoever is on call."""

import logging

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from smsbot.web.metrics import Metrics, Readiness
from smsbot.web.system import System

_PROBES = ("i want to kill myself", "me quiero suicidar")
_log = logging.getLogger(__name__)


class Health:
    """The three addresses that watch over the process; none needs a login, none says who texts."""

    def __init__(self, system: System, metrics: Metrics) -> None:
        """Watch this system."""
        self._system = system
        self._metrics = metrics

    def blueprint(self) -> Blueprint:
        """The routes, by GET."""
        routes = Blueprint("health", __name__)
        routes.add_url_rule("/healthz", "healthz", self.healthz)
        routes.add_url_rule("/readyz", "readyz", self.readyz)
        routes.add_url_rule("/metrics", "metrics", self.metrics)
        return routes

    def healthz(self) -> ResponseReturnValue:
        """200 when a crisis text would be recognised here and now; asks nothing of a database."""
        screen = self._system.catalogue.current.screen
        if all(screen.find(probe) for probe in _PROBES):
            return Response("ok\n", content_type="text/plain; charset=utf-8")
        _log.error("crisis_screen_is_blind")
        return Response("blind\n", status=503, content_type="text/plain; charset=utf-8")

    def readyz(self) -> ResponseReturnValue:
        """Each part with its state; 503 when one is down."""
        parts = self._parts()
        is_ready = all(part.get("state") != "down" for part in parts.values())
        return jsonify(ready=is_ready, **parts), 200 if is_ready else 503

    def metrics(self) -> ResponseReturnValue:
        """Prometheus' text; the counters come even if the parts can't be asked."""
        return Response(
            self._metrics.exposition(self._parts()),
            content_type="text/plain; version=0.0.4; charset=utf-8",
        )

    def _parts(self) -> Readiness:
        try:
            return self._system.readiness()
        except Exception:  # noqa: BLE001 - logged; this page is wanted most when all else fails
            _log.exception("readiness_failed")
            return {"readiness": {"state": "down"}}
