"""No part of the house grows beyond what one can hold in mind."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for part in ("smsbot", "worker", "tools")
    for path in (ROOT / part).rglob("*.py")
)
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
MOST_PARAMETERS = 6


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([one for one in named if one.arg not in {"self", "cls"}])


def test_there_are_modules_to_measure() -> None:
    assert {"smsbot/core/messages.py", "smsbot/queues/doorbell.py"} <= set(MODULES)


@pytest.mark.parametrize("name", [*MODULES, "dev"])
def test_a_module_and_its_functions_stay_small(name: str) -> None:
    source = (ROOT / name).read_text(encoding="utf-8")

    too_long = [
        one.name
        for one in functions(source)
        if (one.end_lineno or 0) - one.lineno >= LONGEST_FUNCTION
    ]
    too_many = [one.name for one in functions(source) if parameters(one) > MOST_PARAMETERS]

    assert len(source.splitlines()) <= LONGEST_MODULE
    assert too_long == [], f"functions of more than {LONGEST_FUNCTION} lines"
    assert too_many == [], f"functions of more than {MOST_PARAMETERS} parameters"
