"""The pump: sends one sender's texts, many at once, each in its slot, every one on record first.

Two things go on beside each other. The books are kept in one thread, a batch at a time: results are
written down, intents are committed, more is claimed. Meanwhile what has been begun is started when
its slot comes and a place is free. So the next batch is ready before the last has left.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import structlog

from smsbot.core.errors import StoreConflict, StoreUnavailable
from smsbot.core.outbound.circuit import Breaker, failure
from smsbot.core.outbound.concurrency import Concurrency
from smsbot.core.outbound.outbox import Claimed, Lane, State, valid_for
from smsbot.core.outbound.sending import NotProcessed, Outgoing, SendResult, Unknown
from smsbot.core.outbound.waiting import Waiting
from smsbot.failpoints import reach
from smsbot.services.hold import Answer, Hold
from smsbot.services.send import Pumped, Send

LINGER = 10.0
"""Seconds an idle pump waits for more before it ends."""

LONGEST = 600.0
"""Seconds after which a pump makes way for a fresh one."""

_POLL = 0.2
_HOLD_ON = 2.0
"""Seconds between two claims of a pump that finds nothing due, so that its hold goes on."""
_PATIENCE, _SHORT_PATIENCE, _AGAIN = 15.0, 3.0, 0.5
"""Seconds a database that is gone is asked again: to write down what has been sent, for anything
else, and how often."""
_MOST_FINISHED = 500
_ENOUGH, _GATHER = 100, 0.05
"""So many answers are written down at once, fewer when so many seconds have passed since the last
time: a provider that answers fast must not cost a commit for every handful."""

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Pump:
    """Sends one sender's texts until nothing has been due for a while. Used once."""

    def __init__(self, hold: Hold, send: Send, *, linger: float = LINGER) -> None:
        """Send with `send`; nothing happens before `run`."""
        self._hold, self._send, self._linger = hold, send, linger
        self._tally: Counter[State] = Counter()
        self._waiting = Waiting(hold.mps)
        self._limit = Concurrency()
        self._breaker = Breaker()
        self._flying: set[asyncio.Task[None]] = set()
        self._answers: list[Answer] = []
        self._trip: str | None = None
        self._is_trial = self._went_well = self._came_empty = self._stopped = False
        self._is_leaving = False
        self._claimed_at = self._finished_at = self._idle_since = self._database_ahead = 0.0
        self._news = asyncio.Event()
        self._timer: asyncio.Handle | None = None

    def stop(self) -> None:
        """Claim no more, give back what has not started, finish what has. From the loop only."""
        self._stopped = True
        self._news.set()

    async def run(self) -> Pumped:
        """Pump; returns once nothing is left, another pump holds the sender, or it was stopped.

        Raises:
            StoreUnavailable: the database can't be reached; what was claimed comes back by its
                lease, and what was sent and could not be written down becomes UNKNOWN.
        """
        self._idle_since = _now()
        ends_at = _now() + LONGEST
        try:
            while not self._stopped and _now() < ends_at:
                done = [await self._finish(), await self._begin(), await self._claim()]
                if not any(done):
                    await self._hear_news()
        finally:
            await self._wind_up()
        return Pumped.of(self._tally)

    async def _claim(self) -> bool:
        rows, campaign_rows = self._waiting.room(_now())
        if not (rows or campaign_rows) or not await self._is_time_to_claim():
            return False
        self._claimed_at = _now()
        turn = await self._persist(lambda: self._hold.claim(rows, campaign_rows), _SHORT_PATIENCE)
        if turn is None:
            self._stopped = True
            return True
        self._came_empty = not turn.texts
        now = _now()
        if turn.texts:
            self._idle_since, self._is_trial = now, turn.is_trial
            self._database_ahead = turn.at.timestamp() - now
            self._waiting.claim([(one, now + wait) for one, wait in turn.texts], now)
        elif not self._is_busy() and now - self._idle_since >= self._linger:
            self._stopped = True
        return not self._came_empty

    async def _is_time_to_claim(self) -> bool:
        since = _now() - self._claimed_at
        if not self._came_empty or since >= _HOLD_ON:
            return True
        if not self._is_busy() and _now() - self._idle_since >= self._linger:
            return True
        return since >= _POLL and await asyncio.to_thread(self._hold.is_due)

    async def _begin(self) -> bool:
        await self._give_back(*self._waiting.give_back(_now()))
        since = _now()
        texts = self._waiting.to_begin(since, len(self._flying), self._limit)
        if texts:
            begun = await self._persist(lambda: self._hold.begin(texts), _SHORT_PATIENCE)
            self._waiting.begin(begun, since)
            self._start()
        return bool(texts)

    def _start(self) -> None:
        """Start the next text if it may start now, and come back for the one after it.

        One at a time: its task runs before the next is looked at, also when an answer arrives in
        between, so that what counts as started has, however long the process was held up.
        """
        if self._is_leaving:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._trip is not None or self._stopped:
            return
        loop = asyncio.get_running_loop()
        match self._waiting.start(_now(), len(self._flying), self._limit):
            case Claimed() as one:
                task = loop.create_task(self._send_one(one))
                self._is_leaving = True
                self._flying.add(task)
                task.add_done_callback(self._landed)
                self._timer = loop.call_soon(self._start)
            case float() as wait:
                self._timer = loop.call_later(wait, self._start)

    async def _send_one(self, one: Claimed) -> None:
        self._is_leaving = False
        left = one.expires_at.timestamp() - self._database_ahead - _now()
        reach("send.before_socket")
        self._waiting.left(_now())
        try:
            result = await self._send(
                Outgoing(
                    outbox_id=one.id,
                    attempt=one.attempt,
                    recipient=one.recipient,
                    body=one.body,
                    sender=one.sender if one.lane is Lane.CAMPAIGN else None,
                    valid_for=valid_for(one.lane, timedelta(seconds=left)),
                )
            )
        except Exception as error:  # noqa: BLE001 - whatever it was, the text may be out
            result = Unknown(reason=f"Sending broke ({type(error).__name__}).")
        reach("send.after_answer")
        self._hear(one, result)

    def _hear(self, one: Claimed, result: SendResult) -> None:
        self._answers.append(Answer(claimed=one, result=result))
        if isinstance(result, NotProcessed) and result.throttled:
            self._limit = self._limit.throttled(_now(), result.in_use)
        elif failure(result) is None:
            self._limit = self._limit.accepted()
        reason = self._breaker.hear(result, _now(), trying=self._is_trial)
        self._trip = self._trip or reason
        self._went_well = self._is_trial and failure(result) is None

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._start()
        if self._gathering() <= 0 or len(self._answers) == 1 or not self._waiting.has_begun():
            self._news.set()

    def _gathering(self) -> float:
        """For how many seconds more answers may wait for others before they are written down."""
        urgent = self._stopped or self._trip is not None or self._went_well
        if urgent or len(self._answers) >= _ENOUGH:
            return 0.0
        return self._finished_at + _GATHER - _now()

    async def _finish(self) -> bool:
        """Write down what is known, the newest five hundred answers at most."""
        if self._gathering() > 0:
            return False
        answers, self._answers = self._answers[:_MOST_FINISHED], self._answers[_MOST_FINISHED:]
        if not answers:
            return False
        self._finished_at = _now()
        trip, well = self._trip, self._went_well
        if trip is not None:
            self._breaker.forget()
        # The texts are out: a database that is gone for some seconds must not make them riddles.
        try:
            outcomes = await self._persist(
                lambda: self._hold.finish(answers, trip, well=well and trip is None), _PATIENCE
            )
        except StoreUnavailable:
            self._answers = answers + self._answers  # tried once more before the pump ends
            raise
        self._tally.update(one.state for one in outcomes if one.label != "not_started")
        if trip is not None:
            _log.warning("circuit_opened", reason=trip)
            self._trip, self._is_trial = None, False
            await self._stand_down()
        elif well:
            _log.info("circuit_closed")
            self._is_trial = self._went_well = False
        return True

    async def _persist(self, work: Callable[[], T], patience: float) -> T:
        """Do it in the database, again while that is busy or gone. Each is safe to repeat."""
        ends_at = _now() + patience
        while True:
            try:
                return await asyncio.to_thread(work)
            except StoreConflict:
                raise
            except StoreUnavailable:
                if _now() >= ends_at:
                    raise
                await asyncio.sleep(_AGAIN)

    async def _stand_down(self) -> None:
        """Start nothing of what is in hand: claimed texts go back, and begun ones, unsent."""
        await self._give_back(*self._waiting.give_up())

    async def _give_back(self, claimed: list[Claimed], begun: list[Claimed]) -> None:
        self._answers += [Answer(claimed=one, result=None) for one in begun]
        if claimed:
            await asyncio.to_thread(self._hold.release, claimed)

    async def _wind_up(self) -> None:
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        try:
            await self._stand_down()
        except StoreUnavailable:
            _log.warning("not_given_back", then="it comes back by its lease")
        if self._flying:
            await asyncio.wait(self._flying)
        while await self._finish():
            pass
        await asyncio.to_thread(self._hold.let_go)

    def _is_busy(self) -> bool:
        return bool(len(self._waiting) or self._flying or self._answers)

    async def _hear_news(self) -> None:
        wait = self._waiting.next_begin(_now(), len(self._flying), self._limit)
        timeout = _POLL if wait is None else min(wait, _POLL)
        if self._answers:
            timeout = min(timeout, max(self._gathering(), 0.0))
        try:
            async with asyncio.timeout(timeout):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
