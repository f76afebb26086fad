"""`smsbot consent` and `smsbot audience`: what the pages do, from a shell."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from smsbot.cli.audience import audience
from smsbot.cli.consent import consent
from smsbot.config import load_settings
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import GRANTS, Permission, Role
from smsbot.core.errors import SmsbotError
from smsbot.db.store import Store
from smsbot.services import staff
from smsbot.wiring import open_store
from tests.builders import NOW

HEAD = "number,topic,when,how,words\n"
ROW = "{},NEWS,2026-05-02,paper form,I agree to texts about news\n"
BY = ("--by", "Nadia")


@pytest.fixture(autouse=True)
def store(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    store = open_store(load_settings())
    for name, role in (("Nadia", Role.SENDER), ("Ana", Role.AUTHOR)):
        staff.add(store, By(name="Root", at=NOW), staff.NewAccount(name=name, role=role))
    yield store
    store.close()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(HEAD + ROW.format("2025550101") + ROW.format("12"))
    return path


def run(command: click.Command, *arguments: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=typed)


def imported(people: Path) -> Result:
    evidence = ("--evidence", "Signed forms, cabinet B")
    return run(consent, "import", people, *evidence, *BY, "--partial")


def test_a_bad_row_stops_the_import_and_is_written_to_a_file(people: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    arguments = ("import", people, "--evidence", "Signed forms, cabinet B", *BY)

    refused = run(consent, *arguments, "--bad-rows", bad)

    assert isinstance(refused.exception, SmsbotError)
    assert "row 3, number" in refused.output
    assert "too short" in bad.read_text()
    assert "dry run" in run(consent, *arguments, "--dry-run").output
    found = run(consent, "show", "2025550101", *BY)
    assert "Nobody" in str(found.exception)


def test_what_is_imported_is_shown_and_given_out(people: Path, tmp_path: Path) -> None:
    assert "1 taken" in imported(people).output

    shown = run(consent, "show", "-", *BY, typed="2025550101\n").output
    assert "Joined NEWS, imported by Nadia (paper form)." in shown
    assert "I agree to texts about news" in shown
    told = json.loads(run(consent, "export", "2025550101", *BY).output)
    assert told["joined"] == ["NEWS"]
    output = tmp_path / "one.csv"
    run(consent, "export", "2025550101", *BY, "--format", "csv", "--output", output)
    assert output.stat().st_mode & 0o077 == 0


def test_an_opt_out_is_recorded_brought_in_brought_out_and_undone(
    people: Path, tmp_path: Path
) -> None:
    imported(people)
    reason = ("--reason", "Told us by phone")
    assert run(consent, "opt-out", "2025550101", *reason, *BY).exit_code == 0
    out = tmp_path / "out.csv"
    out.write_text("number\n2025550102\n")
    assert "1 taken" in run(consent, "opt-outs", "import", out, *BY).output

    everybody = run(consent, "opt-outs", "export", *BY).output
    assert everybody.count("'+1202555010") == 2
    assert run(consent, "undo", "2025550101", *reason, *BY).exit_code == 0
    assert run(consent, "opt-outs", "export", *BY).output.count("'+1202555010") == 1


def test_an_audience_is_counted_kept_and_taken_off(people: Path) -> None:
    imported(people)
    where = ("--where", "topic=NEWS", "--where", "seen_within=90")

    counted = run(audience, "count", *where, "--json")
    assert json.loads(counted.output)["reached"] == 1
    assert run(audience, "save", "Lately", *where, *BY).exit_code == 0
    assert "1 of 1" in run(audience, "count", 1).output
    assert json.loads(run(audience, "list", "--json").output)[0]["seen_within"] == "90"
    assert run(audience, "retire", 1, *BY).exit_code == 0
    assert "There are none" in run(audience, "list").output
    assert run(audience, "count", "--where", "sql=1").exit_code == 2
    assert run(audience, "count", "--where", "states=ZZ").exit_code == 2


def test_a_list_of_numbers_narrows_an_audience(people: Path, tmp_path: Path) -> None:
    imported(people)
    path = tmp_path / "list.csv"
    path.write_text("phone\n2025550101\n2025550199\n")

    assert "1 taken" in run(audience, "upload", path, *BY).output
    narrowed = run(audience, "count", "--where", "topic=NEWS", "--where", "upload=2", "--json")
    assert json.loads(narrowed.output)["reached"] == 1
    assert "1 people got" in run(audience, "tag", 2, "partner", *BY).output
    tagged = run(audience, "count", "--where", "topic=NEWS", "--where", "tags=partner", "--json")
    assert json.loads(tagged.output)["reached"] == 1


@pytest.mark.parametrize("name", ["Ana", "Nobody"])
def test_only_who_may_manage_consent_does(people: Path, name: str) -> None:
    refused = run(consent, "show", "2025550101", "--by", name)

    assert isinstance(refused.exception, SmsbotError)


def topic_words(**more: str) -> list[str]:
    given = {"name-en": "Studies", "name-es": "Estudios", "words-en": "studies, once a month"}
    given |= {"words-es": "estudios, 1 mensaje al mes", **more}
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def test_a_topic_is_made_reworded_and_retired(store: Store) -> None:
    named = ("studies", "estudios")
    refused = run(consent, "topics", "add", *named, *topic_words(**{"words-en": "studies"}), *BY)
    assert "words_en: Say how often" in str(refused.exception)
    assert "can be joined" in run(consent, "topics", "add", *named, *topic_words(), *BY).output

    edit = ("topics", "edit", "studies", "--words-en", "studies, twice a month", *BY)
    assert run(consent, *edit).exit_code == 0
    kept = {one["keyword"]: one for one in json.loads(listed("--json"))}["STUDIES"]
    assert (kept["words_en"], kept["name_en"]) == ("studies, twice a month", "Studies")
    assert run(consent, "topics", "retire", "STUDIES", *BY).exit_code == 0
    assert "STUDIES / ESTUDIOS  Studies / Estudios  (retired)" in listed()
    author = run(consent, "topics", "retire", "NEWS", "--by", "Ana")
    assert "may not manage consent" in str(author.exception)


def listed(*options: str) -> str:
    return run(consent, "topics", "list", *options).output


def test_a_shell_asks_for_the_permissions_of_the_pages(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(people)
    save = ("save", "Mine", "--where", "topic=NEWS")
    monkeypatch.setitem(GRANTS, Role.AUTHOR, frozenset({Permission.MANAGE_CONSENT}))
    assert "may not write campaign" in str(run(audience, *save, "--by", "Ana").exception)
    monkeypatch.setitem(GRANTS, Role.AUTHOR, frozenset({Permission.WRITE_CAMPAIGN}))

    assert run(audience, *save, "--by", "Ana").exit_code == 0
    refused = run(audience, "tag", 1, "partner", "--by", "Ana")
    assert "may not manage consent" in str(refused.exception)
    assert run(audience, "retire", 1, "--by", "Ana").exit_code == 0
