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

STALE = 10.0
"""Seconds a text may wait in hand. One begun so long ago does not start any more: with the 25 s of
a send it stays well within its lease."""

LARGEST_BATCH = 500
_FIRST_BATCH = 64
_SMALLEST_BATCH = 8
_ENOUGH_AHEAD = 1.0
"""Seconds. With slots taken so far ahead, no more are."""
_SLOW = 2.0
"""Seconds between two claims after which a batch that has not been started is made smaller."""

_InHand = tuple[int, int, float, Claimed]
"""Lane, order, since when, the text."""


class Waiting:
    """Texts that are claimed, then begun (their intent is on record), then start."""

    def __init__(self, mps: float) -> None:
        """Begin empty, for a sender of `mps` segments a second."""
        self._window = Window(mps)
        self._claimed: list[_InHand] = []
        self._begun: list[_InHand] = []
        self._slots: deque[float] = deque()
        self._order = itertools.count()
        self._campaign = 0
        self._batch = _FIRST_BATCH
        self._claimed_at = 0.0

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
            heapq.heappush(self._claimed, (text.lane, next(self._order), at, text))
            self._slots.append(slot)
            self._campaign += text.lane is Lane.CAMPAIGN

    def to_begin(self, at: float, in_flight: int, limit: Concurrency) -> list[Claimed]:
        """The texts whose intent is to be committed now; they are no longer claimed.

        Few beyond the free places: an intent that waits outlives its lease, and hears no STOP.
        """
        places = self._places(at, in_flight, limit)
        if not places:
            return []
        # The first slots are for those that are begun already.
        slots = itertools.islice(self._slots, len(self._begun), None)
        soon = sum(1 for _ in itertools.takewhile(lambda slot: slot <= at + EARLY, slots))
        most = min(soon, places, len(self._claimed), LARGEST_BATCH)
        return [self._pop(self._claimed) for _ in range(most)]

    def begin(self, texts: Iterable[Claimed], at: float) -> None:
        """Take texts in hand whose intent was committed at `at` or later.

        Slots of those that may not leave any more are dropped.
        """
        for text in texts:
            heapq.heappush(self._begun, (text.lane, next(self._order), at, text))
            self._campaign += text.lane is Lane.CAMPAIGN
        self._drop_slots()

    def start(self, at: float, in_flight: int, limit: Concurrency) -> Claimed | float | None:
        """The text to start now; or the seconds until one may; None: not before there is news."""
        if not self._begun:
            return None
        *_, since, text = self._begun[0]
        if at - since > STALE or not limit.free(text.lane, in_flight):
            return None
        wait = self._slots[0] - at
        if wait <= 0:
            wait = self._window.wait(text.segments, at)
        if wait > 0:
            return wait
        self._slots.popleft()
        return self._pop(self._begun)

    def left(self, at: float) -> None:
        """The text given last has left at `at`: the second it counts in begins there."""
        self._window.left(at)

    def give_back(self, at: float) -> tuple[list[Claimed], list[Claimed]]:
        """Let go of what has been in hand for too long: what was only claimed, and what was begun.

        Less is claimed at once from then on.
        """
        claimed = self._let_go(self._claimed, at)
        begun = self._let_go(self._begun, at)
        if claimed or begun:
            self._batch = _SMALLEST_BATCH
            self._drop_slots()
        return claimed, begun

    def has_begun(self) -> bool:
        """Whether a text waits for nothing but its start."""
        return bool(self._begun)

    def next_begin(self, at: float, in_flight: int, limit: Concurrency) -> float | None:
        """Seconds until the next intent is to be committed, if any may be."""
        if not self._places(at, in_flight, limit):
            return None
        return max(self._slots[len(self._begun)] - EARLY - at, 0.0)

    def give_up(self) -> tuple[list[Claimed], list[Claimed]]:
        """Let go of everything: what was only claimed, and what was begun."""
        claimed = [text for *_, text in self._claimed]
        begun = [text for *_, text in self._begun]
        self._claimed, self._begun, self._campaign = [], [], 0
        self._slots.clear()
        return claimed, begun

    def _places(self, at: float, in_flight: int, limit: Concurrency) -> int:
        """How many more intents may be committed; a batch is kept ready for places to come."""
        if not self._claimed:
            return 0
        free = limit.free(self._claimed[0][-1].lane, in_flight)
        return max(free + max(self._window.lately(at), self._batch) - len(self._begun), 0)

    def _let_go(self, heap: list[_InHand], at: float) -> list[Claimed]:
        old = [text for *_, since, text in heap if at - since > STALE]
        if old:
            heap[:] = [one for one in heap if at - one[2] <= STALE]
            heapq.heapify(heap)
            self._campaign -= sum(text.lane is Lane.CAMPAIGN for text in old)
        return old

    def _drop_slots(self) -> None:
        while len(self._slots) > len(self):
            self._slots.pop()

    def _pop(self, heap: list[_InHand]) -> Claimed:
        text = heapq.heappop(heap)[-1]
        self._campaign -= text.lane is Lane.CAMPAIGN
        return text
