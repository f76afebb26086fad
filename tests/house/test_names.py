"""Names written as text in one place lead to something in another."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JOB = re.compile(r"worker(?:\.\w+)+")
DEV = re.compile(r"\./dev ([a-z]+)")
DOCUMENTS = sorted(path for path in ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def job_names() -> set[str]:
    return {
        node.value
        for path in (ROOT / "smsbot" / "queues").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and JOB.fullmatch(node.value)
    }


def test_every_job_that_is_rung_for_exists() -> None:
    names = job_names()

    assert names == {"worker.jobs.pump"}
    for name in names:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))


@pytest.fixture(scope="module")
def dev_commands() -> set[str]:
    told = subprocess.run(
        [sys.executable, ROOT / "dev", "--help"], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"^    (\w+) +\S", told.stdout, re.MULTILINE))


def test_dev_has_the_commands_of_the_contract(dev_commands: set[str]) -> None:
    assert dev_commands == {"setup", "run", "test", "check", "bench", "chaos", "lock"}


def test_the_documents_name_only_commands_of_dev_that_exist(dev_commands: set[str]) -> None:
    named = {
        command: path.name
        for path in DOCUMENTS
        for command in DEV.findall(path.read_text(encoding="utf-8"))
    }

    assert {name: where for name, where in named.items() if name not in dev_commands} == {}
    assert "run" in named


def test_the_procfile_starts_programs_that_exist() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())

    assert set(lines) == {"web", "worker", "release"}
    for line in lines.values():
        for command in line.split(" && "):
            words = command.split()
            assert words[0] == "smsbot"
            told = subprocess.run(
                [Path(sys.executable).with_name("smsbot"), *_words(words[1:]), "--help"],
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stderr


def _words(arguments: list[str]) -> list[str]:
    options = [number for number, word in enumerate(arguments) if word.startswith("-")]
    return arguments[: options[0]] if options else arguments
