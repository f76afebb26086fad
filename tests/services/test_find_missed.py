from datetime import datetime, timedelta

import pytest
from sqlalchemy import Row, select

from smsbot.core.messages import E164
from smsbot.core.outbound.listing import BY_REPLY, INBOUND, Listed, Listing, Unreadable
from smsbot.core.outbound.outbox import REPLY_LIFE
from smsbot.db.store import Store
from smsbot.db.tables import contact, inbound
from smsbot.db.tables_alerts import crisis_alert
from smsbot.db.tables_outbox import outbox
from smsbot.providers.twilio.twiml import render
from smsbot.services.find_missed import Finder, Missed, find_missed
from smsbot.services.receive import Inbox
from tests.builders import NOW, OUR_NUMBER, a_sid, an_inbound, the_catalogue
from tests.outbox_builders import PERSON, later
from tests.silence_builders import Provider, a_listed

CRISIS = "i want to kill myself"


def missed(body: str, seconds: float = 0, **more: object) -> Listed:
    return a_listed(
        body,
        **{
            "sid": a_sid(),
            "direction": INBOUND,
            "sender": PERSON,
            "recipient": OUR_NUMBER,
            "status": "received",
            "created_at": later(seconds),
            **more,
        },
    )


class Inbound(Provider):
    """Lists what arrived by whom it reached, and replies by whom they went to."""

    def to(self, person: E164, sender: str | None, since: datetime) -> Listing | Unreadable:
        found = super().to(person, sender, since)
        if isinstance(found, Unreadable):
            return found
        mine = tuple(text for text in found.texts if text.created_at >= since)
        return Listing(texts=mine, provider_time=self.time)


def looks(store: Store, provider: Provider, seconds: float) -> Missed:
    provider.time = later(seconds)
    finder = Finder(
        store=store,
        inbound_since=provider.arrived,
        texts_to=provider.to,
        catalogue=the_catalogue,
        render=render,
    )
    return find_missed(finder, later(seconds))


def recorded(store: Store) -> list[Row[tuple[object, ...]]]:
    with store.begin() as tx:
        return list(tx.execute(select(inbound).order_by(inbound.c.id)))


def queued(store: Store) -> list[str]:
    with store.begin() as tx:
        rows = tx.execute(select(outbox).order_by(outbox.c.id)).all()
        return [store.sealer.open(row.body_sealed) for row in rows if row.lane == 0]


def test_a_text_that_never_reached_us_is_recorded_late_and_not_answered(store: Store) -> None:
    provider = Inbound(missed("FDA"), missed("nothing to do with it", direction=BY_REPLY))

    assert looks(store, provider, 59) == Missed()
    assert looks(store, provider, 120) == Missed(recorded=1)
    assert looks(store, provider, 420) == Missed()

    (row,) = recorded(store)
    assert (row.found, row.late, row.topic) == ("list", True, "FDA")
    assert row.received_at == NOW
    assert queued(store) == []


def test_a_text_we_know_is_left_alone(store: Store, inbox: Inbox) -> None:
    text = an_inbound("FDA")
    inbox.receive(text)

    assert looks(store, Inbound(missed("FDA", sid=text.sid)), 300) == Missed()
    assert [row.found for row in recorded(store)] == ["webhook"]


def test_a_crisis_found_within_ten_minutes_gets_988_and_an_alert(store: Store) -> None:
    assert looks(store, Inbound(missed(CRISIS)), 590) == Missed(recorded=1, crisis=1, answered=1)

    assert "988" in queued(store)[0][:40]
    with store.begin() as tx:
        row = tx.execute(select(outbox)).first()
        assert row is not None
        assert (row.lane, row.due_at, row.expires_at) == (0, later(590), later(590) + REPLY_LIFE)
        assert tx.scalars(select(crisis_alert.c.at)).all() == [later(590)]


def test_an_older_crisis_is_for_staff_alone(store: Store) -> None:
    day = timedelta(hours=30).total_seconds()

    assert looks(store, Inbound(missed(CRISIS)), day) == Missed(recorded=1, crisis=1)

    assert queued(store) == []
    with store.begin() as tx:
        # Dated when it was found: an alert as old as the text would not be posted any more.
        assert tx.scalars(select(crisis_alert.c.at)).all() == [later(day)]


def test_a_crisis_that_the_fallback_answered_gets_no_second_reply(store: Store) -> None:
    reply = a_listed("988", sid=a_sid(), direction=BY_REPLY, created_at=later(2))

    done = looks(store, Inbound(missed(CRISIS), reply), 120)

    assert done == Missed(recorded=1, crisis=1)
    assert queued(store) == []


def test_an_earlier_reply_is_not_taken_for_the_answer(store: Store) -> None:
    reply = a_listed("FDA", sid=a_sid(), direction=BY_REPLY, created_at=later(-60))

    assert looks(store, Inbound(missed(CRISIS), reply), 120).answered == 1


def test_a_stop_that_never_reached_us_counts(store: Store) -> None:
    looks(store, Inbound(missed("STOP")), 300)

    with store.begin() as tx:
        assert tx.scalar(select(contact.c.opted_out))


@pytest.mark.parametrize(
    ("later_text", "opted_out"), [("START", False), ("FDA", True)], ids=["opted in", "asked"]
)
def test_an_old_text_does_not_undo_what_was_texted_since(
    store: Store, inbox: Inbox, later_text: str, opted_out: bool
) -> None:
    inbox.receive(an_inbound("HOLA", received_at=later(-60)))
    inbox.receive(an_inbound(later_text, received_at=later(100)))
    with store.begin() as tx:
        before = tx.execute(select(contact)).one()

    looks(store, Inbound(missed("STOP")), 300)

    with store.begin() as tx:
        after = tx.execute(select(contact)).one()
    assert after.opted_out is opted_out
    assert (after.lang, after.place_keyword, after.seen_at) == (
        before.lang,
        before.place_keyword,
        before.seen_at,
    )


def test_an_old_crisis_is_remembered_although_newer_texts_came(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("FDA", received_at=later(100)))

    looks(store, Inbound(missed(CRISIS)), 300)

    with store.begin() as tx:
        assert tx.scalar(select(contact.c.crisis_at)) == NOW


def test_a_list_that_can_not_be_read_says_so(store: Store) -> None:
    provider = Inbound(missed("FDA"))
    provider.fault = "Twilio answered 503."

    assert looks(store, provider, 300) == Missed(unreadable="Twilio answered 503.")


def test_a_sender_that_is_no_number_is_passed_over(store: Store) -> None:
    assert looks(store, Inbound(missed("hello", sender="whatsapp:+12025550101")), 300) == Missed()
