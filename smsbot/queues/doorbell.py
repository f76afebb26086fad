"""The doorbell: tells a worker that the outbox holds something to send.

The outbox is the truth and the worker's sweeper reads it anyway, so a bell that fails costs
seconds of delay, never a text. It carries no arguments, hence no health data.
"""

import threading
import time
from typing import TYPE_CHECKING

import structlog

# RQ and its client take 0.4 s to import: the first ring does it, the web process starts without.
if TYPE_CHECKING:
    from rq import Queue

QUEUE = "outbox"
"""The RQ queue a worker listens on. Only pumps belong in it."""

PUMP = "worker.jobs.pump"
"""The job, by its import path: nothing of the worker is imported here."""

PUMP_SECONDS = 720
"""RQ ends a pump that takes longer; the pump itself makes way for a fresh one well before."""

FAILED_SECONDS = 600
"""How long a failed pump stays readable in Redis. RQ's default is a year."""

PATIENCE_SECONDS = 0.3
"""A Redis that does not answer by then counts as down: a person waits for the reply."""

PAUSE_SECONDS = 1.0
"""After a failure the bell is silent so long, so that a burst of texts does not pay each time."""

_log = structlog.get_logger(__name__)


class Doorbell:
    """Rings for the worker. Safe to share between threads and across a fork."""

    def __init__(self, url: str) -> None:
        """Remember where Redis is; the first ring connects."""
        self._url = url
        self._queue: Queue | None = None
        self._silent_until = 0.0
        self._lock = threading.Lock()

    def ring(self) -> bool:
        """Ask for one pump that starts after now; whether somebody will be asked.

        Never raises. Costs about 1 ms (the first 0.4 s more), and 0.3 s when Redis is down.
        """
        if time.monotonic() < self._silent_until:
            return False
        from redis.exceptions import RedisError  # noqa: PLC0415

        try:
            self._enqueue_unless_waiting(self._connected())
        except (RedisError, OSError, ValueError) as error:
            self._fall_silent(error)
            return False
        return True

    def answers(self) -> bool:
        """Whether Redis answers now; never raises."""
        from redis.exceptions import RedisError  # noqa: PLC0415

        try:
            return bool(self._connected().connection.ping())
        except (RedisError, OSError):
            return False

    def close(self) -> None:
        """Let go of the connections."""
        if self._queue is not None:
            self._queue.connection.close()

    def _connected(self) -> "Queue":
        from redis import Redis  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415
        from rq import Queue  # noqa: PLC0415

        with self._lock:
            if self._queue is None:
                redis = Redis.from_url(
                    self._url,
                    socket_timeout=PATIENCE_SECONDS,
                    socket_connect_timeout=PATIENCE_SECONDS,
                    retry=Retry(NoBackoff(), 0),
                )
                self._queue = Queue(QUEUE, connection=redis, serializer="json")
            return self._queue

    @staticmethod
    def _enqueue_unless_waiting(queue: "Queue") -> None:
        # A pump that waits in the queue has not started, so it will see every row committed
        # before this call: one is enough. RQ's own `unique` would also refuse while a pump
        # runs or lies dead, and it may be about to end. For the same reason the
        # job has no ttl: one that expired in the queue would still look like one that waits.
        if queue.count:
            return
        queue.enqueue(PUMP, job_timeout=PUMP_SECONDS, result_ttl=0, failure_ttl=FAILED_SECONDS)

    def _fall_silent(self, error: Exception) -> None:
        with self._lock:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
        _log.warning("queue_silent", fault=type(error).__name__, then="the sweeper sends alone")
