"""No question that a pump or the sweeper asks reads a whole table, however large it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from bench.claims import fill_half
from bench.forms import OUR_NUMBER
from smsbot.core.outbound.outbox import Outcome, State, Wanted
from smsbot.db import attempts, clock, outbox, senders
from smsbot.db.attempts import Finished
from smsbot.db.store import Store
from smsbot.services.send import sweep, wait_for_a_pump
from tests.builders import a_sid, a_store

Statement = tuple[str, object]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    fill_half(store, 4_000)
    yield store
    store.close()


@contextmanager
def heard(store: Store) -> Iterator[list[Statement]]:
    """The statements executed in the block, with what was bound."""
    said: list[Statement] = []

    def hear(_c: object, _k: object, statement: str, bound: object, _x: object, many: bool) -> None:
        if not many:
            said.append((statement, bound))

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)


def work(store: Store) -> None:
    """All that a pump and a sweeper do."""
    now = datetime.now(UTC)
    wanted = Wanted(sender=OUR_NUMBER, rows=20, campaign_rows=20, segments=1_000)
    with store.begin() as tx:
        senders.ensure(tx, OUR_NUMBER, 1.0, now)
        assert senders.hold(tx, OUR_NUMBER, "me", now) is not None
        claimed = outbox.claim(tx, store.sealer, wanted, now)
        begun = attempts.begin_many(tx, claimed, now)
        finished = [
            Finished(
                claimed=one,
                outcome=Outcome(state=State.ACCEPTED, label="accepted", sid=a_sid(10**9 + one.id)),
            )
            for one in begun[:-1]
        ]
        assert attempts.finish_many(tx, finished, now) == 19
        assert outbox.oldest_due(tx, now) is not None
        outbox.release(tx, outbox.claim(tx, store.sealer, wanted, now), now)
    wait_for_a_pump(store, clock.now)
    assert sweep(store, lambda _: now + timedelta(seconds=70)).unknown == 1


def plan(store: Store, statement: Statement) -> str:
    say = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
    with store.begin() as tx:
        rows = tx.exec_driver_sql(say + statement[0], statement[1])  # type: ignore[arg-type]
        lines = "\n".join(str(row[-1]) for row in rows)
        tx.rollback()
    return lines


def test_every_question_is_answered_by_an_index(store: Store) -> None:
    with heard(store) as said:
        work(store)
    asked = [one for one in said if one[0].lstrip().startswith(("SELECT", "UPDATE", "WITH"))]

    assert len(asked) > 25
    for statement in asked:
        lines = plan(store, statement)
        for table in ("outbox", "contact"):
            assert f"Seq Scan on {table} " not in lines, (statement[0], lines)
            assert f"SCAN {table}\n" not in f"{lines}\n", (statement[0], lines)
