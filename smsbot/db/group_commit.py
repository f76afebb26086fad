"""Group commit: many requests, one transaction, one wait for the disk.

One thread a process takes everything that waits, does the work in a single transaction, and tells
each waiter once it is committed. Inline commits cost five times as much under load, and SQLite's
busy handler sleeps; measured in docs/performance.md.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Generic, TypeVar

from sqlalchemy import Connection

from smsbot.core.errors import StoreUnavailable
from smsbot.db.store import Store

MOST_TOGETHER = 64
"""Items in one transaction: enough to share the disk's wait, few enough to stay quick."""

_QUEUE_LIMIT = 2_000
"""More waiting than this means that the database is gone: fail at once instead of piling up."""


Item = TypeVar("Item")
Result = TypeVar("Result")

Work = Callable[[Connection, Sequence[Item]], Sequence[Result]]


class GroupCommit(Generic[Item, Result]):
    """Runs `work(transaction, items)` for all callers that wait, together. Safe across threads.

    `work` returns one result an item, in order. When a batch fails, each of its items is tried
    again alone, so that one that can't be stored does not take the others with it.
    """

    def __init__(self, store: Store, work: Work[Item, Result]) -> None:
        """Start nothing yet: the thread begins with the first item, so after any fork."""
        self._store = store
        self._work = work
        self._waiting: queue.Queue[tuple[Item, Future[Result]] | None] = queue.Queue(_QUEUE_LIMIT)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def run(self, item: Item, patience: float) -> Result:
        """Have the item's work done and committed, waiting at most `patience` seconds.

        Raises:
            StoreUnavailable: not committed in time, or refused. Work that had not begun by then
                is dropped; work that had may still commit.
        """
        future: Future[Result] = Future()
        try:
            self._start()
            self._waiting.put_nowait((item, future))
            return future.result(timeout=patience)
        except queue.Full:
            raise StoreUnavailable("Too many texts wait for the database.") from None
        except FutureTimeout:
            future.cancel()
            raise StoreUnavailable("The database did not answer in time.") from None

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(timeout=25)

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="commit", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            batch, ended = [first], False
            while len(batch) < MOST_TOGETHER:
                try:
                    another = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if another is None:
                    ended = True
                    break
                batch.append(another)
            self._commit([pair for pair in batch if pair[1].set_running_or_notify_cancel()])
            if ended:
                return

    def _commit(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        if not batch:
            return
        try:
            with self._store.begin() as tx:
                results = self._work(tx, [item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - it travels to whoever waits
            self._alone(batch, error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            _tell(future, result)

    def _alone(self, batch: list[tuple[Item, Future[Result]]], error: Exception) -> None:
        # Another process may have stored the same text a moment ago: looked at again in a new
        # transaction, its row is there to be seen.
        gone: Exception | None = None
        for item, future in batch:
            # A database that is gone is not asked again for each of the others.
            gone = gone or self._one(item, future, error)
            if gone is not None:
                with contextlib.suppress(InvalidStateError):
                    future.set_exception(gone)

    def _one(self, item: Item, future: Future[Result], error: Exception) -> Exception | None:
        """Do one item alone; what is returned means that the others need not be tried."""
        try:
            with self._store.begin() as tx:
                (result,) = self._work(tx, [item])
        except Exception as again:  # noqa: BLE001 - it travels to whoever waits
            again.__context__ = error
            if type(again) is StoreUnavailable:
                return again
            with contextlib.suppress(InvalidStateError):
                future.set_exception(again)
        else:
            _tell(future, result)
        return None


def _tell(future: Future[Result], result: Result) -> None:
    # The waiter may have given up; what it asked for is stored all the same.
    with contextlib.suppress(InvalidStateError):
        future.set_result(result)
