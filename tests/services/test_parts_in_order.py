"""A thousand long answers, their receipts late or lost: no part before the one it follows."""

import heapq
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import pytest
from sqlalchemy import select

from smsbot.core.messages import E164
from smsbot.core.outbound.outbox import (
    PART_PATIENCE,
    REPLY_LIFE,
    Lane,
    NewOutgoing,
    Outcome,
    State,
    Wanted,
)
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import attempts, contacts, outbox, receipts
from smsbot.db.attempts import Finished
from smsbot.db.store import Store
from smsbot.db.tables_outbox import outbox as rows
from tests.builders import NOW, OUR_NUMBER, a_sid, a_store
from tests.outbox_builders import later
from tests.silence_builders import a_receipt

RUNS, PARTS, STEP = 1000, 3, 2.0


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    store = a_store(sqlite_url)
    yield store
    store.close()


class Carrier:
    """Takes every text at once; says so after a while, or never. Time is turned by hand."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance = store, random.Random(seed)
        self.left: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.sent_at: dict[tuple[str, int], float] = {}
        self.receipts: list[tuple[float, int, Receipt]] = []
        self.places: dict[int, tuple[str, int]] = {}

    def step(self, seconds: float) -> None:
        at = later(seconds)
        due: list[Receipt] = []
        while self.receipts and self.receipts[0][0] <= seconds:
            due.append(heapq.heappop(self.receipts)[2])
        with self.store.begin() as tx:
            if due:
                receipts.record(tx, self.store.sealer, due)
            wanted = Wanted(sender=OUR_NUMBER, rows=5_000, campaign_rows=0, segments=50_000)
            claimed = outbox.claim(tx, self.store.sealer, wanted, at)
        with self.store.begin() as tx:
            begun = attempts.begin_many(tx, claimed, at)
        finished = [
            Finished(
                claimed=one,
                outcome=Outcome(state=State.ACCEPTED, label="accepted", sid=a_sid(50_000 + one.id)),
            )
            for one in begun
        ]
        for one in begun:
            self.take(one.id, seconds, at)
        with self.store.begin() as tx:
            attempts.finish_many(tx, finished, at)

    def take(self, text: int, seconds: float, at: datetime) -> None:
        sequence, part = self.places[text]
        self.left[sequence].append((part, seconds))
        if self.chance.random() < 0.1:
            return  # its receipts are lost
        told = seconds + self.chance.expovariate(1 / 8)
        self.sent_at[sequence, part] = told
        one = a_receipt("sent", sid=a_sid(50_000 + text), outbox_id=text, attempt=1, received_at=at)
        heapq.heappush(self.receipts, (told, text, one))


def queue_all(store: Store) -> None:
    people = [E164(f"+1202{run:07}") for run in range(RUNS)]
    with store.begin() as tx:
        known = contacts.lock(tx, store.sealer, people, NOW)
        texts = [
            NewOutgoing(
                dedupe_key=f"reply:{run}:{part}", sequence_key=f"reply:{run}", part=part,
                lane=Lane.REPLY, contact_id=known[person].id, sender=OUR_NUMBER, recipient=person,
                body=f"{part}/{PARTS}", segments=1, due_at=NOW, expires_at=NOW + REPLY_LIFE,
            )
            for run, person in enumerate(people)
            for part in range(1, PARTS + 1)
        ]  # fmt: skip
        outbox.add(tx, store.sealer, texts, NOW)


@pytest.mark.timeout(240)
def test_the_parts_of_a_thousand_answers_leave_in_order(store: Store) -> None:
    carrier = Carrier(store, seed=1123)
    queue_all(store)
    with store.begin() as tx:
        found = tx.execute(select(rows.c.id, rows.c.sequence_key, rows.c.part))
        carrier.places = {row.id: (row.sequence_key, row.part) for row in found}

    seconds = 0.0
    while sum(map(len, carrier.left.values())) < RUNS * PARTS:
        assert seconds < 200
        carrier.step(seconds)
        seconds += STEP

    in_order = [left for left in carrier.left.values() if [part for part, _ in left] == [1, 2, 3]]
    assert len(in_order) == RUNS
    early = [
        (sequence, part)
        for sequence, left in carrier.left.items()
        for (part, at), (_, following) in pairwise(left)
        if following
        < min(at + PART_PATIENCE.total_seconds(), carrier.sent_at.get((sequence, part), 1e9))
    ]
    assert early == []
    # Whatever was lost cost its patience, and nothing cost more.
    waits = [b[1] - a[1] for left in carrier.left.values() for a, b in pairwise(left)]
    assert max(waits) <= PART_PATIENCE.total_seconds() + STEP
    assert len(waits) == RUNS * (PARTS - 1)
