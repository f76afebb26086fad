import asyncio
import contextlib
import sqlite3
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update

from smsbot.core.errors import StoreUnavailable
from smsbot.core.outbound.outbox import REPLY_LIFE, Lane
from smsbot.core.outbound.sending import (
    Accepted,
    Failure,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.db import outbox_events, senders
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_outbox import attempt, outbox, sender
from smsbot.services.hold import Answer, Hold
from smsbot.services.send import Pumped, sweep
from tests.builders import NOW, OUR_NUMBER, a_sid, a_store
from tests.outbox_builders import later, opt_out, queue, states
from tests.pumping import Provider, pump


def refused(failure: Failure, code: int = 21211, *, suppress: bool = False) -> Refused:
    return Refused(code=code, failure=failure, reason="said no", suppress=suppress)


def people(store: Store, count: int, **more: object) -> None:
    """Queue one text for each of so many people."""
    for number in range(count):
        queue(store, f"to:{number}", person=f"+1202556{number:04}", **more)


def test_the_parts_of_a_reply_leave_in_order_each_after_the_receipt_of_the_one_before(
    store: Store,
) -> None:
    queue(store, parts=3)
    provider = Provider()

    assert pump(store, provider) == Pumped(accepted=1)
    with store.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.part == 1).values(state="delivered"))
    assert pump(store, provider) == Pumped(accepted=1)
    assert pump(store, provider) == Pumped()
    provider.now = later(31)
    assert pump(store, provider) == Pumped(accepted=1)

    assert [one.body[-1] for one in provider.given] == ["1", "2", "3"]


def test_hundreds_of_texts_leave_once_each_and_every_attempt_is_on_record(store: Store) -> None:
    people(store, 300)
    provider = Provider()

    assert pump(store, provider) == Pumped(accepted=300)

    assert Counter(one.outbox_id for one in provider.given) == Counter(range(1, 301))
    with store.read() as tx:
        assert tx.scalar(select(func.count(outbox.c.sid.distinct()))) == 300
        ends = tx.execute(select(attempt.c.outcome, func.count()).group_by(attempt.c.outcome))
        assert dict(map(tuple, ends)) == {"accepted": 300}


def test_answers_that_come_soon_after_each_other_are_written_down_together(store: Store) -> None:
    people(store, 80)
    ends: list[str] = []

    def hear(_c: object, _k: object, statement: str, *_: object) -> None:
        if "UPDATE attempt SET ended_at" in statement:
            ends.append(statement)

    event.listen(store.engine, "before_cursor_execute", hear)
    started = time.monotonic()
    assert pump(store, Provider(), mps=100) == Pumped(accepted=80)
    event.remove(store.engine, "before_cursor_execute", hear)

    # One comes every hundredth of a second, and they are written down every twentieth.
    assert 1 <= len(ends) <= (time.monotonic() - started) / 0.05 + 1


def test_the_intent_is_on_record_before_the_provider_is_called(store: Store) -> None:
    people(store, 20)
    seen: list[tuple[str, int]] = []

    def look(one: Outgoing) -> None:
        with store.read() as tx:
            seen.append(
                (
                    tx.scalar(select(outbox.c.state).where(outbox.c.id == one.outbox_id)) or "",
                    tx.scalar(
                        select(func.count()).where(
                            attempt.c.outbox_id == one.outbox_id, attempt.c.ended_at.is_(None)
                        )
                    )
                    or 0,
                )
            )

    provider = Provider()
    provider.before = look

    pump(store, provider)

    assert seen == [("sending", 1)] * 20


