"""Things that happen later: one thread keeps the order, a pool makes the slow requests."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

Action = Callable[[], object]

_log = logging.getLogger(__name__)


class Timeline:
    """Runs actions after a delay.

    Actions given to `after` run one at a time in the order they fall due, so they must be quick;
    those given to `soon` run in a pool, side by side.
    """

    def __init__(self, workers: int = 128) -> None:
        self._due: list[tuple[float, int, Action]] = []
        self._number = itertools.count()
        self._change = threading.Condition()
        self._closed = threading.Event()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="carrier")
        self._thread = threading.Thread(target=self._run, name="carrier-timeline", daemon=True)
        self._thread.start()

    def after(self, seconds: float, action: Action) -> None:
        """Run `action` in `seconds`, after everything due earlier."""
        with self._change:
            entry = (time.monotonic() + max(0.0, seconds), next(self._number), action)
            heapq.heappush(self._due, entry)
            self._change.notify()

    def soon(self, action: Action) -> None:
        """Run `action` beside others, as soon as a thread is free; nothing after `close`."""
        if not self._closed.is_set():
            self._pool.submit(_guarded, action)

    def hold(self, seconds: float) -> None:
        """Keep the calling thread for that long, or until the carrier closes."""
        self._closed.wait(seconds)

    def close(self) -> None:
        """Stop: what is not yet due never happens."""
        self._closed.set()
        with self._change:
            self._change.notify()
        self._thread.join(timeout=5)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while True:
            with self._change:
                while not self._closed.is_set() and self._wait() > 0:
                    self._change.wait(self._wait())
                if self._closed.is_set():
                    return
                action = heapq.heappop(self._due)[2]
            _guarded(action)

    def _wait(self) -> float:
        return self._due[0][0] - time.monotonic() if self._due else 3600.0


def _guarded(action: Action) -> None:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - one bad text must not stop the carrier
        # Only the kind of error: its words may hold a number or a body.
        _log.error("A carrier step failed: %s", type(error).__name__)
