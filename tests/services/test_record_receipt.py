from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from smsbot.core.errors import StoreUnavailable
from smsbot.core.outbound.outbox import PART_PATIENCE
from smsbot.core.outbound.receipts import Receipt
from smsbot.db.store import Store
from smsbot.db.tables_outbox import attempt, outbox, receipt
from smsbot.services.record_receipt import REST, Receipts, ReceiptSpool
from tests.builders import a_sealer, a_store
from tests.outbox_builders import NOW, PERSON, states
from tests.silence_builders import a_receipt, attempted


class Clock:
    """Monotonic seconds, turned by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def spool(tmp_path: Path) -> ReceiptSpool:
    return ReceiptSpool(tmp_path / "receipts", a_sealer())


Box = Callable[..., Receipts]


@pytest.fixture
def box(spool: ReceiptSpool) -> Iterator[Box]:
    made: list[Receipts] = []

    def make(store: Store, **more: object) -> Receipts:
        known = {"ring": lambda: None, "clock": lambda _: NOW, **more}
        made.append(Receipts(store, spool, **known))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[Store]:
    """A database that can't be opened."""
    store = a_store(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}")
    yield store
    store.close()


def test_a_receipt_is_recorded_and_rings_for_the_next_part(store: Store, box: Box) -> None:
    rings: list[str] = []
    receipts = box(store, ring=lambda: rings.append("ring"))
    text = attempted(store, parts=2)

    receipts.record(a_receipt("queued", outbox_id=text, attempt=1))
    assert rings == []
    receipts.record(a_receipt("sent", outbox_id=text, attempt=1))

    assert rings == ["ring"]
    assert states(store) == ["sent", "queued"]
    assert receipts.depth() == 0


def test_while_the_database_is_down_receipts_wait_on_disk_and_are_recorded_once(
    store: Store, gone: Store, box: Box
) -> None:
    text = attempted(store)
    some = [
        a_receipt(status, outbox_id=text, attempt=1, recipient=PERSON)
        for status in ("sent", "delivered", "sent", "sent")
    ]
    down = box(gone)
    for one in some:
        down.record(one)
    assert down.depth() == 2
    assert down.replay() == 0

    up = box(store)
    assert up.replay() == 2

    assert states(store) == ["delivered"]
    assert up.depth() == 0
    with store.begin() as tx:
        assert sorted(tx.scalars(select(receipt.c.status))) == ["delivered", "sent"]


def test_a_receipt_comes_back_from_disk_whole_and_unreadable_without_the_key(
    spool: ReceiptSpool, tmp_path: Path
) -> None:
    one = a_receipt(
        "undelivered", error_code=30003, raw_dlr_done="2611231500", outbox_id=7, attempt=2,
        recipient=PERSON,
    )  # fmt: skip
    spool.keep(one)
    (path,) = (tmp_path / "receipts").iterdir()
    found: list[Receipt] = []

    assert PERSON[2:].encode() not in path.read_bytes()
    assert spool.replay(found.append) == 1
    assert found == [one]


def test_a_database_that_failed_is_left_alone_for_a_moment(
    store: Store, gone: Store, box: Box
) -> None:
    clock = Clock()
    receipts = box(gone, seconds=clock)
    receipts.record(a_receipt("sent"))

    # It is back, and nobody knows yet.
    receipts._store = store
    receipts._commit._store = store
    receipts.record(a_receipt("delivered"))
    assert receipts.depth() == 2
    clock.seconds += REST
    receipts.record(a_receipt("queued"))

    assert receipts.depth() == 2


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(days=1)])
def test_by_a_clock_that_is_off_no_attempt_ends_at_another_time_than_it_did(
    store: Store, box: Box, off: timedelta
) -> None:
    text = attempted(store)

    box(store).record(a_receipt("sent", outbox_id=text, attempt=1, received_at=NOW + off))

    with store.begin() as tx:
        assert tx.scalars(select(attempt.c.ended_at)).all() == [NOW]
        assert tx.scalars(select(outbox.c.next_part_at)).all() == [NOW + PART_PATIENCE]
        assert tx.scalars(select(receipt.c.received_at)).all() == [NOW]


def test_a_receipt_from_disk_came_at_no_time_that_is_still_to_come(store: Store, box: Box) -> None:
    text = attempted(store, at=NOW - timedelta(minutes=9))
    receipts = box(store)
    before, ahead = NOW - timedelta(minutes=5), NOW + timedelta(days=1)
    receipts._spool.keep(a_receipt("sent", outbox_id=text, attempt=1, received_at=before))
    receipts._spool.keep(a_receipt("delivered", outbox_id=text, attempt=1, received_at=ahead))

    receipts.replay()

    with store.begin() as tx:
        assert set(tx.scalars(select(receipt.c.received_at))) == {before, NOW}


def test_when_even_the_disk_fails_the_provider_is_told_to_call_again(
    gone: Store, box: Box, tmp_path: Path
) -> None:
    receipts = box(gone)
    (tmp_path / "receipts").rmdir()

    with pytest.raises(StoreUnavailable, match="Look at the disk"):
        receipts.record(a_receipt("sent"))


def test_one_file_the_database_refuses_holds_up_no_other(store: Store, box: Box) -> None:
    receipts = box(store)
    text = attempted(store)
    receipts._spool.keep(a_receipt("sent", raw_dlr_done="1", outbox_id=2**70))
    receipts._spool.keep(a_receipt("sent", outbox_id=text, attempt=1))

    receipts.replay()

    assert states(store) == ["sent"]