@pytest.mark.parametrize(
    ("answer", "state", "done"),
    [
        (Unknown(reason="who knows"), "unknown", Pumped(unknown=1)),
        (NotProcessed(reason="429", throttled=True), "queued", Pumped(retried=1)),
        (refused(Failure.RECIPIENT), "failed", Pumped(failed=1)),
        (refused(Failure.CONTENT), "failed", Pumped(failed=1)),
        (refused(Failure.UNLISTED), "failed", Pumped(failed=1)),
        (refused(Failure.DESTINATION), "failed", Pumped(failed=1)),
        (refused(Failure.POSSIBLY_SENT), "failed", Pumped(failed=1)),
        (refused(Failure.UNREACHABLE_NOW), "failed", Pumped(failed=1)),
        (refused(Failure.ACCOUNT), "parked", Pumped(parked=1)),
        (refused(Failure.CAPACITY), "queued", Pumped(retried=1)),
    ],
    ids=lambda value: value.failure.value if isinstance(value, Refused) else type(value).__name__,
)
def test_each_answer_of_the_provider_leads_to_its_state(
    store: Store, answer: SendResult, state: str, done: Pumped
) -> None:
    queue(store)
    provider = Provider(answer)

    assert pump(store, provider) == done
    assert states(store) == [state]
    assert len(provider.given) == 1


def test_what_is_unknown_is_never_sent_again_and_is_looked_at_soon(store: Store) -> None:
    queue(store, parts=2)
    provider = Provider(Unknown(reason="the line broke"))
    pump(store, provider)
    with store.read() as tx:
        look = tx.scalar(select(outbox.c.next_look_at).where(outbox.c.part == 1))

    provider.now = later(120)
    sweep(store, provider.clock)
    pump(store, provider)
    provider.now = NOW + REPLY_LIFE
    sweep(store, provider.clock)

    assert look == later(15)
    assert len(provider.given) == 1
    assert states(store) == ["unknown", "expired"]


def test_a_person_has_one_text_under_way_and_an_unsure_one_holds_back_all_but_crisis(
    store: Store,
) -> None:
    queue(store, "first")
    pump(store, Provider(Unknown(reason="the line broke")))
    queue(store, "reply")
    queue(store, "crisis", lane=Lane.CRISIS)
    provider = Provider()

    pump(store, provider)

    assert [one.body for one in provider.given] == ["crisis 1"]


def test_what_was_not_processed_is_tried_again_later_and_leaves_once(store: Store) -> None:
    queue(store)
    provider = Provider(NotProcessed(reason="no route"), NotProcessed(reason="no route"))

    pump(store, provider)
    provider.now = later(0.5)
    assert pump(store, provider) == Pumped()
    provider.now = later(1)
    pump(store, provider)
    provider.now = later(60)
    pump(store, provider)

    assert [one.attempt for one in provider.given] == [1, 2, 3]
    assert states(store) == ["accepted"]
    with store.read() as tx:
        outcomes = list(tx.scalars(select(attempt.c.outcome).order_by(attempt.c.n)))
    assert outcomes == ["not_processed", "not_processed", "accepted"]


def test_twenty_429s_then_all_is_sent_once_by_fewer_at_a_time(store: Store) -> None:
    people(store, 60, expires_at=later(86_400))
    busy = NotProcessed(reason="429", throttled=True, in_use=40)
    provider = Provider(*[busy] * 20)
    provider.seconds = 0.02

    pump(store, provider)
    most_before, provider.most_at_once = provider.most_at_once, 0
    provider.now = later(120)
    pump(store, provider)

    assert states(store) == ["accepted"] * 60
    accepted = [one for one in provider.given if one.attempt == 2]
    assert len(accepted) == 20
    assert len({one.outbox_id for one in provider.given}) == 60
    assert most_before <= 32


def test_a_campaign_never_fills_every_place_so_a_crisis_text_leaves_at_once(store: Store) -> None:
    people(store, 120, lane=Lane.CAMPAIGN, expires_at=later(86_400))
    provider = Provider()
    stuck = asyncio.Event()
    added = False

    async def hang(one: Outgoing) -> None:
        nonlocal added
        if one.body.startswith("crisis"):
            stuck.set()
        elif provider.at_once >= 24 and not added:
            added = True
            await asyncio.to_thread(queue, store, "crisis", person="+12025559999", lane=Lane.CRISIS)
        await asyncio.wait_for(stuck.wait(), timeout=10)

    provider.before = hang

    pump(store, provider)

    bodies = [one.body for one in provider.given]
    assert bodies.index("crisis 1") == 24
    assert states(store) == ["accepted"] * 121


