"""One person's consent: told, given out, and what staff may and may not record."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from smsbot.core.editorial.deeds import By
from smsbot.core.errors import ContentFault
from smsbot.db.store import Store
from smsbot.db.tables import consent as ledger
from smsbot.providers.twilio.twiml import render
from smsbot.services import consent
from smsbot.services.receive import Inbox, receive_all
from tests.builders import NOW, a_store, an_inbound, bodies, the_catalogue_with_topics

BY = By(name="olga", at=NOW)
NUMBER = "+12025550101"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


@pytest.fixture
def inbox(store: Store) -> Iterator[Inbox]:
    inbox = Inbox(store, the_catalogue_with_topics, render)
    yield inbox
    inbox.close()


def changes(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as tx:
        rows = tx.execute(select(ledger.c.change, ledger.c.topic).order_by(ledger.c.id))
        return [(row.change, row.topic) for row in rows]


def joined(inbox: Inbox, store: Store) -> int:
    inbox.receive(an_inbound("JOIN NEWS"))
    inbox.receive(an_inbound("JOIN"))
    return consent.find(store, NUMBER, BY)


def test_two_texts_join_and_the_ledger_keeps_the_very_words(inbox: Inbox, store: Store) -> None:
    asked = bodies(inbox.receive(an_inbound("JOIN NEWS")).reply)[0]
    confirmed = an_inbound("join")
    inbox.receive(confirmed)

    person = consent.person(store, consent.find(store, NUMBER, BY))

    assert person.joined == ("NEWS",)
    first, second = person.lines
    assert first.words == second.words == asked
    assert second.inbound_sid == confirmed.sid


def test_the_same_confirmation_twice_joins_once(inbox: Inbox, store: Store) -> None:
    inbox.receive(an_inbound("JOIN NEWS"))
    confirmed = an_inbound("JOIN")

    assert inbox.receive(confirmed).reply == inbox.receive(confirmed).reply
    assert changes(store) == [("asked", "NEWS"), ("joined", "NEWS")]


def test_leaving_by_text_and_stop_are_in_it_too(inbox: Inbox, store: Store) -> None:
    joined(inbox, store)
    told = bodies(inbox.receive(an_inbound("JOIN NEWS")).reply)[0]
    inbox.receive(an_inbound("LEAVE NEWS"))
    inbox.receive(an_inbound("STOP"))
    inbox.receive(an_inbound("JOIN NEWS"))
    inbox.receive(an_inbound("JOIN"))

    assert "LEAVE NEWS" in told
    assert changes(store)[2:] == [("left", "NEWS"), ("opt_out", None)]


def test_a_text_found_late_leaves_and_never_joins(inbox: Inbox, store: Store) -> None:
    joined(inbox, store)
    for body in ("JOIN EVENTS", "JOIN", "LEAVE NEWS"):
        with store.begin() as tx:
            message = an_inbound(body)
            receive_all(tx, store, [message], the_catalogue_with_topics(), render, late=True)

    assert changes(store)[2:] == [("left", "NEWS")]


def test_nobody_undoes_a_persons_own_stop(inbox: Inbox, store: Store) -> None:
    inbox.receive(an_inbound("STOP"))
    person = consent.find(store, NUMBER, BY)

    with pytest.raises(ContentFault, match="their own START"):
        consent.undo_opt_out(store, person, "They did not mean it at all", BY)
    with pytest.raises(ContentFault, match="already"):
        consent.opt_out(store, NUMBER, "Told us on the phone", BY)
    assert changes(store) == [("opt_out", None)]


def test_a_mistaken_opt_out_is_undone_with_a_reason(inbox: Inbox, store: Store) -> None:
    person = joined(inbox, store)
    consent.opt_out(store, "202 555 0101", "Told us on the phone", BY)
    assert consent.person(store, person).joined == ()

    with pytest.raises(ContentFault, match="why"):
        consent.undo_opt_out(store, person, "oops", BY)
    consent.undo_opt_out(store, person, "It was another number", BY)

    found = consent.person(store, person)
    assert (found.opted_out, found.joined) == (False, ("NEWS",))
    assert found.lines[-1].recorded_by == "olga"


def test_staff_take_somebody_off_one_topic(inbox: Inbox, store: Store) -> None:
    person = joined(inbox, store)

    consent.leave(store, person, "NEWS", "Asked for it by e-mail", BY)

    assert consent.person(store, person).joined == ()
    with pytest.raises(ContentFault, match="not joined"):
        consent.leave(store, person, "NEWS", "Asked for it by e-mail", BY)


def test_everything_about_one_person_is_given_out(inbox: Inbox, store: Store) -> None:
    person = joined(inbox, store)

    told = json.loads(consent.as_json(store, person, BY))
    rows = list(csv.DictReader(io.StringIO(consent.as_csv(store, person, BY))))

    assert told["joined"] == ["NEWS"]
    assert [one["what"] for one in told["ledger"]] == [one["what"] for one in rows]
    assert "Reply JOIN" in rows[0]["words"]
    with store.read() as tx:
        what = tx.scalars(text("SELECT what FROM audit_log ORDER BY id")).all()
    assert what == ["find_consent", "export_consent", "export_consent"]


def test_all_opt_outs_leave_as_a_file(inbox: Inbox, store: Store) -> None:
    inbox.receive(an_inbound("STOP"))
    inbox.receive(an_inbound("FDA", sender="+12025550102"))

    head, line, end = "".join(consent.opt_outs(store, BY)).split("\r\n")

    assert (head, end) == ("number,when", "")
    assert line.startswith("'+12025550101,2026-11-23")


@pytest.mark.parametrize("written", ["", "abc", "12", "2025550199"])
def test_an_unknown_number_is_said_in_words(store: Store, written: str) -> None:
    with pytest.raises(ContentFault, match=r"not a phone number|Nobody"):
        consent.find(store, written, BY)
