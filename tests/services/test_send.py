import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from smsbot.core.outbound.outbox import MOST_ATTEMPTS, REPLY_LIFE, State
from smsbot.core.outbound.sending import (
    Accepted,
    Failure,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_outbox import attempt, outbox
from smsbot.services.send import Drained, drain, judge, sweep
from tests.builders import NOW, a_sid, a_store
from tests.outbox_builders import later, opt_out, queue, states


class Provider:
    """Answers as told, in order, and keeps what it was given."""

    def __init__(self, *answers: SendResult, at: datetime = NOW) -> None:
        self.answers = list(answers)
        self.given: list[Outgoing] = []
        self.now = at

    def __call__(self, outgoing: Outgoing) -> SendResult:
        self.given.append(outgoing)
        if self.answers:
            return self.answers.pop(0)
        return Accepted(sid=a_sid(1000 + len(self.given)), status="queued")

    def clock(self) -> datetime:
        return self.now


def refused(failure: Failure, code: int = 21211, *, suppress: bool = False) -> Refused:
    return Refused(code=code, failure=failure, reason="said no", suppress=suppress)


def test_all_parts_leave_in_order_once(store: Store) -> None:
    queue(store, parts=3)
    provider = Provider()

    done = drain(store, provider, provider.clock)

    assert done == Drained(accepted=3)
    assert [one.body[-1] for one in provider.given] == ["1", "2", "3"]
    assert drain(store, provider, provider.clock) == Drained()
    with store.begin() as tx:
        assert tx.scalar(select(func.count(outbox.c.sid.distinct()))) == 3


def test_it_stops_after_as_many_as_it_was_allowed(store: Store) -> None:
    for number in range(25):
        queue(store, f"reply:{number}")
    provider = Provider()

    drain(store, provider, provider.clock, at_most=20)

    assert len(provider.given) == 20


@pytest.mark.parametrize(
    ("answer", "state", "done"),
    [
        (Unknown(reason="who knows"), "unknown", Drained(unknown=1)),
        (NotProcessed(reason="429", throttled=True), "queued", Drained(retried=1)),
        (refused(Failure.RECIPIENT), "failed", Drained(failed=1)),
        (refused(Failure.CONTENT), "failed", Drained(failed=1)),
        (refused(Failure.UNLISTED), "failed", Drained(failed=1)),
        (refused(Failure.POSSIBLY_SENT), "failed", Drained(failed=1)),
        (refused(Failure.UNREACHABLE_NOW), "failed", Drained(failed=1)),
        (refused(Failure.ACCOUNT), "parked", Drained(parked=1)),
        (refused(Failure.CAPACITY), "queued", Drained(retried=1)),
    ],
    ids=lambda value: value.failure.value if isinstance(value, Refused) else type(value).__name__,
)
def test_each_answer_of_the_provider_leads_to_its_state(
    store: Store, answer: SendResult, state: str, done: Drained
) -> None:
    queue(store)
    provider = Provider(answer)

    assert drain(store, provider, provider.clock) == done
    assert states(store) == [state]
    assert len(provider.given) == 1


def test_what_is_unknown_is_never_sent_again(store: Store) -> None:
    queue(store, parts=2)
    provider = Provider(Unknown(reason="the line broke"))
    drain(store, provider, provider.clock)

    provider.now = later(120)
    sweep(store, provider.clock)
    drain(store, provider, provider.clock)
    provider.now = NOW + REPLY_LIFE
    drain(store, provider, provider.clock)

    assert len(provider.given) == 1
    assert states(store) == ["unknown", "expired"]


def test_what_was_not_processed_is_tried_again_later_and_leaves_once(store: Store) -> None:
    queue(store)
    provider = Provider(NotProcessed(reason="no route"), NotProcessed(reason="no route"))

    drain(store, provider, provider.clock)
    provider.now = later(0.5)
    assert drain(store, provider, provider.clock) == Drained()
    provider.now = later(1)
    drain(store, provider, provider.clock)
    provider.now = later(60)
    drain(store, provider, provider.clock)

    assert [one.attempt for one in provider.given] == [1, 2, 3]
    assert states(store) == ["accepted"]
    with store.begin() as tx:
        outcomes = list(tx.scalars(select(attempt.c.outcome).order_by(attempt.c.n)))
    assert outcomes == ["not_processed", "not_processed", "accepted"]


def test_capacity_is_given_up_after_so_many_attempts(store: Store) -> None:
    assert judge(refused(Failure.CAPACITY), MOST_ATTEMPTS - 1, NOW).state is State.QUEUED
    assert judge(refused(Failure.CAPACITY), MOST_ATTEMPTS, NOW).state is State.FAILED


def test_the_providers_opt_out_is_written_down(store: Store) -> None:
    person = queue(store, parts=2)
    provider = Provider(refused(Failure.RECIPIENT, 21610, suppress=True))

    drain(store, provider, provider.clock)

    assert states(store) == ["failed", "suppressed"]
    with store.begin() as tx:
        assert tx.scalar(select(contact.c.opted_out).where(contact.c.id == person))
        assert tx.scalar(select(consent.c.how)) == "provider:21610"


def test_a_text_is_worth_no_more_time_than_it_has_left(store: Store) -> None:
    queue(store, expires_at=later(90))
    provider = Provider()

    drain(store, provider, provider.clock)

    assert provider.given[0].valid_for == timedelta(seconds=90)


def test_stop_in_the_middle_of_a_chunk_is_heard(store: Store) -> None:
    person = queue(store, "one")
    queue(store, "two")

    class StopsAfterTheFirst(Provider):
        def __call__(self, outgoing: Outgoing) -> SendResult:
            opt_out(store, person)
            return super().__call__(outgoing)

    provider = StopsAfterTheFirst()

    drain(store, provider, provider.clock)

    assert len(provider.given) == 1
    assert states(store) == ["accepted", "suppressed"]


def test_a_worker_that_dies_after_the_send_leaves_a_row_nobody_sends_again(store: Store) -> None:
    queue(store)

    class Dies(Provider):
        def __call__(self, outgoing: Outgoing) -> SendResult:
            super().__call__(outgoing)
            raise KeyboardInterrupt

    dies: Callable[[Outgoing], SendResult] = (provider := Dies())
    with pytest.raises(KeyboardInterrupt):
        drain(store, dies, provider.clock)

    assert states(store) == ["sending"]
    provider.now = later(61)
    assert sweep(store, provider.clock) == (0, 1)
    assert drain(store, provider, provider.clock) == Drained()
    assert states(store) == ["unknown"]


def test_a_database_that_is_busy_for_a_moment_loses_no_sid(sqlite_url: str) -> None:
    store = a_store(sqlite_url)
    queue(store)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), check_same_thread=False)

    class LocksTheDatabase(Provider):
        def __call__(self, outgoing: Outgoing) -> SendResult:
            other.execute("BEGIN IMMEDIATE")
            threading.Timer(1.4, other.rollback).start()
            return super().__call__(outgoing)

    provider = LocksTheDatabase()

    assert drain(store, provider, provider.clock, at_most=1) == Drained(accepted=1)
    assert states(store) == ["accepted"]
    other.close()
    store.close()
