"""`smsbot forget`: asks before it deletes, says what stays, and keeps the number out of the log."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from smsbot.cli.forget import forget
from smsbot.config import load_settings
from smsbot.db.store import Store
from smsbot.db.tables import contact
from smsbot.db.tables_staff import audit_log
from smsbot.providers.twilio.twiml import render
from smsbot.services.forget import ForgetFault
from smsbot.services.receive import Inbox
from smsbot.wiring import open_store
from tests.builders import an_inbound, the_catalogue

PERSON = "+13105550177"


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(forget, arguments, input=typed)


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    store = open_store(load_settings())
    inbox = Inbox(store, the_catalogue, render)
    inbox.receive(an_inbound("STOP", sender=PERSON))
    inbox.close()
    yield store
    store.close()


def numbers(store: Store) -> list[bytes]:
    with store.read() as tx:
        return list(tx.scalars(select(contact.c.number_sealed)))


def test_it_asks_first_and_a_no_deletes_nothing(store: Store) -> None:
    refused = run(PERSON, typed="n\n")

    assert refused.exit_code == 1
    assert "for good?" in refused.output
    assert all(numbers(store))


def test_it_says_what_is_gone_and_what_stays(store: Store) -> None:
    done = run("-", "--by", "nadia", "--reason", "asked by phone", typed=f"{PERSON}\ny\n")

    assert done.exit_code == 0, done.output
    assert "1 texts from" in done.output
    assert "Their opt-out stays" in done.output
    assert "Twilio's own copies" in done.output
    assert numbers(store) == [b""]
    with store.read() as tx:
        (line,) = tx.execute(select(audit_log)).all()
    assert (line.who, line.what, line.note) == ("nadia", "forget", "asked by phone")
    assert "0177" not in repr(line)


def test_a_program_gets_json(store: Store) -> None:
    done = json.loads(run("(310) 555-0177", "--yes", "--json").output)

    assert (done["texts"], done["kept_opt_out"]) == (1, True)


@pytest.mark.parametrize("number", ["hello", "123", ""])
def test_what_is_no_number_is_a_usage_error(store: Store, number: str) -> None:
    assert run(number, "--yes").exit_code == 2


def test_an_unknown_number_deletes_nothing(store: Store) -> None:
    raised = run("+13105550100", "--yes").exception

    assert isinstance(raised, ForgetFault)
    assert "0100" not in str(raised)
