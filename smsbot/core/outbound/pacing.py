"""A sender's speed: slots handed out one after the other, so that no second is overfull.

Twilio lets each sender leave so many message segments a second (MPS) and queues the rest for
hours, where a crisis reply would wait behind a campaign. So we pace before that queue: the next
free slot of a sender is one time in the database, moved on by whoever takes slots (the generic
cell rate algorithm without a burst).
Source: https://www.twilio.com/docs/api/errors/30001 (read 2026-11-23).
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

_SECOND = 1.003
"""Seconds that are watched: a little more than one, for what passes between a look and a send."""

AHEAD = timedelta(seconds=2)
"""How far ahead slots are handed out. A crisis text waits no longer than this behind others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a sender may still send: `mps` segments a second from `next_slot_at` on (None: now)."""

    mps: float
    next_slot_at: datetime | None = None

    def room(self, now: datetime) -> int:
        """How many segments' slots begin within `AHEAD`."""
        first = max(now, self.next_slot_at or now)
        seconds = (now + AHEAD - first).total_seconds()
        # Rounded up: the first slot begins at once, however slow the sender is.
        return max(0, ceil(seconds * self.mps - 1e-9))

    def take(self, segments: Sequence[int], now: datetime) -> tuple["Pace", list[datetime]]:
        """The slots of texts so long, in their order, and the pace after them.

        A text of three segments takes its slot and keeps the two behind it free.
        """
        slots = list(self._slots(segments, now))
        if not slots:
            return self, slots
        end = slots[-1] + timedelta(seconds=segments[-1] / self.mps)
        return Pace(mps=self.mps, next_slot_at=end), slots

    def _slots(self, segments: Sequence[int], now: datetime) -> Iterator[datetime]:
        first = max(now, self.next_slot_at or now)
        before = 0
        for size in segments:
            yield first + timedelta(seconds=before / self.mps)
            before += size


class Window:
    """What one process has started in the last second: a late start must not make a full one.

    Slots alone are not enough: a process that was held up for a moment would start all it is
    behind with at once, on top of what the next second brings anyway.
    """

    def __init__(self, mps: float) -> None:
        """Allow `mps` segments, and one more, in any second."""
        self._most = mps + 1
        self._started: deque[tuple[float, int]] = deque()
        self._sum = 0

    def wait(self, segments: int, at: float) -> float:
        """Seconds from `at` (monotonic) until a text so long may start; 0: now, and it has."""
        self._forget(at)
        if self._started and self._sum + segments > self._most:
            return self._started[0][0] + _SECOND - at
        self._started.append((at, segments))
        self._sum += segments
        return 0.0

    def lately(self, at: float) -> int:
        """How many texts have started in the second before `at`."""
        self._forget(at)
        return len(self._started)

    def _forget(self, at: float) -> None:
        while self._started and self._started[0][0] <= at - _SECOND:
            self._sum -= self._started.popleft()[1]

    def left(self, at: float) -> None:
        """The last text that may start has left at `at`, which may be later than it was allowed."""
        if self._started:
            self._started[-1] = (at, self._started[-1][1])
