from datetime import timedelta

import pytest
from sqlalchemy import func, select

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.listing import Absent, Listed, Unreadable
from smsbot.core.outbound.looks import POLLS
from smsbot.db.store import Store
from smsbot.db.tables import contact
from smsbot.db.tables_alerts import crisis_alert
from smsbot.db.tables_outbox import receipt
from smsbot.services.poll import Polled, poll
from tests.builders import NOW, a_sid
from tests.outbox_builders import later
from tests.silence_builders import SID, a_listed, attempted, events, row


class Says:
    """Gives one answer to everybody, and remembers who was asked about."""

    def __init__(self, answer: Listed | Absent | Unreadable) -> None:
        self.answer = answer
        self.asked: list[MessageSid] = []

    def __call__(self, sid: MessageSid) -> Listed | Absent | Unreadable:
        self.asked.append(sid)
        return self.answer


def silent(store: Store, state: str = "accepted", **more: object) -> int:
    return attempted(store, state, sid=SID, outcomes=("accepted",), **more)  # type: ignore[arg-type]


def test_a_text_whose_receipts_were_lost_is_asked_about(store: Store) -> None:
    text, says = silent(store), Says(a_listed(status="delivered"))

    assert poll(store, says, later(299)) == Polled()
    assert poll(store, says, later(300)) == Polled(asked=1, moved=1, final=1)

    assert says.asked == [SID]
    assert row(store, text)["state"] == "delivered"
    assert row(store, text)["next_look_at"] is None
    assert events(store, text) == ["polled"]
    with store.begin() as tx:
        assert tx.scalar(select(func.count()).select_from(receipt)) == 0


@pytest.mark.parametrize("answer", [a_listed(status="sent"), Absent()], ids=["sent", "absent"])
def test_a_text_that_stays_silent_is_asked_about_six_times_and_then_left(
    store: Store, answer: Listed | Absent
) -> None:
    text, says = silent(store, "sent"), Says(answer)

    for age in POLLS:
        poll(store, says, NOW + age)
        poll(store, says, NOW + age)

    assert len(says.asked) == len(POLLS)
    assert row(store, text)["state"] == "sent"
    assert row(store, text)["next_look_at"] is None
    assert events(store, text) == ["final-unknown"]


def test_a_text_found_sent_is_still_asked_about_until_it_ends(store: Store) -> None:
    text = silent(store)

    poll(store, Says(a_listed(status="sent")), later(300))
    assert row(store, text)["state"] == "sent"
    poll(store, Says(a_listed(status="undelivered", error_code=30003)), later(3600))

    assert row(store, text)["state"] == "undelivered"
    assert row(store, text)["error_code"] == 30003


def test_a_provider_that_is_down_costs_no_look(store: Store) -> None:
    texts = [
        attempted(store, "accepted", sid=a_sid(n), outcomes=("accepted",), sequence=f"reply:{n}")
        for n in range(6)
    ]
    says = Says(Unreadable(reason="Twilio answered 500."))

    assert poll(store, says, later(300)) == Polled(asked=3, unreadable=3)
    assert all(row(store, text)["looks"] == 0 for text in texts)
    assert row(store, texts[0])["next_look_at"] == later(600)


def test_a_block_that_is_asked_for_counts_as_one_that_was_told(store: Store) -> None:
    silent(store, lane=0, sequence=f"reply:{a_sid(3)}")

    poll(store, Says(a_listed(status="failed", error_code=21610)), later(300))

    with store.begin() as tx:
        assert tx.scalar(select(contact.c.opted_out))
        assert tx.scalar(select(func.count()).select_from(crisis_alert)) == 1


def test_a_poller_that_was_away_asks_once_and_then_at_intervals(store: Store) -> None:
    text, says = silent(store), Says(a_listed(status="queued"))

    poll(store, says, NOW + timedelta(hours=2))

    assert row(store, text)["next_look_at"] == NOW + timedelta(hours=2, minutes=5)
    assert len(says.asked) == 1
