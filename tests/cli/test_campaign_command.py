"""`smsbot campaign`: a campaign from its words to its end without a browser."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli import program
from smsbot.config.given import DEVELOPMENT
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.core.errors import SmsbotError
from smsbot.db.store import Store
from smsbot.sealing import Sealer
from smsbot.services import staff
from tests.builders import NOW
from tests.campaign_builders import ENGLISH, join


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    keys = (DEVELOPMENT["SMSBOT_DATA_KEY"].encode(),), (DEVELOPMENT["SMSBOT_INDEX_KEY"].encode(),)
    opened = Store(sqlite_url, Sealer(*keys))
    for name, role in (("Ana", Role.SENDER), ("Ben", Role.PUBLISHER)):
        new = staff.NewAccount(name=name, role=role, password="four quiet words here")
        staff.add(opened, By(name="Root", at=NOW), new)
    join(opened, 5, at=datetime.now(UTC) - timedelta(days=3))
    yield opened
    opened.close()


def run(*arguments: str) -> Result:
    found = CliRunner().invoke(program, ["campaign", *arguments])
    assert found.exit_code == 0, (found.output, found.exception)
    return found


def refused(*arguments: str) -> str:
    found = CliRunner().invoke(program, ["campaign", *arguments])
    assert isinstance(found.exception, SmsbotError), found.output
    return str(found.exception)


def test_a_campaign_is_made_checked_approved_started_held_and_cancelled(
    store: Store, tmp_path: Path
) -> None:
    run("message", "add", "news", "en", ENGLISH, "--by", "Ana")
    assert "Somebody else" in refused("message", "approve", "1", "--by", "Ana")
    assert "draft" in run("message", "list").output
    run("message", "approve", "1", "--by", "Ben")
    run("new", "A new answer", "--topic", "NEWS", "--message", "1", "--canary", "2", "--by", "Ana")
    told = json.loads(run("check", "1", "--by", "Ana", "--json").output)
    assert (told["people"], told["segments"]) == (5, 5)

    assert "Somebody else" in refused("approve", "1", "--token", told["token"], "--by", "Ana")
    assert "not the last dry run" in refused("approve", "1", "--token", "x" * 12, "--by", "Ben")
    run("approve", "1", "--token", told["token"][:12], "--by", "Ben")
    run("start", "1", "--by", "Ana")
    run("pause", "1", "--reason", "lunch", "--by", "Ana")
    assert "Held: lunch" in run("status", "1").output
    run("resume", "1", "--by", "Ana")
    run("cancel", "1", "--by", "Ana")

    assert json.loads(run("status", "1", "--json").output)["state"] == "cancelled"
    listed = json.loads(run("list", "--json").output)
    assert [(one["name"], one["state"]) for one in listed] == [("A new answer", "cancelled")]
    path = tmp_path / "people.csv"
    assert json.loads(run("report", "1", "--json", "--csv", str(path)).output)["people"] == 5
    assert len(path.read_text().splitlines()) == 6


def test_what_can_not_be_is_said_in_one_line(store: Store) -> None:
    assert "no campaign 7" in refused("status", "7")
    given = ("new", "x", "--topic", "NEWS", "--message", "9", "--by", "Ana")
    assert "Message 9 is not approved" in refused(*given)
    assert "There is no campaign yet" in run("list").output