def test_the_providers_opt_out_is_written_down(store: Store) -> None:
    person = queue(store, parts=2)
    provider = Provider(refused(Failure.RECIPIENT, 21610, suppress=True))

    pump(store, provider)
    pump(store, provider)

    assert states(store) == ["failed", "suppressed"]
    with store.read() as tx:
        assert tx.scalar(select(contact.c.opted_out).where(contact.c.id == person))
        assert tx.scalar(select(consent.c.how)) == "provider:21610"
        (event,) = outbox_events.of(tx, 2)
    assert (event.what, event.reason) == ("suppressed", "the contact said STOP")


def test_a_text_is_worth_no_more_time_than_it_has_left(store: Store) -> None:
    queue(store, expires_at=later(90))
    provider = Provider()

    pump(store, provider)

    assert timedelta(seconds=88) < provider.given[0].valid_for <= timedelta(seconds=90)


def test_a_stop_between_claim_and_slot_is_heard(store: Store) -> None:
    first = queue(store, "first", lane=Lane.CAMPAIGN)
    second = queue(store, "second", person="+12025550122", lane=Lane.CAMPAIGN)
    provider = Provider()
    provider.before = lambda _: opt_out(store, second)

    pump(store, provider, mps=1)

    assert first != second
    assert [one.body for one in provider.given] == ["first 1"]
    assert states(store) == ["accepted", "suppressed"]


def test_a_row_that_does_not_open_goes_to_a_person_and_the_others_flow(store: Store) -> None:
    people(store, 5)
    with store.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.id == 3).values(body_sealed=b"not ours at all"))

    assert pump(store, Provider()) == Pumped(accepted=4)

    assert states(store) == ["accepted", "accepted", "human", "accepted", "accepted"]


def test_an_answer_that_can_not_be_stored_makes_one_text_a_riddle_and_no_other(
    store: Store,
) -> None:
    people(store, 4)
    taken = Accepted(sid=a_sid(7), status="queued")

    pump(store, Provider(taken, taken))

    assert Counter(states(store)) == {"accepted": 3, "unknown": 1}


def test_a_provider_that_stops_answering_is_left_alone_then_tried_with_one_text(
    store: Store,
) -> None:
    people(store, 60, expires_at=later(86_400))
    provider = Provider(*[NotProcessed(reason="no route")] * 1000)

    pump(store, provider)
    tried = len(provider.given)
    pump(store, provider)
    provider.now = later(61)
    pump(store, provider)

    assert 10 <= tried <= 42
    assert len(provider.given) == tried + 1
    with store.read() as tx:
        (one,) = senders.every(tx)
    assert (one.circuit, one.trips) == ("open", 2)
    assert one.reason == "unreachable: no route"
    assert set(states(store)) == {"queued"}


def test_a_trial_that_goes_well_closes_the_circuit_and_all_leave(store: Store) -> None:
    people(store, 30, expires_at=later(86_400))
    pump(store, Provider(*[refused(Failure.ACCOUNT, 20003)] * 100))
    assert "parked" in states(store)
    provider = Provider(at=later(600))

    pump(store, provider)
    assert len(provider.given) >= 1
    sweep(store, provider.clock)
    pump(store, provider)

    assert states(store) == ["accepted"] * 30
    assert len(provider.given) == 30


def test_a_second_pump_ends_at_once_while_another_holds_the_sender(store: Store) -> None:
    queue(store)
    with store.begin() as tx:
        senders.ensure(tx, OUR_NUMBER, 1000, NOW)
        senders.hold(tx, OUR_NUMBER, "another", NOW)

    assert pump(store, Provider()) == Pumped()
    assert states(store) == ["queued"]
    assert pump(store, Provider(at=later(7))) == Pumped(accepted=1)


