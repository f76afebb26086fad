from collections.abc import Iterator

import pytest
from sqlalchemy import select

from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.errors import ContentFault
from smsbot.core.messages import E164
from smsbot.db import contacts
from smsbot.db.store import Store
from smsbot.db.tables_consent import contact_tag
from smsbot.services import number_lists
from smsbot.services.number_lists import Wanted
from smsbot.services.tag_people import tag_list
from tests.builders import NOW, a_store

BY = By(name="olga", at=NOW)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = a_store(database_url)
    yield store
    store.close()


def a_list(store: Store) -> int:
    with store.begin() as tx:
        contacts.lock(tx, store.sealer, [E164("+12025550101"), E164("+12025550102")], NOW)
    data = b"number\n2025550101\n2025550102\n2025550103\n"
    return number_lists.look(store, Wanted(kind=Kind.AUDIENCE, name="x", data=data), BY)


def test_the_people_of_a_list_get_a_tag_once_and_lose_it(store: Store) -> None:
    one = a_list(store)
    with pytest.raises(ContentFault, match="was taken"):
        tag_list(store, one, "partner", BY)
    number_lists.take(store, one, BY)

    assert tag_list(store, one, " Partner ", BY) == 2
    assert tag_list(store, one, "partner", BY) == 0
    with store.read() as tx:
        assert tx.scalars(select(contact_tag.c.tag)).all() == ["partner"] * 2
    assert tag_list(store, one, "partner", BY, away=True) == 2


@pytest.mark.parametrize("tag", ["", "<b>", "x" * 41])
def test_a_tag_is_a_plain_word(store: Store, tag: str) -> None:
    with pytest.raises(ContentFault, match="40 letters"):
        tag_list(store, 1, tag, BY)
