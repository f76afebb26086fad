"""What most services are tested through: a migrated database of either kind, and an inbox on it."""

from collections.abc import Iterator

import pytest

from smsbot.db.store import Store
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import Inbox
from tests.builders import a_store, the_catalogue


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


@pytest.fixture
def inbox(store: Store) -> Iterator[Inbox]:
    inbox = Inbox(store, the_catalogue, render)
    yield inbox
    inbox.close()
