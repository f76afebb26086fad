"""`smsbot alerts`: list and acknowledge from a shell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.alerts import alerts
from smsbot.config import load_settings
from smsbot.core.errors import SmsbotError
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import Inbox
from smsbot.wiring import open_store
from tests.builders import an_inbound, the_catalogue


def run(*arguments: str) -> Result:
    return CliRunner().invoke(alerts, arguments)


@pytest.fixture(autouse=True)
def _two_crisis_texts(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    store = open_store(load_settings())
    inbox = Inbox(store, the_catalogue, render)
    inbox.receive(an_inbound("i want to kill myself", sender="+13105550177"))
    inbox.receive(an_inbound("i took all my pills", sender="+13105550178"))
    inbox.close()
    store.close()


def test_open_alerts_are_listed_the_newest_first_without_text_or_number() -> None:
    result = run("list")

    assert result.exit_code == 0, result.output
    assert [line.split()[4:] for line in result.output.splitlines()] == [
        ["emergency", "open"],
        ["active", "open"],
    ]
    assert "pills" not in result.output
    assert "310555" not in result.output


def test_an_acknowledged_alert_leaves_the_list_and_keeps_its_name() -> None:
    newest, oldest = (one["id"] for one in json.loads(run("list", "--json").output))

    result = run("ack", str(oldest), "--by", "the nurse")

    assert result.output == f"Alert {oldest} (active): seen by the nurse.\n"
    assert [one["id"] for one in json.loads(run("list", "--json").output)] == [newest]
    everything = json.loads(run("list", "--all", "--json").output)
    assert [one["acknowledged_by"] for one in everything] == [None, "the nurse"]
    run("ack", str(newest), "--by", "the nurse")
    assert run("list").output == "No alert waits for anybody.\n"


def test_what_cannot_be_acknowledged_is_said() -> None:
    result = run("ack", "4711", "--by", "the nurse")

    assert isinstance(result.exception, SmsbotError)
    assert "no alert 4711" in str(result.exception)
    assert run("ack", "1").exit_code == 2
    assert run("ack", "99999999999999999999", "--by", "x").exit_code == 2
