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
from smsbot.queues.valkey import answers, socket_path, start

RESTART_AFTER = 1.0

_log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Run until told to end (SIGTERM, SIGINT); then end the children within 30 s.

    Texts under way are waited for.
    """
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    queue = _QueueServer(settings)
    parts = [_Part("sweeper", _sweep)]
    if queue.url is not None:
        parts.append(_Part("queue-worker", _work, queue.url))
    else:
        _log.warning("no_queue", reason="no Redis and no embedded Valkey: the sweeper sends alone")
    try:
        while not ended.is_set():
            queue.keep_alive()
            for part in parts:
                part.keep_alive()
            ended.wait(RESTART_AFTER)
    finally:
        # All at once, so that none waits for the others before it begins to end.
        for part in parts:
            part.ask_to_end()
        for part in parts:
            part.end()
        queue.close()


class _QueueServer:
    """The queue that is set, or the embedded Valkey: that one is started again when it dies."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.var
        self._is_ours = settings.redis_url == "embedded"
        self._server = start(None if self._is_ours else settings.redis_url, self._folder)
        self.url = None if self._server is None else self._server.url
        """The same for its whole life; None: this machine has no server program."""

    def keep_alive(self) -> None:
        if not self._is_ours or self.url is None or answers(socket_path(self._folder)):
            return
        _log.warning("restarted", part="valkey")
        self._server = start(None, self._folder)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()


class _PumpWorker(Worker):
    """RQ's worker, which also tells the pump it runs that it is to end."""

    def handle_warm_shutdown_request(self) -> None:
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            self.kill_horse(signal.SIGTERM)


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

    def ask_to_end(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def end(self) -> None:
        if self._process is None:
            return
        self._process.join(timeout=30)
        if self._process.is_alive():
            self._process.kill()


def _sweep() -> None:
    # Here, not above: the parent does nothing with it, and it takes a second to import.
    from worker import sweeper  # noqa: PLC0415

    settings = load_settings()
    configure(as_json=settings.log is LogFormat.JSON)
    sweeper.run(settings)


def _work(url: str) -> None:
    # A pump is a fork of this process: what it needs is imported once, not by each of them.
    from worker import jobs  # noqa: F401, PLC0415

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
        worker = _PumpWorker(
            [queue],
            connection=connection,
            serializer="json",
            worker_ttl=30,
            maintenance_interval=30,
            job_monitoring_interval=5,
        )
        worker.work(logging_level="WARNING", with_scheduler=False)
        return
