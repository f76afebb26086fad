import pytest
from sqlalchemy import insert, update

from smsbot.core.outbound.history import standing, tell
from smsbot.core.outbound.outbox import REPLY_LIFE, Lane, State
from smsbot.db import receipts
from smsbot.db.store import Store
from smsbot.db.tables_outbox import outbox, sender
from smsbot.db.tables_staff import staff
from smsbot.services import outbox as service
from smsbot.services.outbox import By, OutboxFault
from tests.builders import NOW, OUR_NUMBER
from tests.outbox_builders import PERSON, later, queue
from tests.silence_builders import OTHER_SID, SID, a_receipt, attempted, events, row

NADIA = By(name=" nadia ", at=later(3600))


@pytest.fixture(autouse=True)
def _staff(store: Store) -> None:
    with store.begin() as tx:
        for name, disabled_at in (("Nadia", None), ("Gone", NOW)):
            tx.execute(
                insert(staff).values(
                    name=name, name_key=name.lower(), role="sender", password_hash="-",
                    created_at=NOW, disabled_at=disabled_at,
                )
            )  # fmt: skip


def human(store: Store, **more: object) -> int:
    return attempted(store, "human", outcomes=("unknown",), **more)  # type: ignore[arg-type]


def test_a_text_is_linked_to_what_the_provider_has(store: Store) -> None:
    text = human(store)
    with store.begin() as tx:
        receipts.record(tx, store.sealer, [a_receipt("delivered")])

    service.link(store, text, SID, NADIA)

    assert (row(store, text)["sid"], row(store, text)["state"]) == (SID, "delivered")
    assert events(store, text) == ["link"]
    assert service.show(store, text).events[0].who == "Nadia"


def test_a_sid_that_is_another_texts_is_not_linked(store: Store) -> None:
    attempted(store, "sent", sid=SID, outcomes=("accepted",), sequence="a")
    text = human(store, sequence="b")

    with pytest.raises(OutboxFault, match="belongs to text 1"):
        service.link(store, text, SID, NADIA)
    with pytest.raises(OutboxFault, match="SM or MM"):
        service.link(store, text, "SM1", NADIA)
    assert row(store, text)["state"] == "human"


def test_a_sid_that_a_receipt_gave_to_another_text_is_not_linked(store: Store) -> None:
    other = attempted(store, sequence="a")
    text = human(store, sequence="b")
    with store.begin() as tx:
        first = a_receipt("sent", outbox_id=other, attempt=1)
        second = a_receipt("sent", outbox_id=other, attempt=2, sid=OTHER_SID)
        receipts.record(tx, store.sealer, [first, second])

    with pytest.raises(OutboxFault, match=f"belongs to text {other}"):
        service.link(store, text, OTHER_SID, NADIA)


def test_a_text_is_sent_again_with_a_new_life(store: Store) -> None:
    text = human(store)

    service.resend(store, text, NADIA)

    now = row(store, text)
    assert (now["state"], now["due_at"]) == ("queued", later(3600))
    assert now["expires_at"] == later(3600) + REPLY_LIFE
    assert events(store, text) == ["resend"]


def test_a_text_is_not_sent_a_sixth_time_or_without_its_words(store: Store) -> None:
    often = attempted(store, "human", outcomes=("unknown",) * 5, sequence="a")
    wordless = human(store, sequence="b")
    with store.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.id == wordless).values(body_sealed=None))

    with pytest.raises(OutboxFault, match="tried 5 times"):
        service.resend(store, often, NADIA)
    with pytest.raises(OutboxFault, match="were deleted"):
        service.resend(store, wordless, NADIA)


@pytest.mark.parametrize("state", ["queued", "parked", "human"])
def test_a_text_that_has_not_left_is_taken_back(store: Store, state: str) -> None:
    text = attempted(store, state, outcomes=())

    service.cancel(store, text, NADIA)

    assert row(store, text)["state"] == "canceled"
    assert events(store, text) == ["cancel"]


@pytest.mark.parametrize("state", ["sending", "unknown", "delivered", "expired"])
def test_a_text_that_may_have_left_is_not_taken_back(store: Store, state: str) -> None:
    text = attempted(store, state, outcomes=("unknown",))

    with pytest.raises(OutboxFault, match=f"is {state}"):
        service.cancel(store, text, NADIA)
    assert events(store, text) == []


def test_a_parked_text_is_released_and_its_sender_tried_at_once(store: Store) -> None:
    text = attempted(store, "parked", outcomes=("account",))
    with store.begin() as tx:
        tx.execute(
            insert(sender).values(
                address=OUR_NUMBER, mps=1, circuit="open", circuit_until=later(9999),
                updated_at=NOW,
            )
        )  # fmt: skip

    assert service.parked(store) == [text]
    service.release(store, text, NADIA)

    assert row(store, text)["state"] == "queued"
    with store.begin() as tx:
        assert tx.execute(sender.select()).one().circuit_until == later(3600)


@pytest.mark.parametrize("name", ["nobody", "gone", "", "\x00"])
def test_only_staff_act_and_by_their_own_name(store: Store, name: str) -> None:
    text = human(store)

    with pytest.raises(OutboxFault, match="Nobody of that name"):
        service.resend(store, text, By(name=name, at=NOW))
    assert row(store, text)["state"] == "human"


def test_a_text_that_does_not_exist_is_said_to_not_exist(store: Store) -> None:
    for act in (service.resend, service.cancel, service.release):
        with pytest.raises(OutboxFault, match="no text 99"):
            act(store, 99, NADIA)
    with pytest.raises(OutboxFault, match="no text 99"):
        service.show(store, 99)


def test_the_history_is_told_in_words_without_the_text_or_the_number(store: Store) -> None:
    text = attempted(store, "human", outcomes=("unknown",), body="very private words")
    service.resend(store, text, NADIA)
    with store.begin() as tx:
        one = a_receipt(
            "undelivered", outbox_id=text, attempt=1, error_code=30003, received_at=later(7200)
        )
        receipts.record(tx, store.sealer, [one])

    story = service.show(store, text)
    lines = [says for _, says in tell(story, {30003: "The handset was off."})]

    assert lines == [
        "Queued as a part of the answer to a text, part 1.",
        "Tried for the first time.",
        "Nadia, resend (human to queued): attempt 2; the person may get it twice",
        "Attempt 1: a receipt proved that Twilio has it. Its SID is " + SID + ".",
        f'A receipt for {SID} said "undelivered". Error 30003: The handset was off.',
    ]
    assert standing(story.entry.state) == "It did not arrive."
    assert story.entry.recipient == "+*********01"
    assert "private" not in repr(story)
    assert PERSON not in repr(story)


def test_texts_that_wait_for_a_person_are_listed_newest_first(store: Store) -> None:
    queue(store, "a")
    first, second = human(store, sequence="b"), human(store, sequence="c", lane=Lane.CRISIS)

    found = service.listed(store, service.FOR_A_PERSON, 10)

    assert [one.id for one in found] == [second, first]
    assert {one.state for one in found} == {State.HUMAN}
    assert service.summarize(store, NOW).wait_for_a_person == 2
