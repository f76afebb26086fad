from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from smsbot.core.contacts import Contact
from smsbot.core.outbound.outbox import State, Wanted
from smsbot.db import outbox as outbox_rows
from smsbot.db.store import Store
from smsbot.db.tables import consent, contact, inbound
from smsbot.db.tables_outbox import outbox
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import BETWEEN_PARTS, Inbox
from smsbot.services.spool import Spool
from tests.builders import NOW, OUR_NUMBER, a_sealer, a_sid, an_inbound, bodies, the_catalogue

_WANTED = Wanted(sender=OUR_NUMBER, rows=10, campaign_rows=10, segments=100)


def count(store: Store, table: object) -> int:
    with store.begin() as tx:
        return int(tx.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def test_one_text_is_answered_and_recorded(store: Store, inbox: Inbox) -> None:
    received = inbox.receive(an_inbound("FDA"))

    assert "FDA" in bodies(received.reply)[0]
    assert count(store, inbound) == 1
    assert count(store, contact) == 1


def test_the_same_sid_again_gives_the_same_bytes_and_no_second_effect(
    store: Store, inbox: Inbox
) -> None:
    message = an_inbound("FDA")
    first = inbox.receive(message)
    inbox.receive(an_inbound("RISKS"))

    again = inbox.receive(message)

    assert again.reply == first.reply
    assert count(store, inbound) == 2


def test_the_same_sid_fifty_times_at_once_has_one_effect(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("FDA"))
    message = an_inbound("MORE", sid=a_sid(77))
    second_process = Inbox(store, the_catalogue, render)

    with ThreadPoolExecutor(50) as pool:
        replies = list(
            pool.map(lambda n: (inbox, second_process)[n % 2].receive(message).reply, range(50))
        )
    second_process.close()

    assert len(set(replies)) == 1
    assert count(store, inbound) == 2
    with store.begin() as tx:
        parts = list(tx.scalars(select(outbox.c.part).order_by(outbox.c.part)))
    assert parts == list(range(1, len(parts) + 1))
    assert parts


def test_texts_of_one_person_at_once_are_decided_one_after_the_other(
    store: Store, inbox: Inbox
) -> None:
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: inbox.receive(an_inbound("FDA")).reply, range(20)))

    # Who we are is said exactly once, however the texts raced.
    assert sum(b"not medical advice" in reply for reply in replies) == 1
    assert count(store, contact) == 1


def test_more_sends_the_first_part_now_and_queues_the_rest(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("RISKS"))

    received = inbox.receive(an_inbound("MORE"))

    assert len(bodies(received.reply)) == 1
    assert received.queued >= 1
    with store.begin() as tx:
        due = outbox_rows.claim(tx, store.sealer, _WANTED, NOW + timedelta(seconds=2))
    # The parts leave in order: the second is not due before the first has gone.
    assert [one.body[:2] for one in due] == ["2/"]


def test_stop_is_recorded_and_silences_what_waits(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("RISKS"))
    inbox.receive(an_inbound("MORE"))

    reply = inbox.receive(an_inbound("stop texting me please")).reply

    assert "988" in bodies(reply)[0]
    assert count(store, consent) == 1
    claimed = []
    with store.begin() as tx:
        # A part is looked at when the one before it is out of the way.
        for _ in range(8):
            claimed += outbox_rows.claim(tx, store.sealer, _WANTED, NOW + timedelta(minutes=5))
        states = set(tx.scalars(select(outbox.c.state)))
    assert claimed == []
    assert states == {State.SUPPRESSED.value}


def test_who_said_stop_gets_silence_until_start_but_988_in_a_crisis(inbox: Inbox) -> None:
    inbox.receive(an_inbound("STOP"))

    assert bodies(inbox.receive(an_inbound("FDA")).reply) == []
    assert "988" in bodies(inbox.receive(an_inbound("i want to kill myself")).reply)[0][:40]
    assert bodies(inbox.receive(an_inbound("START")).reply)
    assert "FDA" in bodies(inbox.receive(an_inbound("FDA")).reply)[0]


def test_no_number_and_no_body_stands_readable_in_the_database(store: Store, inbox: Inbox) -> None:
    inbox.receive(an_inbound("my secret bladder question", sender="+13105550199"))

    with store.begin() as tx:
        rows = [tx.execute(select(table)).all() for table in (contact, inbound, outbox)]
    assert "3105550199" not in repr(rows)
    assert "secret" not in repr(rows)


def test_without_a_database_it_answers_from_memory(inbox: Inbox, store: Store) -> None:
    with store.begin() as tx:
        tx.execute(text("DROP TABLE outbox_event"))
        tx.execute(text("DROP TABLE receipt"))
        tx.execute(text("DROP TABLE attempt"))
        tx.execute(text("DROP TABLE outbox"))
        tx.execute(text("DROP TABLE consent"))
        tx.execute(text("DROP TABLE inbound"))

    assert "FDA" in bodies(inbox.receive(an_inbound("FDA")).reply)[0]
    assert "988" in bodies(inbox.receive(an_inbound("quiero morir")).reply)[0][:40]


def test_a_person_nobody_knows_starts_with_nothing() -> None:
    assert Contact() == Contact(lang=None, greeted=False, opted_out=False, place=None)


def test_a_text_that_comes_again_while_the_database_is_away_gets_the_same_bytes(
    inbox: Inbox, store: Store
) -> None:
    greeting = an_inbound("FDA")
    first = inbox.receive(greeting).reply
    with store.begin() as tx:
        tx.execute(text("ALTER TABLE inbound RENAME TO away"))

    assert inbox.receive(greeting).reply == first
    assert inbox.receive(an_inbound("FDA")).reply != first


def test_a_text_answered_from_memory_is_on_record_with_those_bytes(
    store: Store, tmp_path: Path
) -> None:
    spool = Spool(tmp_path, a_sealer())
    inbox = Inbox(store, the_catalogue, render, spool=spool.keep)
    message = an_inbound("FDA")
    with store.begin() as tx:
        tx.execute(text("ALTER TABLE inbound RENAME TO away"))
    from_memory = inbox.receive(message).reply
    with store.begin() as tx:
        tx.execute(text("ALTER TABLE away RENAME TO inbound"))

    spool.replay(inbox.record_late)
    elsewhere = Inbox(store, the_catalogue, render)

    assert elsewhere.receive(message).reply == inbox.receive(message).reply == from_memory
    inbox.close()
    elsewhere.close()


def test_a_text_that_comes_again_before_its_record_does_gets_the_same_bytes(
    inbox: Inbox, store: Store
) -> None:
    message = an_inbound("FDA")
    with store.begin() as tx:
        tx.execute(text("ALTER TABLE inbound RENAME TO away"))
    from_memory = inbox.receive(message).reply
    with store.begin() as tx:
        tx.execute(text("ALTER TABLE away RENAME TO inbound"))

    assert inbox.receive(message).reply == from_memory


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(days=1)])
def test_parts_are_due_by_the_databases_clock_when_this_machines_is_off(
    store: Store, off: timedelta
) -> None:
    inbox = Inbox(store, the_catalogue, render, clock=lambda _: NOW)
    inbox.receive(an_inbound("RISKS", received_at=NOW + off))
    inbox.receive(an_inbound("MORE", received_at=NOW + off + timedelta(seconds=9)))
    inbox.close()

    with store.begin() as tx:
        due = tx.scalars(select(outbox.c.due_at)).all()
        heard = tx.scalars(select(inbound.c.received_at)).all()
    assert due
    assert {one - NOW for one in due} == {BETWEEN_PARTS}
    assert set(heard) == {NOW}