def test_a_pump_that_is_told_to_end_finishes_what_is_out_and_gives_the_rest_back(
    store: Store,
) -> None:
    people(store, 80, expires_at=later(86_400))
    provider = Provider()
    provider.seconds = 0.6
    ended = threading.Event()
    provider.before = lambda _: ended.set()

    done = pump(store, provider, is_over=ended.is_set, linger=5)

    assert done.accepted == len(provider.given) < 80
    assert Counter(states(store)) == {"accepted": done.accepted, "queued": 80 - done.accepted}
    with store.read() as tx:
        assert tx.scalar(select(sender.c.holder)) is None


def test_two_pumps_and_a_clock_that_jumps_an_hour_send_nothing_twice(store: Store) -> None:
    people(store, 40, expires_at=later(86_400))
    slow, late = Provider(), Provider(at=later(3600))
    slow.seconds = 1.0

    def other() -> None:
        sweep(store, late.clock)
        pump(store, late)

    thread = threading.Timer(0.4, other)
    thread.start()
    pump(store, slow)
    thread.join()

    sent = Counter(one.outbox_id for one in (*slow.given, *late.given))
    assert set(sent.values()) == {1}
    assert Counter(states(store)) == {"accepted": 40}


def test_a_database_that_is_busy_for_a_moment_loses_no_sid(sqlite_url: str) -> None:
    store = a_store(sqlite_url)
    queue(store)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), check_same_thread=False)

    def lock(_: Outgoing) -> None:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(1.4, other.rollback).start()

    provider = Provider()
    provider.before = lock

    # The claim beside it may be refused; what was sent is written down all the same.
    with contextlib.suppress(StoreUnavailable):
        pump(store, provider)
    assert states(store) == ["accepted"]
    other.close()
    store.close()


def test_an_intent_whose_commit_nobody_heard_of_is_found_again(store: Store) -> None:
    people(store, 3)
    hold = Hold(store, OUR_NUMBER, 100.0, lambda _: NOW)
    turn = hold.claim(10, 10)
    assert turn is not None
    texts = [one for one, _ in turn.texts]

    assert hold.begin(texts) == texts
    assert hold.begin(texts) == texts
    accepted = Accepted(sid=a_sid(1), status="queued")
    hold.finish([Answer(claimed=texts[0], result=accepted)], None, well=False)

    assert len(texts) == 3
    assert hold.begin(texts) == texts[1:]


def test_a_slow_provider_is_given_few_at_a_time_and_no_lease_runs_out(store: Store) -> None:
    people(store, 12)
    provider = Provider(*[NotProcessed(reason="busy", throttled=True, in_use=4)] * 1)
    provider.seconds = 0.2
    under_way: list[int] = []

    def look(_one: Outgoing) -> None:
        with store.read() as tx:
            count = tx.scalar(select(func.count()).where(outbox.c.state == "sending"))
        under_way.append(int(count or 0) - provider.at_once)

    provider.before = look
    pump(store, provider, linger=1.0)

    # Begun and not started: never more than started in the second before.
    assert max(under_way) <= 12
    assert states(store).count("accepted") >= 11


def test_a_second_number_leaves_while_the_first_is_busy(store: Store) -> None:
    people(store, 400, sender="+15005550009")
    provider = Provider()
    provider.seconds = 0.01
    late: list[int] = []

    async def ask(one: Outgoing) -> None:
        if len(provider.given) == 20:
            await asyncio.to_thread(queue, store, "to:late", person="+12025550199")
        if one.body.startswith("to:late"):
            late.append(len(provider.given))

    provider.before = ask
    pump(store, provider, mps=100, linger=0.5)

    assert late
    assert late[0] < 400
