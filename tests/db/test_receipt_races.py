"""Receipts race the sender's own answer, and each other: nothing is lost, nothing moves back."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from smsbot.core.errors import StoreUnavailable
from smsbot.core.messages import E164
from smsbot.core.outbound.outbox import Claimed, Lane, Outcome, State
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import attempts, receipts
from smsbot.db.attempts import Finished
from smsbot.db.store import Store
from smsbot.db.tables_outbox import attempt, outbox, outbox_event, receipt
from tests.builders import NOW, a_sid, a_store
from tests.outbox_builders import begin, claim, later, queue
from tests.silence_builders import a_receipt

TEXTS = 60


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def sending(store: Store) -> list[Claimed]:
    for number in range(TEXTS):
        queue(store, f"reply:{number}", person=f"+1202555{number:04}", lane=Lane.REPLY)
    return begin(store, claim(store, limit=TEXTS))


def patiently(store: Store, work: Callable[[object], object]) -> int:
    """Do it again when the database chose it to give way; how often that was."""
    for again in range(20):
        try:
            with store.begin() as tx:
                work(tx)
        except StoreUnavailable:
            time.sleep(random.uniform(0.001, 0.02))
            continue
        return again
    raise AssertionError("the database never let it through")


def test_the_answer_and_its_receipts_at_once_leave_every_text_delivered_once(store: Store) -> None:
    texts = sending(store)
    chance, gate = random.Random(44), threading.Barrier(3)
    some = [
        a_receipt(status, sid=a_sid(9000 + one.id), outbox_id=one.id, attempt=1)
        for one in texts
        for status in ("queued", "sent", "delivered", "delivered")
    ]
    finished = [
        Finished(
            claimed=one,
            outcome=Outcome(state=State.ACCEPTED, label="accepted", sid=a_sid(9000 + one.id)),
        )
        for one in texts
    ]

    def hear(mine: Sequence[Receipt]) -> int:
        gate.wait(timeout=10)
        batches = [mine[start : start + 10] for start in range(0, len(mine), 10)]
        return sum(
            patiently(store, lambda tx, b=batch: receipts.record(tx, store.sealer, b))  # type: ignore[misc]
            for batch in batches
        )

    def finish() -> int:
        gate.wait(timeout=10)
        chance.shuffle(finished)
        batches = [finished[start : start + 15] for start in range(0, len(finished), 15)]
        return sum(
            patiently(store, lambda tx, b=batch: attempts.finish_many(tx, b, later(1)))  # type: ignore[misc]
            for batch in batches
        )

    chance.shuffle(some)
    half = len(some) // 2
    with ThreadPoolExecutor(3) as pool:
        doing = [pool.submit(hear, some[:half]), pool.submit(hear, some[half:])]
        doing.append(pool.submit(finish))
        gave_way = [one.result(timeout=60) for one in doing]

    assert sum(gave_way) < TEXTS
    with store.begin() as tx:
        held = tx.execute(select(outbox.c.state, outbox.c.sid, outbox.c.id)).all()
        assert {(one.state, one.sid) for one in held} == {
            ("delivered", a_sid(9000 + one.id)) for one in held
        }
        assert tx.scalar(select(func.count()).select_from(receipt)) == 3 * TEXTS
        orphans = select(func.count()).select_from(receipt).where(receipt.c.outbox_id.is_(None))
        assert tx.scalar(orphans) == 0
        open_ = select(func.count()).select_from(attempt).where(attempt.c.ended_at.is_(None))
        assert tx.scalar(open_) == 0
        odd = outbox_event.c.what.in_(("duplicate", "conflict"))
        assert tx.scalar(select(func.count()).select_from(outbox_event).where(odd)) == 0


def test_one_receipt_from_many_processes_at_once_is_kept_once(store: Store) -> None:
    (text, *_) = sending(store)
    gate = threading.Barrier(6)
    one = a_receipt("delivered", outbox_id=text.id, attempt=1, recipient=E164("+12025550101"))

    def hear(_: int) -> bool:
        gate.wait(timeout=10)
        with store.begin() as tx:
            return receipts.record(tx, store.sealer, [one])[0].moved is State.DELIVERED

    with ThreadPoolExecutor(6) as pool:
        moved = list(pool.map(hear, range(6)))

    assert sum(moved) == 1
    with store.begin() as tx:
        assert tx.scalar(select(func.count()).select_from(receipt)) == 1
        assert tx.scalar(select(outbox.c.updated_at).where(outbox.c.id == text.id)) == NOW
