"""Keys rotate: nobody is lost sight of, least of all somebody who said STOP."""

import pytest
from sqlalchemy import select, text

from smsbot.core.messages import E164
from smsbot.db.store import Store
from smsbot.db.tables import contact
from smsbot.providers.twilio.twiml import render
from smsbot.sealing import SealBroken, Sealer
from smsbot.services import rekey
from smsbot.services.receive import Inbox
from tests.builders import a_store, an_inbound, bodies, the_catalogue

OLD, NEW = b"the keys until now", b"the keys from now on"
SOMEBODY, ANOTHER = "+12025550140", "+12025550141"


def with_keys(url: str, *keys: bytes) -> Store:
    return Store(url, Sealer(keys, keys))


def text_from(store: Store, number: str, body: str) -> list[str]:
    inbox = Inbox(store, the_catalogue, render)
    reply = inbox.receive(an_inbound(body, sender=number)).reply
    inbox.close()
    return bodies(reply)


def people(store: Store) -> int:
    with store.begin() as tx:
        return len(tx.scalars(select(contact.c.id)).all())


def test_while_keys_rotate_and_after_it_everybody_is_known(database_url: str) -> None:
    a_store(database_url).close()
    before = with_keys(database_url, OLD)
    text_from(before, SOMEBODY, "STOP")
    before.close()
    both = with_keys(database_url, NEW, OLD)

    assert text_from(both, SOMEBODY, "FDA") == []
    assert text_from(both, ANOTHER, "FDA")
    assert people(both) == 2
    done = list(rekey.run(both, batch=1))
    assert (sum(one.seen for one in done), sum(one.moved for one in done)) == (2, 1)
    assert sum(one.moved for one in rekey.run(both)) == 0
    both.close()

    after = with_keys(database_url, NEW)
    assert text_from(after, SOMEBODY, "FDA") == []
    assert people(after) == 2
    with after.begin() as tx:
        sealed = tx.scalars(select(contact.c.number_sealed)).all()
    assert {after.sealer.open(one) for one in sealed} == {E164(SOMEBODY), E164(ANOTHER)}
    after.close()


def test_a_process_that_still_has_the_old_key_first_finds_who_was_moved(database_url: str) -> None:
    a_store(database_url).close()
    ahead, behind = with_keys(database_url, NEW, OLD), with_keys(database_url, OLD, NEW)
    text_from(ahead, SOMEBODY, "STOP")

    assert text_from(behind, SOMEBODY, "FDA") == []
    assert people(behind) == 1
    ahead.close()
    behind.close()


def test_whose_number_was_deleted_stays_under_the_key_of_the_time(database_url: str) -> None:
    a_store(database_url).close()
    store = with_keys(database_url, NEW, OLD)
    text_from(store, SOMEBODY, "FDA")
    with store.begin() as tx:
        tx.execute(text("UPDATE contact SET number_sealed = ''"))

    (done,) = rekey.run(store)

    assert (done.moved, done.nameless) == (0, 1)
    store.close()


def test_a_missing_key_is_told_and_nothing_is_changed(database_url: str) -> None:
    a_store(database_url).close()
    store = with_keys(database_url, OLD)
    text_from(store, SOMEBODY, "FDA")
    store.close()
    lost = with_keys(database_url, NEW)

    with pytest.raises(SealBroken, match="SMSBOT_DATA_KEY"):
        list(rekey.run(lost))
    lost.close()
