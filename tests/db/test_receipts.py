import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from smsbot.core.outbound.outbox import State
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import receipts
from smsbot.db.receipts import Recorded
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact
from smsbot.db.tables_alerts import crisis_alert
from smsbot.db.tables_outbox import attempt, outbox, receipt
from tests.builders import NOW, a_sid, a_store
from tests.outbox_builders import PERSON, later, queue, states
from tests.silence_builders import OTHER_SID, SID, a_receipt, attempted, events, row


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def hears(store: Store, status: str, **more: object) -> Recorded:
    with store.begin() as tx:
        return receipts.record(tx, store.sealer, [a_receipt(status, **more)])[0]


def kept(store: Store) -> list[tuple[str, bool]]:
    with store.begin() as tx:
        wanted = select(receipt.c.status, receipt.c.conflict).order_by(receipt.c.id)
        return [(one.status, one.conflict) for one in tx.execute(wanted)]


@pytest.mark.parametrize(
    ("statuses", "end", "contradicted"),
    [
        (["queued"], "accepted", False),
        (["sent", "delivered"], "delivered", False),
        (["delivered", "sent"], "delivered", False),
        (["delivered", "undelivered"], "delivered", True),
        (["undelivered", "delivered"], "undelivered", True),
        (["failed", "delivered"], "failed", True),
        (["failed", "queued"], "failed", False),
        (["sent", "queued", "sending"], "sent", False),
        (["delivered", "read"], "delivered", False),
        (["teleported"], "accepted", False),
        (["sent", "teleported"], "sent", False),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_receipts_only_lead_upward(
    store: Store, statuses: list[str], end: str, contradicted: bool
) -> None:
    text = attempted(store)

    for status in statuses:
        hears(store, status, outbox_id=text, attempt=1)

    assert states(store) == [end]
    assert [status for status, _ in kept(store)] == statuses
    assert any(conflict for _, conflict in kept(store)) is contradicted
    assert ("conflict" in events(store, text)) is contradicted


def test_a_receipt_ends_the_attempt_whose_answer_was_lost(store: Store) -> None:
    text = attempted(store)

    hears(store, "sent", outbox_id=text, attempt=1)

    with store.begin() as tx:
        assert tx.execute(select(attempt.c.outcome, attempt.c.sid)).one() == ("receipt", SID)
    assert row(store, text)["sid"] == SID
    assert row(store, text)["lease_token"] is None


@pytest.mark.parametrize("state", ["unknown", "human", "queued", "claimed", "expired", "canceled"])
def test_what_was_tried_is_known_again_by_its_receipt_wherever_it_was_put(
    store: Store, state: str
) -> None:
    text = attempted(store, state, outcomes=("unknown",))

    assert hears(store, "delivered", outbox_id=text, attempt=1).moved is State.DELIVERED


def test_a_text_that_has_not_been_tried_is_not_moved_by_a_receipt(store: Store) -> None:
    queue(store)

    assert hears(store, "delivered", outbox_id=1, attempt=1).moved is None
    assert states(store) == ["queued"]


def test_the_same_receipt_five_times_is_kept_once(store: Store) -> None:
    text = attempted(store)

    recorded = [hears(store, "sent", outbox_id=text, attempt=1) for _ in range(5)]

    assert [one.is_new for one in recorded] == [True, False, False, False, False]
    assert len(kept(store)) == 1


def test_the_same_status_with_another_fault_is_another_receipt(store: Store) -> None:
    text = attempted(store)

    hears(store, "undelivered", outbox_id=text, error_code=30003)
    hears(store, "undelivered", outbox_id=text, error_code=30005)

    assert len(kept(store)) == 2


def test_a_second_text_of_one_row_is_counted_once_and_takes_nothing_over(store: Store) -> None:
    text = attempted(store)
    hears(store, "sent", outbox_id=text, attempt=1)

    for status in ("queued", "sent", "delivered"):
        assert hears(store, status, outbox_id=text, attempt=2, sid=OTHER_SID).moved is None

    assert states(store) == ["sent"]
    assert row(store, text)["sid"] == SID
    assert events(store, text) == ["duplicate"]
    assert [conflict for _, conflict in kept(store)] == [False, True, True, True]


def test_a_sid_that_another_row_was_given_by_mistake_moves_the_row_it_belongs_to(
    store: Store,
) -> None:
    mistaken = attempted(store, "accepted", sid=SID, outcomes=("listed",), sequence="a")
    owner = attempted(store, "unknown", outcomes=("unknown",), sequence="b")

    hears(store, "delivered", outbox_id=owner, attempt=1)

    assert row(store, owner)["state"] == "delivered"
    assert row(store, owner)["sid"] is None
    assert row(store, mistaken)["state"] == "accepted"
    assert events(store, owner) == events(store, mistaken) == ["conflict"]


def test_a_part_that_is_sent_lets_the_next_one_leave(store: Store) -> None:
    text = attempted(store, parts=2)

    accepted = hears(store, "queued", outbox_id=text, attempt=1)
    sent = hears(store, "sent", outbox_id=text, attempt=1)

    assert (accepted.frees_next, sent.frees_next) == (False, True)


def test_the_last_part_lets_nothing_leave(store: Store) -> None:
    text = attempted(store)

    assert hears(store, "sent", outbox_id=text, attempt=1).frees_next is False


def test_an_accepted_text_is_asked_about_later_and_a_final_one_never(store: Store) -> None:
    text = attempted(store)

    hears(store, "queued", outbox_id=text, attempt=1)
    assert row(store, text)["next_look_at"] == later(300)
    assert row(store, text)["next_part_at"] == later(30)
    hears(store, "delivered", outbox_id=text, attempt=1)
    assert row(store, text)["next_look_at"] is None


def test_a_receipt_of_a_text_nobody_knows_is_kept_and_moves_nothing(store: Store) -> None:
    attempted(store)

    assert hears(store, "delivered", sid=OTHER_SID).outbox_id is None
    assert hears(store, "delivered", outbox_id=99, attempt=1).outbox_id is None
    assert states(store) == ["sending"]
    with store.begin() as tx:
        assert receipts.count_orphans(tx, NOW) == 2


def adopts(store: Store, seconds: float) -> int:
    with store.begin() as tx:
        return receipts.adopt(tx, store.sealer, later(seconds))


def test_an_orphan_finds_its_row_by_name_or_by_sid_within_a_day(store: Store) -> None:
    hears(store, "delivered", outbox_id=1, attempt=1)
    hears(store, "sent", sid=OTHER_SID)
    assert adopts(store, 60) == 0
    attempted(store, sequence="a")
    attempted(store, "accepted", sid=OTHER_SID, outcomes=("accepted",), sequence="b")

    assert adopts(store, 86_401) == 0
    assert adopts(store, 3600) == 2
    assert states(store) == ["delivered", "sent"]
    assert adopts(store, 3600) == 0


def test_an_orphan_that_comes_again_is_applied_then(store: Store) -> None:
    hears(store, "delivered", outbox_id=1, attempt=1)
    attempted(store)

    assert hears(store, "delivered", outbox_id=1, attempt=1).moved is State.DELIVERED


def alerts_and_consents(store: Store) -> tuple[int, list[str], bool]:
    with store.begin() as tx:
        counted = tx.scalar(select(func.count()).select_from(crisis_alert))
        opted_out = tx.scalar(select(contact.c.opted_out))
        return int(counted or 0), list(tx.scalars(select(consent.c.how))), bool(opted_out)


def test_a_block_in_a_receipt_is_an_opt_out_and_no_alert(store: Store) -> None:
    text = attempted(store)

    for status in ("failed", "undelivered"):
        hears(store, status, outbox_id=text, attempt=1, error_code=21610)

    assert alerts_and_consents(store) == (0, ["provider:21610"], True)


def test_a_blocked_crisis_text_alerts_staff_once(store: Store) -> None:
    text = attempted(store, lane=0, sequence=f"reply:{a_sid(5)}")

    for status in ("failed", "undelivered"):
        hears(store, status, outbox_id=text, attempt=1, error_code=21610)

    assert alerts_and_consents(store) == (1, ["provider:21610"], True)


@pytest.mark.parametrize(("ago", "alerts"), [(timedelta(minutes=2), 1), (timedelta(days=2), 0)])
def test_a_block_of_the_webhooks_own_answer_is_known_by_its_recipient(
    store: Store, ago: timedelta, alerts: int
) -> None:
    queue(store)
    with store.begin() as tx:
        tx.execute(contact.update().values(crisis_at=NOW - ago))

    hears(store, "failed", recipient=PERSON, error_code=21610)

    assert alerts_and_consents(store) == (alerts, ["provider:21610"], True)


_ONE_END = st.sampled_from(["delivered", "undelivered", "failed"]).flatmap(
    lambda end: st.lists(
        st.sampled_from(["accepted", "queued", "sending", "sent", "teleported", end]), min_size=1
    ).map(lambda some: [*some, end])
)
_ANY = st.lists(
    st.sampled_from(["queued", "sending", "sent", "delivered", "undelivered", "failed", "read"]),
    min_size=1,
    max_size=8,
)
_TAGS = itertools.count()
_QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ends_as(store: Store, statuses: list[str], sequence: str) -> tuple[object, bool]:
    text = attempted(store, sequence=sequence)
    some: list[Receipt] = [
        a_receipt(status, outbox_id=text, attempt=1, sid=a_sid(10_000 + text))
        for status in statuses
    ]
    with store.begin() as tx:
        receipts.record(tx, store.sealer, some)
        contradicted = tx.scalar(
            select(func.count())
            .select_from(receipt)
            .where(receipt.c.outbox_id == text, receipt.c.conflict)
        )
        state = tx.scalar(select(outbox.c.state).where(outbox.c.id == text))
    return state, bool(contradicted)


@_QUICK
@given(st.data())
def test_any_order_and_number_of_receipts_ends_in_the_same_state(
    sqlite_store: Store, data: st.DataObject
) -> None:
    statuses = data.draw(_ONE_END)
    again = data.draw(st.permutations(statuses + data.draw(st.lists(st.sampled_from(statuses)))))
    tag = next(_TAGS)

    assert ends_as(sqlite_store, statuses, f"a{tag}") == ends_as(sqlite_store, again, f"b{tag}")


@_QUICK
@given(st.data())
def test_two_final_reports_are_flagged_in_any_order_and_the_first_one_stays(
    sqlite_store: Store, data: st.DataObject
) -> None:
    statuses = data.draw(_ANY)
    ends = ["delivered" if one == "read" else one for one in statuses]
    ends = [one for one in ends if one in {"delivered", "undelivered", "failed"}]
    tag = next(_TAGS)

    state, contradicted = ends_as(sqlite_store, statuses, f"c{tag}")

    assert contradicted is (len(set(ends)) > 1)
    assert not ends or state == ends[0]


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    store = a_store(sqlite_url)
    yield store
    store.close()
