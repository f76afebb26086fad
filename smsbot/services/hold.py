"""One pump's hold on one sender: what it claims, begins and finishes, each in one transaction.

No transaction stays open while a text is with the provider. Between any two of them the process
may die: a claimed text then goes back, one that was begun becomes UNKNOWN, by their leases.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from smsbot.core.errors import StoreConflict
from smsbot.core.outbound.circuit import Circuit
from smsbot.core.outbound.outbox import Claimed, Outcome, State, Wanted
from smsbot.core.outbound.sending import SendResult
from smsbot.db import attempts, contacts, outbox, senders
from smsbot.db.attempts import Finished
from smsbot.db.senders import Held
from smsbot.db.store import Store, Transaction
from smsbot.failpoints import reach
from smsbot.services.send import judge

Clock = Callable[[Transaction], datetime]
"""The database's time, `smsbot.db.clock.now` but for tests."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one claim gave: texts, and in how many seconds each of them may start."""

    at: datetime
    """The database's time."""
    texts: tuple[tuple[Claimed, float], ...] = ()
    is_trial: bool = False
    """The circuit is open and this one text is to show whether it can be closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A text and what the provider said to it; None: it was never started."""

    claimed: Claimed
    result: SendResult | None


def addresses(store: Store) -> list[str]:
    """Our numbers that have texts queued or parked.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        parked = {one.address for one in senders.every(tx) if outbox.has_parked(tx, one.address)}
        return sorted(parked.union(senders.with_queued(tx)))


class Hold:
    """What a pump does in the database for one sender. One thread at a time."""

    def __init__(self, store: Store, sender: str, mps: float, clock: Clock) -> None:
        """Hold nothing yet: the first claim takes the sender, if it is free."""
        self.sender, self.mps = sender, mps
        self._store, self._clock = store, clock
        self._holder = str(uuid.uuid4())
        self._is_known = False

    def claim(self, rows: int, campaign_rows: int) -> Turn | None:
        """Claim texts that are due; None when another pump holds the sender.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        with self._store.begin() as tx:
            now = self._clock(tx)
            if not self._is_known:
                senders.ensure(tx, self.sender, self.mps, now)
            held = senders.hold(tx, self.sender, self._holder, now)
            if held is None:
                return None
            turn = self._claim(tx, held, (rows, campaign_rows), now)
            reach("claim.before_commit")
        self._is_known = True
        reach("claim.after_commit")
        return turn

    def _claim(self, tx: Transaction, held: Held, most: tuple[int, int], now: datetime) -> Turn:
        is_trial = held.circuit is not Circuit.CLOSED
        if is_trial and held.circuit_until is not None and held.circuit_until > now:
            return Turn(at=now)
        rows, campaign_rows = (1, 1) if is_trial else most
        wanted = Wanted(
            sender=self.sender,
            rows=rows,
            campaign_rows=campaign_rows,
            segments=held.pace.room(now),
        )
        claimed = outbox.claim(tx, self._store.sealer, wanted, now)
        if is_trial and not claimed and outbox.unpark(tx, self.sender, 1, now):
            claimed = outbox.claim(tx, self._store.sealer, wanted, now)
        if not claimed:
            return Turn(at=now)
        if is_trial:
            senders.try_one(tx, self.sender, now)
        pace, slots = held.pace.take([one.segments for one in claimed], now)
        senders.move_on(tx, self.sender, pace.next_slot_at)
        waits = [(slot - now).total_seconds() for slot in slots]
        return Turn(at=now, texts=tuple(zip(claimed, waits, strict=True)), is_trial=is_trial)

    def is_due(self) -> bool:
        """Whether anything of this sender is due, cheaply: it is not locked and may be held back.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        with self._store.read() as tx:
            due = outbox.oldest_due(tx, self._clock(tx), self.sender)
        return due is not None

    def begin(self, claimed: Sequence[Claimed]) -> list[Claimed]:
        """Commit the intent to send these; returns those that may be sent.

        One that can't be begun does not keep the others back: its lease runs out, and after some
        times a person sees it.

        Raises:
            StoreUnavailable: the database can't be reached; nothing of this may be sent.
        """
        try:
            return self._begin(claimed)
        except StoreConflict as error:
            if len(claimed) == 1:
                _log.warning("not_begun", outbox_id=claimed[0].id, reason=str(error))
                return []
        return [begun for one in claimed for begun in self.begin([one])]

    def _begin(self, claimed: Sequence[Claimed]) -> list[Claimed]:
        with self._store.begin() as tx:
            begun = attempts.begin_many(tx, claimed, self._clock(tx))
            reach("begin.before_commit")
        reach("begin.after_commit")
        return begun

    def release(self, claimed: Sequence[Claimed]) -> None:
        """Give back what was claimed and not begun.

        Raises:
            StoreUnavailable: the database can't be reached; it comes back by its lease.
        """
        with self._store.begin() as tx:
            outbox.release(tx, claimed, self._clock(tx))

    def finish(self, answers: Sequence[Answer], trip: str | None, *, well: bool) -> list[Outcome]:
        """Write down what became of texts; returns it.

        `trip` opens the sender's circuit for this reason; `well` closes it if it was being tried.

        Raises:
            StoreUnavailable: the database can't be reached; call again with the same.
        """
        try:
            return self._finish(answers, trip, well=well)
        except StoreConflict:
            if len(answers) == 1:
                return self._give_up(answers[0])
        outcomes = [self.finish([one], None, well=False) for one in answers]
        if trip or well:
            self._finish([], trip, well=well)
        return [outcome for some in outcomes for outcome in some]

    def _finish(self, answers: Sequence[Answer], trip: str | None, *, well: bool) -> list[Outcome]:
        with self._store.begin() as tx:
            now = self._clock(tx)
            finished = [
                Finished(claimed=one.claimed, outcome=_outcome(one, now)) for one in answers
            ]
            self._write_down(tx, finished, now)
            if trip is not None:
                senders.trip(tx, self.sender, trip, now)
            elif well:
                senders.close_circuit(tx, self.sender, now)
            reach("finish.before_commit")
        reach("finish.after_commit")
        return [one.outcome for one in finished]

    def _write_down(self, tx: Transaction, finished: list[Finished], now: datetime) -> None:
        if not finished:
            return
        attempts.finish_many(tx, finished, now)
        for one in finished:
            if one.outcome.opts_out:
                contacts.opt_out(tx, one.claimed.contact_id, "provider:21610", now)

    def _give_up(self, answer: Answer) -> list[Outcome]:
        """The answer can't be stored as it is, such as a SID that another text has."""
        _log.error("answer_not_stored", outbox_id=answer.claimed.id)
        outcome = Outcome(state=State.UNKNOWN, label="conflict")
        with self._store.begin() as tx:
            finished = Finished(claimed=answer.claimed, outcome=outcome)
            attempts.finish_many(tx, [finished], self._clock(tx))
        return [outcome]

    def let_go(self) -> None:
        """Leave the sender to another pump.

        Raises:
            StoreUnavailable: the database can't be reached; the hold ends by itself.
        """
        with self._store.begin() as tx:
            senders.let_go(tx, self.sender, self._holder)


def _outcome(answer: Answer, now: datetime) -> Outcome:
    if answer.result is None:
        return Outcome(state=State.QUEUED, label="not_started", retry_at=now)
    return judge(answer.result, answer.claimed.attempt, now)
