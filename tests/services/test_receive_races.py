"""Two processes, one text: whoever comes second waits, and gives what the first has stored."""

import threading
from collections.abc import Iterator

import pytest

from smsbot.db.store import Store
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import receive_all
from tests.builders import a_sid, a_store, an_inbound, the_catalogue


@pytest.fixture
def stores(database_url: str) -> Iterator[tuple[Store, Store]]:
    one, other = a_store(database_url), a_store(database_url)
    yield one, other
    one.close()
    other.close()


def test_a_text_that_another_process_is_answering_gets_its_bytes(
    stores: tuple[Store, Store],
) -> None:
    one, other = stores
    with one.begin() as tx:
        receive_all(tx, one, [an_inbound("hi")], the_catalogue(), render)
    message = an_inbound("FDA", sid=a_sid(41))
    answers: list[bytes] = []

    def second() -> None:
        with other.begin() as tx:
            answers.extend(
                one.reply for one in receive_all(tx, other, [message], the_catalogue(), render)
            )

    thread = threading.Thread(target=second)
    with one.begin() as tx:
        (first,) = receive_all(tx, one, [message], the_catalogue(), render)
        thread.start()
        thread.join(0.3)
        assert answers == [], "it did not wait"
    thread.join(5)

    assert answers == [first.reply]
