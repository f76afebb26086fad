"""What one pump has in hand and has not started yet: which text is next, and when.

Texts and slots are kept apart: the next free slot goes to whoever is first in line when it comes,
so a crisis text claimed last leaves next. All times are monotonic seconds.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Iterable, Sequence

from smsbot.core.outbound.concurrency import Concurrency
from smsbot.core.outbound.outbox import Claimed, Lane
from smsbot.core.outbound.pacing import Window

EARLY = 0.25
"""Seconds before its slot an intent is committed: late enough to hear a STOP a second before."""

LARGEST_BATCH = 500
_FIRST_BATCH = 64
_SMALLEST_BATCH = 8
_ENOUGH_AHEAD = 1.0
"""Seconds. With slots taken so far ahead, no more are."""
_SLOW = 2.0
"""Seconds between two claims after which a batch that has not been started is made smaller."""


class Waiting:
    """Texts that are claimed, then begun (their intent is on record), then start."""

    def __init__(self, mps: float) -> None:
        """Begin empty, for a sender of `mps` segments a second."""
        self._window = Window(mps)
        self._claimed: list[tuple[int, int, Claimed]] = []
        self._begun: list[tuple[int, int, Claimed]] = []
        self._slots: deque[float] = deque()
        self._order = itertools.count()
        self._campaign = 0
        self._batch = _FIRST_BATCH
        self._claimed_at = self._begun_at = 0.0

    def __len__(self) -> int:
        return len(self._claimed) + len(self._begun)

    def room(self, at: float) -> tuple[int, int]:
        """How many texts to claim, and how many of them a campaign's; (0, 0): none for now."""
        if self._slots and self._slots[-1] > at + _ENOUGH_AHEAD:
            return 0, 0
        others = len(self) - self._campaign
        campaign = self._batch if self._campaign < self._batch else 0
        return (self._batch if others < self._batch else 0), campaign

    def claim(self, texts: Sequence[tuple[Claimed, float]], at: float) -> None:
        """Take claimed texts in hand; each comes with the slot it brought, in order."""
        if len(texts) >= self._batch and len(self) * 4 <= self._batch:
            # It had nearly run dry although there was more: the database is what it waits for.
            self._batch = min(self._batch * 2, LARGEST_BATCH)
        elif at - self._claimed_at > _SLOW and len(self) > self._batch:
            self._batch = max(self._batch // 2, _SMALLEST_BATCH)
        self._claimed_at = at
        for text, slot in texts:
            heapq.heappush(self._claimed, (text.lane, next(self._order), text))
            self._slots.append(slot)
            self._campaign += text.lane is Lane.CAMPAIGN

    def to_begin(self, at: float) -> list[Claimed]:
        """The texts whose intent is to be committed now; they are no longer claimed."""
        if not self._claimed:
            return []
        # The first slots are for those that are begun already.
        slots = itertools.islice(self._slots, len(self._begun), None)
        soon = sum(1 for _ in itertools.takewhile(lambda slot: slot <= at + EARLY, slots))
        most = min(soon, len(self._claimed), LARGEST_BATCH)
        return [self._pop(self._claimed) for _ in range(most)]

    def begin(self, texts: Iterable[Claimed], at: float) -> None:
        """Take begun texts in hand; slots of those that may not leave any more are dropped."""
        if not self._begun:
            self._begun_at = at
        for text in texts:
            heapq.heappush(self._begun, (text.lane, next(self._order), text))
            self._campaign += text.lane is Lane.CAMPAIGN
        while len(self._slots) > len(self):
            self._slots.pop()

    def start(self, at: float, in_flight: int, limit: Concurrency) -> Claimed | float | None:
        """The text to start now; or the seconds until one may; None: not before there is news."""
        if not self._begun or not limit.allows(self._begun[0][2].lane, in_flight):
            return None
        wait = self._slots[0] - at
        if wait <= 0:
            wait = self._window.wait(self._begun[0][2].segments, at)
        if wait > 0:
            return wait
        self._slots.popleft()
        self._begun_at = at
        return self._pop(self._begun)

    def left(self, at: float) -> None:
        """The text given last has left at `at`: the second it counts in begins there."""
        self._window.left(at)

    def is_stuck(self, at: float, patience: float) -> bool:
        """Whether begun texts have waited so long that none of them was started."""
        return bool(self._begun) and at - self._begun_at > patience

    def next_begin(self, at: float) -> float | None:
        """Seconds until the next intent is to be committed, if any text is claimed."""
        if not self._claimed:
            return None
        return max(self._slots[len(self._begun)] - EARLY - at, 0.0)

    def give_up(self) -> tuple[list[Claimed], list[Claimed]]:
        """Let go of everything: what was only claimed, and what was begun."""
        claimed = [text for *_, text in self._claimed]
        begun = [text for *_, text in self._begun]
        self._claimed, self._begun, self._campaign = [], [], 0
        self._slots.clear()
        return claimed, begun

    def _pop(self, heap: list[tuple[int, int, Claimed]]) -> Claimed:
        text = heapq.heappop(heap)[2]
        self._campaign -= text.lane is Lane.CAMPAIGN
        return text
