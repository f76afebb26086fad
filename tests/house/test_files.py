"""What no file of the project may hold: the machine it was written on, or a package index."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".venv", ".git", "var", "dist", "__pycache__", "results", "node_modules"}
PRIVATE_FOLDER = re.compile(r"(?<![\w.~-])/(?:root|work|home/[a-z]+|tmp/[a-z]+_jobs)/")
INDEX_HOST = re.compile(r"\b(?:pypi|pythonhosted|npmjs)\.(?:org|com|python\.org)\b")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
LOCKS = ("uv.txt", "runtime.txt", "dev.txt")


def text_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if hidden or NOT_OURS.intersection(parts) or not path.is_file():
            continue
        if b"\0" not in path.read_bytes()[:4096]:
            yield path


@pytest.mark.parametrize("pattern", [PRIVATE_FOLDER, INDEX_HOST], ids=["folders", "hosts"])
def test_no_file_names_a_machine_or_a_package_index(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in text_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if (match := pattern.search(line))
    ]

    assert found == []


def test_the_patterns_find_what_they_look_for() -> None:
    assert PRIVATE_FOLDER.search("open('/home/ada/notes')")
    assert INDEX_HOST.search("--index-url https://pypi.org/simple")


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_pinned_with_its_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())

    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE)
    assert [
        block for block in blocks if not PIN.match(block) or "--hash=sha256:" not in block
    ] == []


def test_tests_run_on_the_versions_that_are_served() -> None:
    served = dict(PIN.findall((ROOT / "requirements" / "runtime.txt").read_text()))
    tested = dict(PIN.findall((ROOT / "requirements" / "dev.txt").read_text()))

    assert served.items() <= tested.items()
    assert {"flask", "rq", "sqlalchemy", "hatchling"} <= served.keys()


@pytest.mark.parametrize("script", ["dev", ".ci/run"])
def test_a_script_can_be_started(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111
    assert (ROOT / script).read_text().startswith("#!/usr/bin/env ")
