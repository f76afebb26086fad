import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smsbot.cli.content import FOLDER, content


def check(*arguments: str) -> Result:
    return CliRunner().invoke(content, ["check", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "content")
    return tmp_path / "content"


def spoil(folder: Path, name: str = "topics/fda.en.toml") -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('short = """\n', 'short = """\nTake 50 mg. ', 1), encoding="utf-8")


def test_sound_content_ends_with_status_0_and_says_how_many_wait(folder: Path) -> None:
    result = check(str(folder))

    assert result.exit_code == 0, result.output
    assert re.fullmatch(
        r"\d+ answers to \d+ keywords, 0 faults; \d+ answers wait for a clinician's signature.\n",
        result.output,
    )


def test_a_fault_ends_with_status_1_and_names_file_line_and_cure(folder: Path) -> None:
    spoil(folder)

    result = check(str(folder))

    assert result.exit_code == 1
    first = result.output.splitlines()[0]
    assert first.startswith(f"{folder}/topics/fda.en.toml:")
    assert first.endswith("says an amount of a drug: '50 mg'. "
                          "Leave doses out: say that the prescriber decides.")  # fmt: skip


def test_one_file_or_folder_shows_only_its_own_faults(folder: Path) -> None:
    spoil(folder)

    assert check(str(folder / "topics/fda.en.toml")).exit_code == 1
    assert check(str(folder / "topics")).exit_code == 1
    assert check(str(folder / "topics/fda.es.toml")).exit_code == 0
    assert check(str(folder / "crisis")).exit_code == 0


def test_json_has_the_same(folder: Path) -> None:
    spoil(folder)

    found = json.loads(check(str(folder), "--json").output)

    assert found["answers"] == 2 * found["keywords"] >= 84
    assert found["waiting_for_signature"] <= found["answers"]
    (fault,) = found["faults"]
    assert fault["file"].endswith("fda.en.toml")
    assert set(fault) == {"file", "line", "what", "cure"}


def test_a_path_that_is_no_content_ends_with_status_2(tmp_path: Path) -> None:
    missing, empty = check(str(tmp_path / "nowhere")), check(str(tmp_path))

    assert missing.exit_code == empty.exit_code == 2
    assert "name one that has topics/, crisis/, compliance/." in empty.output


def test_help_is_there() -> None:
    assert check("--help").exit_code == 0
