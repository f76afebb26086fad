import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli import program
from smsbot.core.errors import SmsbotError
from tests.builders import CONTENT, a_store
from tests.editorial_builders import PEOPLE, plant, someone


@pytest.fixture(autouse=True)
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    store = a_store(sqlite_url)
    plant(store)
    for name in PEOPLE:
        someone(store, name)
    store.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["content", *arguments])


def done(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, SmsbotError), (result.output, result.exception)
    return str(result.exception)


def newest(name: str) -> dict[str, object]:
    return json.loads(done("show", name, "--json"))[0]


def a_draft(tmp_path: Path, keyword: str, words: str) -> str:
    file = tmp_path / "words.txt"
    file.write_text(words + "\n")
    made = done("draft", keyword, "--by", "ann author", "--why", "x", "--short-file", str(file))
    return made.split()[0]


def test_a_text_goes_its_whole_way_from_a_shell(tmp_path: Path) -> None:
    done("seed")
    number = a_draft(tmp_path, "crisis", "Call or text 988, any time. Someone is there for you.")
    assert "[-" in done("show", "CRISIS.en")

    done("submit", number, "--by", "Ann Author")
    done("refuse", number, "--by", "Rae Reviewer", "--note", "Say it is free.")
    done("submit", number, "--by", "Ann Author")
    unread = run("approve", number, "--by", "Rae Reviewer")
    assert (unread.exit_code, "I opened the sources" in unread.output) == (1, True)
    rae = ("--by", "Rae Reviewer", "--checked", "--note", "Read.")
    assert "needs a second" in done("approve", number, *rae)
    assert "a second person" in refused("publish", number, "--by", "Pat Publisher")
    done("approve-second", number, "--by", "Rob Reviewer", "--checked")
    assert "goes live" in done(
        "publish", number, "--by", "Pat Publisher", "--at", "2099-01-01 08:00"
    )
    assert " published" in done("publish", number, "--by", "Pat Publisher")

    assert newest("CRISIS")["second_by"] == "Rob Reviewer"


def test_a_draft_is_listed_discarded_and_kept_in_the_history(tmp_path: Path) -> None:
    number = a_draft(tmp_path, "KAP", "In KAP a therapist is with you.")
    listed = json.loads(done("list", "--json"))
    assert [(one["name"], one["state"]) for one in listed] == [("KAP.en", "draft")]

    done("discard", number, "--by", "Ann Author")

    assert newest("KAP")["state"] == "retired"
    assert json.loads(done("list", "--json")) == []
    events = json.loads(done("history", "KAP.en", "--json"))
    assert [event["what"] for event in events][:2] == ["discarded", "drafted"]
    assert "discarded by Ann Author" in done("history", "KAP")


def test_an_answer_is_retired_and_nobody_rolls_an_unapproved_one_back() -> None:
    done("retire", "KAP", "--by", "Pat Publisher", "--note", "Old.")

    assert newest("KAP")["state"] == "retired"
    assert "nobody approved it" in refused("rollback", "KAP", "--by", "Pat Publisher")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draft", "FDA", "--by", "Nobody"], "no account of that name"),
        (["draft", "FDA", "--by", "Pat Publisher"], "may not write draft"),
        (["draft", "NONE", "--by", "Ann Author"], "NONE.en is not live"),
        (["approve", "999", "--by", "Rae Reviewer", "--checked"], "no revision with the id 999"),
        (["publish", "1", "--by", "Pat Publisher"], "only an approved one"),
        (["refuse", "1", "--by", "Rae Reviewer"], "Write a note"),
        (["retire", "CRISIS", "--by", "Pat Publisher"], "not retired"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments: list[str], says: str) -> None:
    assert says in refused(*arguments)


def test_an_unreadable_name_is_a_wrong_use() -> None:
    assert run("show", "FDA.fr").exit_code == 2


def test_answers_go_to_a_sheet_and_come_back_as_drafts(tmp_path: Path) -> None:
    sheet, bad = tmp_path / "a.csv", tmp_path / "bad.csv"
    assert "12 answers" in done("export", str(sheet))
    text = sheet.read_text(encoding="utf-8-sig")
    sheet.write_text(text.replace("KAP,en,content", "KAP,en,news").replace("only ", "single "),
                     encoding="utf-8")  # fmt: skip

    looked = run("import", str(sheet), "--dry-run", "--json")
    took = run("import", str(sheet), "--by", "Ann Author", "--partial", "--bad-rows", str(bad))

    planned = json.loads(looked.stdout)
    assert (looked.exit_code, took.exit_code) == (1, 1)
    assert planned["taken"] is False
    assert "FDA.en" in {one["name"] for one in planned["drafts"]}
    assert "column group" in planned["bad"][0]["faults"][0]
    assert "are drafts now" in took.output
    assert newest("FDA")["state"] == "draft"
    assert bad.read_text(encoding="utf-8-sig").count("what is wrong") == 1


def test_an_import_wants_a_name_or_a_look() -> None:
    result = run("import", str(CONTENT))

    assert result.exit_code == 2
    assert "--by NAME" in result.output


def test_seeding_over_what_is_there_says_so() -> None:
    done("seed")

    assert "0 answers added, 0 changed" in done("seed")
