import pytest
from sqlalchemy import select

from smsbot.core.outbound.circuit import Circuit
from smsbot.core.outbound.outbox import LEASE, MOST_ATTEMPTS, MOST_DEATHS, REPLY_LIFE, State
from smsbot.core.outbound.sending import Failure, Refused
from smsbot.db import outbox_events, senders
from smsbot.db.store import Store
from smsbot.db.tables_outbox import outbox as rows
from smsbot.services.send import Swept, judge, sweep, wait_for_a_pump
from tests.builders import NOW, OUR_NUMBER
from tests.outbox_builders import begin, claim, later, queue, states


def refused(failure: Failure) -> Refused:
    return Refused(code=1, failure=failure, reason="said no")


def test_capacity_is_given_up_after_so_many_attempts() -> None:
    assert judge(refused(Failure.CAPACITY), MOST_ATTEMPTS - 1, NOW).state is State.QUEUED
    assert judge(refused(Failure.CAPACITY), MOST_ATTEMPTS, NOW).state is State.FAILED


def test_one_country_we_may_not_text_does_not_stop_the_sender() -> None:
    assert judge(refused(Failure.DESTINATION), 1, NOW).state is State.FAILED
    assert judge(refused(Failure.ACCOUNT), 1, NOW).state is State.PARKED


def test_a_sweep_takes_back_what_dead_workers_held_and_drops_what_is_too_late(store: Store) -> None:
    queue(store, "claimed", person="+12025550111")
    queue(store, "sending", person="+12025550122")
    queue(store, "late", person="+12025550133", due_at=later(3600), expires_at=later(30))
    _, sending = claim(store)
    begin(store, [sending])

    swept = sweep(store, lambda _: NOW + LEASE * 1.1)

    assert swept == Swept(back=1, unknown=1, expired=1)
    assert states(store) == ["queued", "unknown", "expired"]
    with store.read() as tx:
        (event,) = outbox_events.of(tx, 3)
        looks = tx.scalar(select(rows.c.next_look_at).where(rows.c.id == 2))
    assert (event.what, event.moved) == ("expired", (State.QUEUED, State.EXPIRED))
    assert looks == NOW + LEASE * 1.1 + (later(15) - NOW)


def test_a_text_that_ends_every_worker_which_takes_it_goes_to_a_person(store: Store) -> None:
    queue(store, "deadly", expires_at=later(86_400))
    queue(store, "harmless", person="+12025550122", due_at=later(80_000), expires_at=later(86_400))
    at = NOW
    for _ in range(MOST_DEATHS):
        assert len(claim(store, at)) == 1
        at += LEASE * 1.1
        sweep(store, lambda _, at=at: at)

    assert states(store) == ["human", "queued"]
    assert claim(store, at) == []


@pytest.mark.parametrize(
    ("circuit", "left"), [(Circuit.CLOSED, "queued"), (Circuit.OPEN, "parked")]
)
def test_parked_texts_are_queued_again_once_the_circuit_is_closed(
    store: Store, circuit: Circuit, left: str
) -> None:
    queue(store)
    with store.begin() as tx:
        senders.ensure(tx, OUR_NUMBER, 1.0, NOW)
        if circuit is Circuit.OPEN:
            senders.trip(tx, OUR_NUMBER, "account: suspended", NOW)
        tx.execute(rows.update().values(state="parked"))

    sweep(store, lambda _: later(1))

    assert states(store) == [left]


def test_a_text_waits_for_a_pump_only_while_none_holds_its_sender(store: Store) -> None:
    queue(store, due_at=later(5), expires_at=NOW + REPLY_LIFE)

    assert not wait_for_a_pump(store, lambda _: NOW)
    assert wait_for_a_pump(store, lambda _: later(6))
    with store.begin() as tx:
        senders.ensure(tx, OUR_NUMBER, 1.0, NOW)
        assert senders.hold(tx, OUR_NUMBER, "somebody", later(6)) is not None
    assert not wait_for_a_pump(store, lambda _: later(7))
    assert wait_for_a_pump(store, lambda _: later(13))
