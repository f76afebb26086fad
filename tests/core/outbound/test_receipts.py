from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.outbound.outbox import MOVES, State
from smsbot.core.outbound.receipts import BEFORE_ACCEPTED, FINAL_REPORTS, settle

STATUSES = [
    "accepted", "scheduled", "queued", "sending", "sent", "delivered", "read", "undelivered",
    "failed", "canceled", "teleported",
]  # fmt: skip


def ends(start: State, statuses: list[str]) -> tuple[State, bool]:
    state, contradicted = start, False
    for status in statuses:
        settled = settle(state, status)
        state, contradicted = settled.to or state, contradicted or settled.conflict
    return state, contradicted


@given(st.sampled_from(list(State)), st.sampled_from(STATUSES))
def test_every_move_is_a_legal_one(held: State, status: str) -> None:
    settled = settle(held, status)

    assert settled.to is None or settled.to in MOVES[held]
    assert not (settled.to and settled.conflict)


@given(
    st.sampled_from(sorted(BEFORE_ACCEPTED)),
    st.sampled_from(["delivered", "undelivered", "failed"]),
    st.lists(st.sampled_from(["accepted", "queued", "sending", "sent", "new"]), max_size=3),
    st.data(),
)
def test_receipts_with_one_end_come_to_it_in_any_order_and_number(
    start: State, end: str, others: list[str], data: st.DataObject
) -> None:
    some = [*others, end]
    again = data.draw(st.lists(st.sampled_from(some), max_size=3))

    assert {ends(start, list(order)) for order in permutations(some + again[:2])} == {
        (State(end), False)
    }


@given(st.lists(st.sampled_from(STATUSES[:10]), max_size=8))
def test_of_two_ends_the_first_stays_and_both_orders_are_flagged(statuses: list[str]) -> None:
    said = ["delivered" if one == "read" else one for one in statuses]
    finals = [State(one) for one in said if one in {"delivered", "undelivered", "failed"}]
    canceled = "canceled" in said

    state, contradicted = ends(State.SENDING, statuses)

    if finals and not canceled:
        assert state is finals[0]
        assert contradicted is (len(set(finals)) > 1)
    assert state not in FINAL_REPORTS or state in finals
