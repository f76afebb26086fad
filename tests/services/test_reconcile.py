from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from smsbot.core.outbound.outbox import Lane
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import receipts
from smsbot.db.store import Store
from smsbot.db.tables import contact
from smsbot.db.tables_outbox import attempt, outbox
from smsbot.services.reconcile import Reconciled, reconcile
from tests.builders import NOW, a_sid
from tests.outbox_builders import later
from tests.silence_builders import (
    OTHER_SID,
    SID,
    Provider,
    a_listed,
    a_receipt,
    attempted,
    events,
    heard_lately,
    row,
)

LONG_LIVED = NOW + timedelta(hours=2)


def unsure(store: Store, **more: object) -> int:
    return attempted(store, "unknown", outcomes=("unknown",), expires_at=LONG_LIVED, **more)  # type: ignore[arg-type]


def looks(store: Store, provider: Provider, seconds: float) -> Reconciled:
    provider.time = later(seconds)
    return reconcile(store, provider.to, later(seconds))


def record(store: Store, one: Receipt) -> None:
    with store.begin() as tx:
        receipts.record(tx, store.sealer, [one])


def test_a_text_whose_answer_was_lost_is_found_in_the_list(store: Store) -> None:
    text = unsure(store, parts=2)
    provider = Provider(a_listed(status="sent"), a_listed("another text", sid=OTHER_SID))

    assert looks(store, provider, 14) == Reconciled()
    assert looks(store, provider, 15) == Reconciled(found=1)

    assert (row(store, text)["state"], row(store, text)["sid"]) == ("sent", SID)
    assert row(store, text)["next_look_at"] == later(315)
    assert events(store, text) == ["found"]
    with store.begin() as tx:
        tried = tx.execute(select(attempt.c.outcome, attempt.c.sid)).one()
    assert tried == ("listed", SID)


def test_a_block_that_the_list_shows_is_an_opt_out(store: Store) -> None:
    text = unsure(store)

    looks(store, Provider(a_listed(status="failed", error_code=21610)), 15)

    assert row(store, text)["state"] == "failed"
    with store.begin() as tx:
        assert tx.scalar(select(contact.c.opted_out))


def test_receipts_that_came_before_the_text_was_found_are_applied_then(store: Store) -> None:
    text = unsure(store)
    record(store, a_receipt("delivered"))

    looks(store, Provider(a_listed()), 15)

    assert row(store, text)["state"] == "delivered"


def test_a_reply_that_never_left_is_sent_again_once_after_four_looks(store: Store) -> None:
    text, provider = unsure(store), Provider()
    heard_lately(store, later(1700))

    for seconds in (15, 60, 300):
        assert looks(store, provider, seconds) == Reconciled(looked_for_again_later=1)
        assert looks(store, provider, seconds) == Reconciled()
    assert looks(store, provider, 1800) == Reconciled(resent=1)

    assert row(store, text)["state"] == "queued"
    assert row(store, text)["due_at"] == later(1800)
    assert row(store, text)["next_look_at"] is None
    assert provider.asked == 4


@pytest.mark.parametrize("lane", [Lane.CAMPAIGN, Lane.STAFF], ids=lambda lane: lane.name.lower())
def test_a_campaign_text_that_never_left_waits_for_a_person(store: Store, lane: Lane) -> None:
    text, provider = unsure(store, lane=lane), Provider()
    heard_lately(store, later(1700))

    for seconds in (15, 60, 300, 1800):
        done = looks(store, provider, seconds)

    assert done == Reconciled(to_a_person=1)
    assert row(store, text)["state"] == "human"
    assert events(store, text) == ["decided"]


def test_a_crisis_text_that_never_left_goes_again_after_a_minute(store: Store) -> None:
    text, provider = unsure(store, lane=Lane.CRISIS), Provider()
    provider.fault = "Twilio answered 503."

    assert looks(store, provider, 15).unreadable == 1
    assert looks(store, provider, 60) == Reconciled(resent=1, unreadable=1)
    assert row(store, text)["state"] == "queued"


def test_a_list_that_stays_down_brings_a_person_after_half_an_hour(store: Store) -> None:
    text, provider = unsure(store), Provider()
    provider.fault = "Twilio answered 503."

    seconds = 15.0
    while row(store, text)["state"] == "unknown":
        assert seconds < 2400
        looks(store, provider, seconds)
        seconds += 30

    assert row(store, text)["state"] == "human"
    assert 1830 < seconds <= 1920


