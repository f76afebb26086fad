"""The core never asks what time it is, and never leaves anything to chance."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = sorted((ROOT / "smsbot" / "core").rglob("*.py"))
TELLS_TIME = {"now", "utcnow", "today", "fromtimestamp"}
REACHES_OUT = {"open", "print", "input", "exec", "eval", "__import__"}


def impure_calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(attr=name, value=ast.Name(id="datetime" | "date" | "dt")) | (
                ast.Attribute(attr=name, value=ast.Attribute(attr="datetime" | "date"))
            ) if name in TELLS_TIME:
                yield name
            case ast.Name(id=name) if name in REACHES_OUT:
                yield name


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_core_module_has_no_clock_and_touches_nothing(path: Path) -> None:
    assert list(impure_calls(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "open('x')", "print(1)"],
)
def test_the_check_sees_what_it_looks_for(source: str) -> None:
    assert list(impure_calls(source))
