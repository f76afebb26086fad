"""`smsbot report gaps`: what was missed, from a shell."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.report import report
from smsbot.config import load_settings
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import Inbox
from smsbot.wiring import clock, open_store
from tests.builders import an_inbound, the_catalogue

DOG = "ketamine for my dogs ear infection named Barnaby 555-0137"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(report, ["gaps", *arguments])


@pytest.fixture(autouse=True)
def _two_missed_texts(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    store = open_store(load_settings())
    inbox = Inbox(store, the_catalogue, render)
    for person in range(2):
        at = clock() - timedelta(hours=1)
        inbox.receive(an_inbound(DOG, sender=f"+1310555018{person}", received_at=at))
    inbox.close()
    store.close()


def test_a_group_is_listed_with_its_counts_and_nothing_of_anybody() -> None:
    result = run()

    assert result.exit_code == 0, result.output
    assert "2 texts without an answer since" in result.output
    assert "dogs" in result.output
    for secret in ("0137", "310555"):
        assert secret not in result.output


def test_json_has_every_group_with_scores_and_its_fingerprints() -> None:
    found = json.loads(run("--json").output)

    (gap,) = found["gaps"]
    assert (gap["texts"], gap["people"], gap["one_person"]) == (2, 2, False)
    assert all(isinstance(score, float) for _, score in gap["nearest"])
    assert gap["fingerprints"]


def test_a_dismissed_group_is_gone_for_good() -> None:
    (gap,) = json.loads(run("--json").output)["gaps"]

    done = run("--dismiss", gap["id"], "--by", "ana")

    assert done.exit_code == 0, done.output
    assert run().output.startswith("Nothing was missed since")
    assert "2 handled" in run().output


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--dismiss", "nothing", "--by", "ana"), 1, "There is no group nothing."),
        (("--dismiss", "nothing"), 2, "belong together"),
        (("--days", "0"), 2, "--days"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], status: int, says: str) -> None:
    result = run(*arguments)

    assert result.exit_code == status
    assert says in result.output