def test_a_text_that_belongs_to_another_row_is_no_match(store: Store) -> None:
    attempted(store, "accepted", sid=SID, outcomes=("accepted",), sequence="a", body="the same")
    text = unsure(store, sequence="b", body="the same")

    looks(store, Provider(a_listed("the same")), 15)

    assert row(store, text)["state"] == "unknown"


def test_one_text_is_never_given_to_two_rows(store: Store) -> None:
    first = unsure(store, sequence="a", body="the same")
    second = unsure(store, sequence="b", body="the same")
    provider = Provider(a_listed("the same"))

    looks(store, provider, 15)

    found = [row(store, one)["sid"] for one in (first, second)]
    assert sorted(found, key=str) == [None, SID] or sorted(found, key=str) == [SID, None]


def test_two_texts_that_it_could_be_are_for_a_person(store: Store) -> None:
    text = unsure(store)

    looks(store, Provider(a_listed(), a_listed(sid=OTHER_SID)), 15)

    assert row(store, text)["state"] == "human"


def test_a_callback_that_comes_while_the_list_is_read_wins(store: Store) -> None:
    text = unsure(store, lane=Lane.CRISIS)

    class CalledBack(Provider):
        def to(self, *arguments: object) -> object:  # type: ignore[override]
            record(store, a_receipt("delivered", outbox_id=text, attempt=1))
            return super().to(*arguments)  # type: ignore[arg-type]

    done = looks(store, CalledBack(), 60)

    assert done == Reconciled()
    assert row(store, text)["state"] == "delivered"


def test_a_callback_after_the_decision_stops_the_second_copy(store: Store) -> None:
    text = unsure(store, lane=Lane.CRISIS)
    looks(store, Provider(), 60)
    assert row(store, text)["state"] == "queued"

    record(store, a_receipt("sent", outbox_id=text, attempt=1))

    assert row(store, text)["state"] == "sent"


def test_two_reconcilers_at_once_send_nothing_twice(store: Store) -> None:
    texts = [unsure(store, sequence=f"reply:{n}", lane=Lane.CRISIS) for n in range(20)]

    def run(_: int) -> Reconciled:
        return reconcile(store, Provider().to, later(60))

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, range(4)))

    assert sum(one.resent for one in done) == len(texts)
    with store.begin() as tx:
        versions = tx.scalars(select(outbox.c.version)).all()
    assert set(versions) == {1}
    assert all(events(store, text) == ["decided"] for text in texts)


def test_a_text_sent_again_keeps_its_attempts_and_is_not_sent_a_third_time(store: Store) -> None:
    text = attempted(
        store, "unknown", outcomes=("unknown", "unknown"), lane=Lane.CRISIS, expires_at=LONG_LIVED
    )

    for seconds in (15, 60, 300, 1800):
        looks(store, Provider(), seconds)

    assert row(store, text)["state"] == "human"
    with store.begin() as tx:
        assert tx.scalar(select(func.count()).select_from(attempt)) == 2


def test_a_text_whose_words_were_deleted_is_never_matched(store: Store) -> None:
    text = unsure(store)
    with store.begin() as tx:
        tx.execute(update(outbox).values(body_sealed=None))

    for seconds in (15, 60, 300, 1800):
        looks(store, Provider(a_listed("")), seconds)

    assert row(store, text)["state"] == "human"


def test_a_provider_that_fails_for_some_is_not_asked_for_all(store: Store) -> None:
    for number in range(10):
        unsure(store, sequence=f"reply:{number}", person=f"+1202555{number:04}")
    provider = Provider()
    provider.fault = "Twilio could not be reached (ReadTimeout)."

    done = looks(store, provider, 15)

    assert provider.asked == 3
    assert (done.unreadable, done.looked_for_again_later) == (10, 10)


def test_a_row_without_a_time_to_look_at_is_looked_at(store: Store) -> None:
    text = unsure(store)
    with store.begin() as tx:
        tx.execute(update(outbox).values(next_look_at=None))

    assert looks(store, Provider(a_listed(sid=a_sid(9))), 1) == Reconciled(found=1)
    assert row(store, text)["sid"] == a_sid(9)
