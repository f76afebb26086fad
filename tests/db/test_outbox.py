from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from smsbot.core.errors import StoreConflict
from smsbot.core.messages import MessageSid
from smsbot.core.outbound.outbox import LEASE, REPLY_LIFE, Lane, Outcome, State
from smsbot.db import attempts, outbox
from smsbot.db.store import Store
from smsbot.db.tables_outbox import attempt
from smsbot.db.tables_outbox import outbox as rows
from tests.builders import NOW, a_sid, a_store
from tests.outbox_builders import begin, claim, finish, later, opt_out, queue, states

ACCEPTED = Outcome(state=State.ACCEPTED, label="accepted", sid=MessageSid("SM" + "a" * 32))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def test_what_is_due_is_claimed_in_the_order_of_lanes_then_of_time(store: Store) -> None:
    queue(store, "campaign", lane=Lane.CAMPAIGN, due_at=later(-60), person="+12025550111")
    queue(store, "late reply", due_at=later(-1), person="+12025550122")
    queue(store, "early reply", due_at=later(-5), person="+12025550133")
    queue(store, "crisis", lane=Lane.CRISIS, person="+12025550144")
    queue(store, "not yet", due_at=later(1))

    assert [one.body for one in claim(store)] == [
        "crisis 1", "early reply 1", "late reply 1", "campaign 1",
    ]  # fmt: skip


def test_a_part_waits_for_the_one_before_it(store: Store) -> None:
    queue(store, parts=3)

    first = claim(store)
    assert [one.body for one in first] == ["reply:SM1 1"]
    assert claim(store) == []
    assert begin(store, first) == first
    assert finish(store, first[0], ACCEPTED)
    assert claim(store, later(29)) == []

    assert [one.body for one in claim(store, later(31))] == ["reply:SM1 2"]


@pytest.mark.parametrize(
    ("state", "goes_on"),
    [
        (State.FAILED, True),
        (State.UNDELIVERED, True),
        (State.UNKNOWN, False),
        (State.PARKED, False),
    ],
)
def test_a_part_nobody_is_sure_of_keeps_the_next_one_back(
    store: Store, state: State, goes_on: bool
) -> None:
    queue(store, parts=2)
    with store.begin() as tx:
        tx.execute(rows.update().where(rows.c.part == 1).values(state=state.value))

    assert bool(claim(store)) is goes_on


def test_two_workers_never_claim_the_same_text(store: Store) -> None:
    for number in range(30):
        queue(store, f"reply:{number}")

    with ThreadPoolExecutor(6) as pool:
        taken = [
            one.id for got in pool.map(lambda _: claim(store, limit=5), range(6)) for one in got
        ]

    assert len(taken) == len(set(taken))
    assert len(taken) == 30 - states(store).count("queued")


def test_the_same_text_is_never_queued_twice(store: Store) -> None:
    queue(store)

    with pytest.raises(StoreConflict):
        queue(store)


def test_a_dead_workers_claim_goes_back_and_its_open_send_is_unknown(store: Store) -> None:
    queue(store, "claimed", person="+12025550111")
    queue(store, "sending", person="+12025550122")
    _, sending = claim(store)
    begin(store, [sending])

    with store.begin() as tx:
        assert attempts.release_expired(tx, NOW + LEASE) == (0, 0)
        assert attempts.release_expired(tx, NOW + LEASE + timedelta(seconds=1)) == (1, 1)

    assert states(store) == ["queued", "unknown"]
    with store.begin() as tx:
        assert tx.scalar(select(attempt.c.outcome)) == "worker_died"


def test_who_lost_the_lease_may_not_send(store: Store) -> None:
    queue(store)
    (slow,) = claim(store)
    with store.begin() as tx:
        attempts.release_expired(tx, later(61))
    (quick,) = claim(store, later(62))

    assert begin(store, [slow], later(63)) == []
    assert begin(store, [slow, quick], later(63)) == [quick]


def test_the_lease_begins_anew_when_the_send_begins(store: Store) -> None:
    queue(store)
    (one,) = claim(store)
    assert begin(store, [one], later(55)) == [one]

    with store.begin() as tx:
        assert attempts.release_expired(tx, later(61)) == (0, 0)


def test_a_worker_slower_than_its_lease_still_says_what_became_of_it(store: Store) -> None:
    queue(store)
    (one,) = claim(store)
    begin(store, [one])
    with store.begin() as tx:
        attempts.release_expired(tx, later(61))

    assert finish(store, one, ACCEPTED, later(62))

    with store.begin() as tx:
        row = tx.execute(select(rows.c.state, rows.c.sid)).one()
        assert tx.scalar(select(attempt.c.outcome)) == "accepted"
    assert tuple(row) == ("accepted", ACCEPTED.sid)


def test_a_receipt_that_was_quicker_is_not_overwritten(store: Store) -> None:
    queue(store)
    (one,) = claim(store)
    begin(store, [one])
    with store.begin() as tx:
        tx.execute(rows.update().values(state="delivered", sid=ACCEPTED.sid, lease_token=None))

    assert not finish(store, one, ACCEPTED)

    assert states(store) == ["delivered"]


def test_what_has_expired_is_not_sent(store: Store) -> None:
    queue(store)

    assert claim(store, NOW + REPLY_LIFE) == []
    assert states(store) == ["expired"]


def test_what_expires_after_the_claim_is_not_sent_either(store: Store) -> None:
    queue(store, expires_at=later(30))
    (one,) = claim(store)

    assert begin(store, [one], later(30)) == []

    assert states(store) == ["expired"]


@pytest.mark.parametrize(("lane", "state"), [(Lane.REPLY, "suppressed"), (Lane.CRISIS, "sending")])
def test_stop_after_the_claim_still_silences_all_but_a_crisis_text(
    store: Store, lane: Lane, state: str
) -> None:
    person = queue(store, lane=lane)
    (one,) = claim(store)
    opt_out(store, person)

    begin(store, [one])

    assert states(store) == [state]


def test_one_persons_stop_silences_nobody_else(store: Store) -> None:
    gone = queue(store, "hers", person="+12025550111")
    queue(store, "his", person="+12025550122")
    opt_out(store, gone)

    assert [one.recipient for one in claim(store)] == ["+12025550122"]
    assert states(store) == ["suppressed", "queued"] or states(store) == ["suppressed", "claimed"]


def test_numbers_and_bodies_come_back_as_they_went_in(store: Store) -> None:
    queue(store, body="¿Cuánto dura? 😀", person="+525555550101")

    (one,) = claim(store)

    assert (one.body, one.recipient, one.attempts) == ("¿Cuánto dura? 😀", "+525555550101", 0)


def test_the_summary_counts_states_and_knows_the_oldest_due(store: Store) -> None:
    queue(store, "old", due_at=later(-90))
    queue(store, "new")
    queue(store, "future", due_at=later(90))

    with store.begin() as tx:
        assert outbox.summary(tx) == {"queued": 3}
        assert outbox.oldest_due(tx, NOW) == later(-90)
        tx.execute(rows.update().values(state="accepted"))
        assert outbox.oldest_due(tx, NOW) is None


def test_a_sid_belongs_to_one_text(store: Store) -> None:
    queue(store, "one")
    queue(store, "two")

    with pytest.raises(StoreConflict), store.begin() as tx:
        tx.execute(rows.update().values(sid=a_sid(5)))
