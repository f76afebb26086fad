"""`smsbot eval`: figures on standard output, faults by row, texts only in the file asked for."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.eval import evaluation


@pytest.fixture(autouse=True)
def _development(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("SMSBOT_CONTENT", str(root / "content"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluation, [str(one) for one in arguments])


def written(path: Path, *rows: object) -> Path:
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    return written(
        tmp_path / "set.jsonl",
        {"text": "i want to kill myself", "label": "crisis", "tier": "active", "lang": "en"},
        {"text": "zebra crossing at noon", "label": "crisis", "tier": "veiled", "lang": "en"},
        {"text": "what is spravato", "label": "harmless", "lang": "en"},
        {"text": "i took all my pills", "label": "harmless", "lang": "en"},
    )


def test_crisis_prints_rates_with_what_they_rest_on(labelled: Path) -> None:
    result = run("crisis", labelled)

    assert result.exit_code == 0, result.output
    assert "texts 4: 2 crisis, 2 harmless" in result.output
    assert "50.0%  (1 of 2; 95 % interval 9.5% to 90.5%)" in result.output
    assert "5000.0  (1 of 2; 95 % interval 945.3 to 9054.7)" in result.output
    assert "latency p50" in result.output
    assert "veiled -> nothing 1" in result.output


def test_no_text_is_printed(labelled: Path, tmp_path: Path) -> None:
    with labelled.open("a", encoding="utf-8") as file:
        file.write('{"text": "zebra in a bad row", "label": "?"}\n')

    for options in ((), ("--json",), ("--misses", tmp_path / "misses.jsonl")):
        result = run("crisis", labelled, *options)
        assert "zebra" not in result.output + result.stderr
        assert "pills" not in result.output + result.stderr


def test_json_has_the_same_figures(labelled: Path) -> None:
    report = json.loads(run("crisis", labelled, "--json").stdout)

    recall = report["figures"]["recall"]
    assert (recall["hits"], recall["n"], recall["share"]) == (1, 2, 0.5)
    assert recall["interval"] == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert report["figures"]["alarms"]["urgent"]["hits"] == 1
    assert report["figures"]["latency"]["p99"] > 0
    assert report["faults"] == []


def test_misses_go_to_the_file_asked_for_and_are_readable_by_its_owner_alone(
    labelled: Path, tmp_path: Path
) -> None:
    misses = tmp_path / "misses.jsonl"
    misses.write_text("of before")
    misses.chmod(0o644)

    result = run("crisis", labelled, "--misses", misses)

    assert result.exit_code == 0, result.output
    found = [json.loads(line) for line in misses.read_text().splitlines()]
    assert [(one["kind"], one["row"], one["found"]) for one in found] == [
        ("missed", 2, None),
        ("false alarm", 4, "emergency"),
    ]
    assert found[0]["text"] == "zebra crossing at noon"
    assert stat.S_IMODE(misses.stat().st_mode) == 0o600


def test_the_set_itself_is_not_overwritten(labelled: Path) -> None:
    before = labelled.read_bytes()

    result = run("crisis", labelled, "--misses", labelled)

    assert result.exit_code == 2
    assert labelled.read_bytes() == before


def test_bad_lines_are_named_by_row_and_the_others_still_count(tmp_path: Path) -> None:
    path = written(
        tmp_path / "set.jsonl",
        {"text": "i want to kill myself", "label": 1},
        "not json",
        "",
        {"text": "no label"},
        {"text": "a\u2028b\u0085c", "label": 0},
    )
    with path.open("ab") as file:
        file.write(b'{"text": "caf\xe9", "label": 0}\n')

    result = run("crisis", path)

    assert result.exit_code == 1
    assert "texts 2: 1 crisis, 1 harmless" in result.stdout
    named = [line.split(": ")[0] for line in result.stderr.splitlines()[:3]]
    assert named == [f"{path}:2", f"{path}:4", f"{path}:6"]
    assert "3 lines could not be read" in result.stderr


def test_an_empty_set_is_no_success(tmp_path: Path) -> None:
    result = run("crisis", written(tmp_path / "set.jsonl"))

    assert result.exit_code == 1
    assert "no texts" in result.stderr


def test_a_file_without_labels_can_be_given_one(tmp_path: Path) -> None:
    path = written(tmp_path / "set.jsonl", {"text": "see you at noon", "source": "sms"})

    assert run("crisis", path).exit_code == 1
    given = run("crisis", path, "--label", "harmless")

    assert given.exit_code == 0
    assert "0.0  (0 of 1;" in given.stdout


def test_a_long_set_tells_how_far_it_is_on_standard_error(tmp_path: Path) -> None:
    row = json.dumps({"text": "ok", "label": 0})

    result = run("crisis", written(tmp_path / "set.jsonl", *[row] * 5_000), "--json")

    assert result.stderr == "5,000 texts\n"
    assert json.loads(result.stdout)["figures"]["texts"] == 5_000


def test_several_files_count_together(labelled: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other.jsonl", {"text": "quiero morir", "label": "pos"})

    assert "texts 5: 3 crisis" in run("crisis", labelled, other).stdout


def test_questions_prints_rates_by_language_and_the_confusions(tmp_path: Path) -> None:
    path = written(
        tmp_path / "q.jsonl",
        {"text": "FDA", "expected": ["FDA"], "lang": "en"},
        {"text": "riesgos", "expected": ["FDA"], "lang": "es"},
        {"text": "FDA", "expected": []},
    )

    result = run("questions", path)
    report = json.loads(run("questions", path, "--json").stdout)

    assert result.exit_code == 1
    assert f"{path}:3: " in result.stderr
    assert "FDA            -> RISKS              1" in result.stdout
    assert report["figures"]["overall"]["lead"]["share"] == 0.5
    assert report["figures"]["by_lang"]["es"]["wrong"]["hits"] == 1


def test_a_file_that_is_not_there_is_used_wrongly(tmp_path: Path) -> None:
    assert run("crisis", tmp_path / "none.jsonl").exit_code == 2
    assert run("questions").exit_code == 2
