"""How long texters wait for their answer, counted into buckets and kept by day.

Kept in memory and written every few seconds, beside the answering: no reply waits for it. What a
process that is killed had not written yet is lost, some seconds' worth.
"""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog

from smsbot.core.errors import StoreUnavailable
from smsbot.core.reports.counts import Count, Subject, bucket
from smsbot.db import day_counts
from smsbot.db.store import Store

EVERY = 10.0
"""Seconds between two writings."""

_log = structlog.get_logger(__name__)


class ReplyTimes:
    """The times of one process. Safe across threads; make it after forking."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Nothing is written before `start`; `clock` says which day it is."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: Counter[int] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reply-times", daemon=True)

    def start(self) -> None:
        """Write every few seconds from now on, in a thread of its own."""
        self._thread.start()

    def note(self, seconds: float) -> None:
        """One text was answered after so long."""
        end = bucket(seconds)
        with self._lock:
            self._counted[end] += 1

    def write(self) -> int:
        """Write what has been noted; how many texts that were.

        Raises:
            StoreUnavailable: the database can't be reached; they are kept for the next time.
        """
        with self._lock:
            taken, self._counted = self._counted, Counter()
        day = self._clock().date()
        counts = [
            Count(day=day, subject=Subject.REPLY_MS, item=str(end), lang="", number=number)
            for end, number in sorted(taken.items())
        ]
        if not counts:
            return 0
        try:
            with self._store.begin() as tx:
                day_counts.add(tx, counts)
        except StoreUnavailable:
            with self._lock:
                self._counted += taken
            raise
        return sum(taken.values())

    def close(self) -> None:
        """Write the rest, if the database answers."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self._write_quietly()

    def _run(self) -> None:
        while not self._ended.wait(EVERY):
            self._write_quietly()

    def _write_quietly(self) -> None:
        try:
            self.write()
        except StoreUnavailable as error:
            _log.warning("reply_times_kept", reason=str(error))
        except Exception:  # noqa: BLE001 - a figure must not end the thread that keeps the others
            _log.exception("reply_times_lost")
