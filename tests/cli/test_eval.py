"""`smsbot eval`: figures on standard output, faults by row, texts only in the file asked for."""

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.eval import evaluation

CONTENT = Path(__file__).resolve().parents[2] / "content"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(evaluation, [str(one) for one in arguments])


def written(path: Path, *rows: object) -> Path:
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows),
        encoding="utf-8",
    )
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of a command; building the screen takes a second, so tests share it."""

    result: Result
    path: Path
    misses: Path


@pytest.fixture(scope="module", autouse=True)
def _development() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMSBOT_CONTENT", str(CONTENT))
        yield


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("eval")
    path = written(
        folder / "set.jsonl",
        {"text": "i want to kill myself", "label": "crisis", "tier": "active", "lang": "en"},
        {"text": "zebra crossing at noon", "label": "crisis", "tier": "veiled", "lang": "en"},
        {"text": "what is spravato", "label": "harmless", "lang": "en"},
        {"text": "i took all my pills", "label": "harmless", "lang": "en"},
        "zebra, not json",
        "",
        {"text": "a zebra without a label"},
        {"text": "a\u2028b\u0085c", "label": 0},
    )
    with path.open("ab") as file:
        file.write(b'{"text": "caf\xe9 zebra", "label": 0}\n')
    other = written(folder / "other.jsonl", {"text": "quiero morir", "label": "pos", "lang": "es"})
    misses = folder / "misses.jsonl"
    misses.write_text("of before")
    misses.chmod(0o644)
    return Ran(result=run("crisis", path, other, "--misses", misses), path=path, misses=misses)


def test_crisis_prints_rates_with_what_they_rest_on(screened: Ran) -> None:
    lines = screened.result.stdout.splitlines()

    assert lines[0] == "texts 6: 3 crisis, 3 harmless"
    assert "66.7%  (2 of 3; 95 % interval 20.8% to 93.9%)" in lines[1]
    assert any(
        line.startswith("false alarms in 10,000")
        and "3333.3  (1 of 3; 95 % interval 614.9 to 7923.4)" in line
        for line in lines
    )
    assert "  veiled -> nothing 1" in lines
    assert any(line.startswith("latency p50") for line in lines)


def test_bad_lines_are_named_by_row_and_the_others_still_count(screened: Ran) -> None:
    told = screened.result.stderr.splitlines()

    assert screened.result.exit_code == 1
    assert [line.split(": ")[0] for line in told[:-1]] == [
        f"{screened.path}:{row}" for row in (5, 7, 9)
    ]
    assert told[-1].startswith("3 lines could not be read")


def test_no_text_is_printed(screened: Ran) -> None:
    for word in ("zebra", "pills", "morir", "spravato"):
        assert word not in screened.result.stdout + screened.result.stderr


def test_misses_go_to_the_file_asked_for_and_are_readable_by_its_owner_alone(
    screened: Ran,
) -> None:
    found = [json.loads(line) for line in screened.misses.read_text().splitlines()]

    assert [(one["kind"], one["row"], one["found"]) for one in found] == [
        ("missed", 2, None),
        ("false alarm", 4, "emergency"),
    ]
    assert found[0]["text"] == "zebra crossing at noon"
    assert stat.S_IMODE(screened.misses.stat().st_mode) == 0o600


def test_the_set_itself_is_not_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path / "set.jsonl", {"text": "a", "label": 0})
    before = path.read_bytes()

    result = run("crisis", path, "--misses", path)

    assert result.exit_code == 2
    assert path.read_bytes() == before


def test_json_has_shares_and_intervals_and_a_long_set_tells_how_far_it_is(tmp_path: Path) -> None:
    row = json.dumps({"text": "see you at noon", "source": "sms"})
    path = written(tmp_path / "set.jsonl", *[row] * 5_000)

    result = run("crisis", path, "--json", "--label", "harmless")

    assert result.exit_code == 0
    assert result.stderr == "5,000 texts\n"
    report: dict[str, Any] = json.loads(result.stdout)
    alarms = report["figures"]["alarms"]["any"]
    assert (alarms["hits"], alarms["n"], alarms["share"]) == (0, 5_000, 0)
    assert alarms["interval"] == pytest.approx([0, 0.000768], abs=1e-6)
    assert report["figures"]["recall"] == {"hits": 0, "n": 0, "share": None, "interval": [0, 1]}
    assert report["figures"]["latency"]["p99"] > 0
    assert (report["faults"], report["raised"]) == ([], 0)


def test_an_empty_set_is_no_success(tmp_path: Path) -> None:
    result = run("crisis", written(tmp_path / "set.jsonl"))

    assert result.exit_code == 1
    assert "no texts" in result.stderr


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
