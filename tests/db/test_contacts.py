"""What is remembered of a contact comes back as it was, on both kinds of database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from smsbot.core.contacts import Contact, Offer, Place
from smsbot.core.messages import E164, Lang
from smsbot.db import contacts
from smsbot.db.store import Store
from tests.builders import NOW, a_sealer, a_store

NUMBER = E164("+12025550101")
FULL = Contact(
    lang=Lang.ES,
    lang_chosen=True,
    greeted=True,
    place=Place(keyword="FDA", lang=Lang.ES, part=1, expires_at=NOW + timedelta(hours=1)),
    offer=Offer(keywords=("RISKS", "FDA"), expires_at=NOW + timedelta(hours=2)),
    care_until=NOW + timedelta(days=30),
    crisis_at=NOW,
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def remembered(store: Store) -> contacts.Stored:
    with store.begin() as tx:
        return contacts.lock(tx, a_sealer(), [NUMBER], NOW)[NUMBER]


def save(store: Store, value: Contact) -> None:
    known = remembered(store)
    with store.begin() as tx:
        contacts.save(tx, [replace(known, contact=value)], NOW)


@pytest.mark.parametrize(
    "value",
    [Contact(), FULL, replace(FULL, offer=None), replace(FULL, place=None)],
    ids=["new", "full", "nothing offered", "no place"],
)
def test_what_is_saved_comes_back(store: Store, value: Contact) -> None:
    save(store, value)

    assert remembered(store).contact == value


def test_nothing_offered_is_null_to_sql_too(store: Store) -> None:
    save(store, FULL)
    save(store, Contact())

    with store.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM contact WHERE offered IS NULL")).scalar() == 1


@pytest.mark.parametrize("damaged", ['"FDA"', "{}", "3", "[]"])
def test_an_offer_that_is_no_list_is_no_offer(store: Store, damaged: str) -> None:
    save(store, FULL)
    with store.begin() as tx:
        tx.execute(text("UPDATE contact SET offered = :offered"), {"offered": damaged})

    assert remembered(store).contact.offer is None
