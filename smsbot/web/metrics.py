"""The figures of one web process for Prometheus. No number, text or address in any label."""

import os
from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 3.0, 10.0)

Readiness = dict[str, dict[str, Any]]


class Metrics:
    """Counters and times of this process, and of its siblings when several serve."""

    def __init__(self) -> None:
        """Start at zero, in a registry of its own."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "smsbot_requests", "Requests answered.", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "smsbot_request_seconds",
            "Time from the first byte of the request to its answer.",
            ["route"],
            registry=self.registry,
            buckets=_BOUNDS,
        )
        self.refused = Counter(
            "smsbot_webhooks_refused", "Webhooks refused.", ["reason"], registry=self.registry
        )
        self.last_resort = Counter(
            "smsbot_last_resort_replies",
            "Texts answered with the constant 988 reply because something failed.",
            registry=self.registry,
        )

    def exposition(self, readiness: Readiness) -> bytes:
        """All of it in Prometheus' text format, with the state of each part."""
        counted = generate_latest(self._counted())
        parts = CollectorRegistry()
        parts.register(_Parts(readiness))
        return counted + generate_latest(parts)

    def _counted(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together


class _Parts(Collector):
    """What /readyz says, as gauges."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield one gauge for the states and one for the figures."""
        up = GaugeMetricFamily("smsbot_part_state", "1 ok, 0.5 degraded, 0 down.", labels=["part"])
        figures = GaugeMetricFamily(
            "smsbot_part_figure", "A figure of a part, as in /readyz.", labels=["part", "figure"]
        )
        for part, states in self._readiness.items():
            up.add_metric([part], {"ok": 1.0, "degraded": 0.5}.get(str(states.get("state")), 0.0))
            for figure, value in states.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    figures.add_metric([part, figure], float(value))
        yield up
        yield figures
