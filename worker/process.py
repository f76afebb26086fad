"""The worker: an embedded queue if none is set, the RQ worker, and the sweeper beside it.

Three processes under one parent, which starts again whatever dies while it lives. The parent never
opens a database connection: RQ forks, and a forked connection is two processes on one socket.
"""

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.context import SpawnProcess

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker

from smsbot.config import LogFormat, Settings, load_settings
from smsbot.logs import configure
from smsbot.queues.doorbell import QUEUE
from smsbot.queues.valkey import Valkey, start
from worker import sweeper

RESTART_AFTER = 1.0

_log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Run until told to end (SIGTERM, SIGINT); then end the children within 30 s."""
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    given = None if settings.redis_url == "embedded" else settings.redis_url
    queue = start(given, settings.var)
    if queue is None:
        _log.warning("no_queue", reason="no Redis and no embedded Valkey: the sweeper sends alone")
    parts = [_Part("sweeper", _sweep)]
    if queue is not None:
        parts.append(_Part("queue-worker", _work, queue.url))
    try:
        while not ended.is_set():
            for part in parts:
                part.keep_alive()
            ended.wait(RESTART_AFTER)
    finally:
        for part in parts:
            part.end()
        _close(queue)


class _Part:
    """A child process that is started again when it dies."""

    def __init__(self, name: str, target: Callable[..., None], *arguments: str) -> None:
        self._name, self._target, self._arguments = name, target, arguments
        self._process: SpawnProcess | None = None

    def keep_alive(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        if self._process is not None:
            _log.warning("restarted", part=self._name, exit_status=self._process.exitcode)
        # Not a daemon in multiprocessing's sense: those may have no children, and RQ forks.
        self._process = multiprocessing.get_context("spawn").Process(
            target=self._target, args=self._arguments, name=self._name
        )
        self._process.start()

    def end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(timeout=30)
        if self._process.is_alive():
            self._process.kill()


def _sweep() -> None:
    settings = load_settings()
    configure(as_json=settings.log is LogFormat.JSON)
    sweeper.run(settings)


def _work(url: str) -> None:
    configure(as_json=load_settings().log is LogFormat.JSON)
    # RQ waits for jobs with a blocking read, so this side has no short time-out.
    connection = Redis.from_url(url)
    while True:
        try:
            connection.ping()
        except RedisError:
            time.sleep(RESTART_AFTER)
            continue
        queue = Queue(QUEUE, connection=connection, serializer="json")
        worker = Worker(
            [queue],
            connection=connection,
            serializer="json",
            worker_ttl=30,
            maintenance_interval=30,
            job_monitoring_interval=5,
        )
        worker.work(logging_level="WARNING", with_scheduler=False)
        return


def _close(queue: Valkey | None) -> None:
    if queue is not None:
        queue.close()
