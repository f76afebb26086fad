"""`smsbot kit` and `smsbot hours`: what staff can do on pages, from a shell."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.hours import hours
from smsbot.cli.kit import kit
from smsbot.core.errors import SmsbotError
from smsbot.db.store import Store
from smsbot.services.seed import seed_answers
from smsbot.wiring import open_store
from tests.builders import NOW
from tests.staff_site import the_answers


def run(*arguments: str) -> Result:
    return CliRunner().invoke(kit, arguments)


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    from smsbot.config import load_settings

    store = open_store(load_settings())
    seed_answers(store, [one for one in the_answers() if one.keyword in {"FDA", "RISKS"}], NOW)
    yield store
    store.close()


def test_a_code_is_made_printed_told_of_and_retired(store: Store, tmp_path: Path) -> None:
    assert "There is no code yet" in done("list")
    assert "FDA" in done("words").split()
    said = done("new", "riesgos", "--lang", "es", "--label", "Biblioteca", "--by", "sender")
    word, code = said.split()
    assert word == "RIESGOS"

    printed = done("print", code.lower(), "--to", str(tmp_path / "out")).split()
    assert [Path(one).name for one in printed] == [
        f"riesgos-{code.lower()}-{kind}.pdf" for kind in ("poster", "quarter", "cards")
    ]
    assert all(Path(one).read_bytes().startswith(b"%PDF") for one in printed)
    assert json.loads(done("list", "--json"))[0]["texts"] == {"at_least": 0, "exact": True}
    assert "fewer than 5" in done("report", code)
    assert json.loads(done("report", code, "--json"))["label"] == "Biblioteca"

    done("retire", code, "--by", "sender")
    assert isinstance(run("print", code).exception, SmsbotError)
    assert "retired" in done("list")
    done("bring-back", code, "--by", "sender")
    assert "retired" not in done("list")


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "NOBODY", "--label", "x", "--by", "sender"),
        ("print", "K9"),
        ("report", "K9"),
        ("retire", "K9", "--by", "sender"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(store: Store, arguments) -> None:
    fault = run(*arguments).exception

    assert isinstance(fault, SmsbotError)
    assert "\n" not in str(fault)


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(hours, ("explain", *arguments))


def test_hours_explain_tells_zone_rule_source_and_window() -> None:
    told = explain("--state", "RI", "--at", "2026-11-23T18:30-05:00").output

    assert "RI  Mon 2026-11-23 18:30 America/New_York: open 09:00-18:00" in told
    assert "rhode_island" in told
    assert "https://" in told
    assert "Next allowed at 2026-11-24 14:00:00 UTC" in told
    assert "Allowed now" in explain("--zip", "900", "--at", "2026-11-23T12:00-08:00").output
    assert "Never" in explain("--area-code", "416").output


def test_hours_explain_gives_data_too() -> None:
    told = json.loads(explain("--at", "2026-11-29T12:00Z", "--json").output)

    assert told["known_by"] == "nothing"
    assert told["allowed"] is False
    assert told["next_allowed"] == "2026-11-30T20:00:00+00:00"
    assert len(told["places"]) > 60


@pytest.mark.parametrize(
    "arguments", [("--state", "XX"), ("--at", "noon"), ("--at", "2026-11-29T12:00")]
)
def test_hours_explain_says_what_it_can_not_read(arguments) -> None:
    assert explain(*arguments).exit_code == 2
