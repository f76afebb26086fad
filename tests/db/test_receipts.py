from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.outbox import State
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import attempts
from smsbot.db.store import Store
from smsbot.db.tables_outbox import attempt, outbox, receipt
from smsbot.services.record_receipt import record_receipt
from tests.builders import NOW, a_sid, a_store
from tests.outbox_builders import claim, queue, states

SID = a_sid(700)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def sending(store: Store) -> int:
    """A text that is being sent: the id of its row."""
    queue(store)
    (one,) = claim(store)
    with store.begin() as tx:
        attempts.begin(tx, one, NOW)
    return one.id


def hears(
    store: Store, status: str, *, row: int | None = None, sid: MessageSid = SID, error: int = 0
) -> State | None:
    return record_receipt(
        store,
        Receipt(
            sid=sid, status=status, error_code=error or None, raw_dlr_done=None, outbox_id=row,
            attempt=1, received_at=NOW,
        ),
    )  # fmt: skip


def kept(store: Store) -> int:
    with store.begin() as tx:
        return int(tx.scalar(select(func.count()).select_from(receipt)) or 0)


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        (["queued"], "accepted"),
        (["sent", "delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["delivered", "undelivered"], "delivered"),
        (["undelivered", "delivered"], "undelivered"),
        (["failed", "queued"], "failed"),
        (["sent", "queued", "sending"], "sent"),
        (["delivered", "read"], "delivered"),
        (["teleported"], "sending"),
    ],
    ids="-".join,
)
def test_receipts_only_lead_upward(store: Store, statuses: list[str], end: str) -> None:
    row = sending(store)

    for status in statuses:
        hears(store, status, row=row)

    assert states(store) == [end]
    assert kept(store) == len(statuses)


def test_a_receipt_ends_the_attempt_whose_answer_was_lost(store: Store) -> None:
    row = sending(store)

    hears(store, "sent", row=row)

    with store.begin() as tx:
        assert tx.execute(select(attempt.c.outcome, attempt.c.sid)).one() == ("receipt", SID)
        assert tx.scalar(select(outbox.c.sid)) == SID


def test_an_unknown_text_is_known_again_by_its_receipt(store: Store) -> None:
    row = sending(store)
    with store.begin() as tx:
        tx.execute(outbox.update().values(state="unknown", lease_token=None))

    assert hears(store, "delivered", row=row) is State.DELIVERED


def test_the_same_receipt_five_times_is_kept_once(store: Store) -> None:
    row = sending(store)

    for _ in range(5):
        hears(store, "sent", row=row)

    assert kept(store) == 1


def test_the_same_status_with_another_fault_is_another_receipt(store: Store) -> None:
    row = sending(store)

    hears(store, "undelivered", row=row, error=30003)
    hears(store, "undelivered", row=row, error=30005)

    assert kept(store) == 2


def test_a_receipt_about_a_text_nobody_knows_is_kept_and_moves_nothing(store: Store) -> None:
    sending(store)

    assert hears(store, "delivered", sid=a_sid(701)) is None
    assert states(store) == ["sending"]
    assert kept(store) == 1


def test_a_second_sid_does_not_take_over_a_row(store: Store) -> None:
    row = sending(store)
    hears(store, "sent", row=row)

    assert hears(store, "failed", row=row, sid=a_sid(702)) is None
    assert states(store) == ["sent"]


def test_a_text_that_has_not_left_is_not_moved_by_a_receipt(store: Store) -> None:
    queue(store)

    assert hears(store, "delivered", row=1) is None
    assert states(store) == ["queued"]
