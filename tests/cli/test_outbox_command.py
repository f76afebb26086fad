"""`smsbot outbox`: what is shown, what staff may do, and what is said when they may not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.outbox import outbox
from smsbot.config import load_settings
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.core.errors import SmsbotError
from smsbot.db.store import Store
from smsbot.services import staff
from smsbot.wiring import open_store
from tests.builders import NOW
from tests.outbox_builders import PERSON
from tests.silence_builders import OTHER_SID, SID, attempted, row

WORDS = "words that nobody may see"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(outbox, arguments)


def fault(*arguments: str) -> str:
    """The one line that says what is wrong, as `main` prints it."""
    raised = run(*arguments).exception
    assert isinstance(raised, SmsbotError), raised
    assert "\n" not in str(raised)
    return str(raised)


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    store = open_store(load_settings())
    staff.add(store, By(name="Root", at=NOW), staff.NewAccount(name="Nadia", role=Role.SENDER))
    yield store
    store.close()


def human(store: Store, sequence: str = "reply:SM1", **more: object) -> int:
    return attempted(store, "human", outcomes=("unknown",), body=WORDS, sequence=sequence, **more)  # type: ignore[arg-type]


def test_what_waits_for_a_person_is_listed_without_number_or_text(store: Store) -> None:
    text = human(store)
    attempted(store, "delivered", sid=SID, outcomes=("accepted",), sequence="b")

    result = run("list")

    assert result.exit_code == 0, result.output
    (line,) = result.output.splitlines()
    assert line.split()[0] == str(text)
    assert "human" in line
    assert "*********01" in line
    assert [one["id"] for one in json.loads(run("list", "--json").output)] == [text]
    assert [one["sid"] for one in json.loads(run("list", "--state", "delivered", "--json").output)]
    assert run("list", "--state", "queued").output == "There are none.\n"


def test_show_tells_the_history_and_hides_the_person(store: Store) -> None:
    text = human(store)

    told, as_json = run("show", str(text)), json.loads(run("show", str(text), "--json").output)

    assert "Tried for the first time." in told.output
    assert "no clear answer came" in told.output
    assert told.output.splitlines()[-1].startswith("Now: human. It waits for a person")
    assert as_json["history"][0]["says"].startswith("Queued as a part")
    for output in (told.output, json.dumps(as_json)):
        assert WORDS not in output
        assert PERSON[2:] not in output


def test_staff_link_resend_cancel_and_release(store: Store) -> None:
    texts = [human(store, name) for name in "abc"]
    parked = attempted(store, "parked", outcomes=("account",), sequence="d")

    assert run("link", str(texts[0]), SID, "--by", "nadia").output == (
        f"Text {texts[0]} is accepted now.\n"
    )
    resent = run("resend", str(texts[1]), "--by", "Nadia", "--json")
    assert json.loads(resent.output) == [{"id": texts[1], "state": "queued"}]
    assert "canceled" in run("cancel", str(texts[2]), "--by", "Nadia").output
    assert "queued" in run("release", "--all", "--by", "Nadia").output
    assert run("release", "--all", "--by", "Nadia").output == "There are none.\n"

    states = [row(store, text)["state"] for text in (*texts, parked)]
    assert states == ["accepted", "queued", "canceled", "queued"]
    assert "Nadia, resend (human to queued)" in run("show", str(texts[1])).output


def test_what_can_not_be_done_is_said_in_one_line(store: Store) -> None:
    text = human(store, "a")
    other = attempted(store, "sent", sid=OTHER_SID, outcomes=("accepted",), sequence="b")

    assert "Nobody of that name" in fault("resend", str(text), "--by", "Mallory")
    assert f"belongs to text {other}" in fault("link", str(text), OTHER_SID, "--by", "Nadia")
    assert "is sent" in fault("cancel", str(other), "--by", "Nadia")
    assert "no text 4711" in fault("show", "4711")
    assert run("resend", str(text)).exit_code == 2
    assert run("release", "--by", "Nadia").exit_code == 2
    assert row(store, text)["state"] == "human"


def test_the_summary_counts_what_went_wrong_too(store: Store) -> None:
    human(store)

    found = json.loads(run("summary", "--json").output)

    assert found["by_state"] == {"human": 1}
    assert found["wait_for_a_person"] == 1
    assert {found[name] for name in ("inbound_found_late", "orphan_receipts", "duplicates")} == {0}
    assert "wait for a person: 1" in run("summary").output


@pytest.mark.parametrize(
    "command", ["summary", "list", "show", "link", "resend", "cancel", "release"]
)
def test_every_command_explains_itself(command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert "--json" in result.output
