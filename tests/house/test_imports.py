"""Who may import what: the contracts hold, and each of them fails when it is broken."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")

THIRD_PARTY = {
    "smsbot/core": {"phonenumbers", "pyphen", "rapidfuzz"},
    "smsbot/db": {"alembic", "sqlalchemy"},
    "smsbot/services": {"argon2", "holidays", "openpyxl", "pyotp", "segno", "structlog"},
    "smsbot/printing": {"segno", "typst"},
    "smsbot/providers": {
        "aiohttp",
        "flask",
        "requests",
        "structlog",
        "twilio",
        "urllib3",
        "werkzeug",
    },
    "smsbot/queues": {"redis", "rq", "structlog"},
    "smsbot/web": {
        *("flask", "flask_login", "flask_wtf", "markupsafe", "werkzeug", "wtforms"),
        *("prometheus_client", "requests", "structlog"),
    },
    "smsbot/cli": {"click", "gunicorn", "prometheus_client", "requests", "structlog"},
    "smsbot/sealing.py": {"cryptography"},
    "smsbot/config": {"pydantic", "pydantic_core", "pydantic_settings"},
    "smsbot/wiring.py": {"prometheus_client", "structlog"},
    "smsbot/logs.py": {"structlog"},
    "worker": {"redis", "rq", "structlog"},
}
"""The outside libraries each part may use: one that is not named here needs a decision."""


def contracts(root: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [LINTER, "--no-cache", "--no-logo"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the code and its contracts, for a test to spoil."""
    for part in ("smsbot", "worker"):
        for source in (ROOT / part).rglob("*.py"):
            target = tmp_path / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def test_the_contracts_hold() -> None:
    result = contracts(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("smsbot/stray.py", "WHERE = 'in no layer'"),
        ("smsbot/core/stray.py", "WHERE = 'in no layer of the core'"),
        ("smsbot/core/inbound/clock.py", "import time"),
        ("smsbot/core/text/disk.py", "from pathlib import Path"),
        ("smsbot/core/inbound/glimpse.py", "from smsbot.db import store"),
        ("smsbot/services/shortcut.py", "from smsbot.providers import twilio"),
        ("smsbot/services/rows.py", "import sqlalchemy"),
        ("smsbot/providers/twilio/rows.py", "from smsbot.services import receive"),
        ("smsbot/queues/rows.py", "from smsbot.db import store"),
        ("smsbot/web/rows.py", "from smsbot.db import store"),
        ("smsbot/web/sdk.py", "import twilio"),
        ("smsbot/cli/sdk.py", "import twilio"),
        ("smsbot/db/page.py", "import flask"),
        ("smsbot/providers/twilio/page.py", "import flask"),
        ("smsbot/services/bell.py", "import rq"),
        ("smsbot/web/bell.py", "import rq"),
        ("worker/rows.py", "import sqlalchemy"),
        ("smsbot/web/poster.py", "import typst"),
        ("smsbot/printing/rows.py", "from smsbot.db import store"),
    ],
)
def test_a_broken_rule_fails(copy: Path, module: str, line: str) -> None:
    (copy / module).write_text(f'"""A stray module."""\n\n{line}\n', encoding="utf-8")

    result = contracts(copy)

    assert result.returncode == 1
    assert Path(module).stem in result.stdout


@pytest.mark.parametrize("step", ["compliance", "paging", "reply", "router"])
def test_one_step_that_imports_another_fails(copy: Path, step: str) -> None:
    with (copy / f"smsbot/core/inbound/{step}.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom smsbot.core.inbound import crisis\n")

    result = contracts(copy)

    assert result.returncode == 1
    assert f"smsbot.core.inbound.{step} is not allowed to import" in result.stdout


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


@pytest.mark.parametrize("part", THIRD_PARTY)
def test_a_part_uses_only_its_own_libraries(part: str) -> None:
    path = ROOT / part
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    known = sys.stdlib_module_names | {"smsbot", "worker"} | THIRD_PARTY[part]

    foreign = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in imported(file)
        if name.partition(".")[0] not in known
    }

    assert foreign == set()


def test_in_the_core_only_the_order_puts_the_steps_together() -> None:
    steps = {f"smsbot.core.inbound.{s}" for s in ("compliance", "paging", "reply", "router")}
    # What answering*.py and asking.py hold is the last of the order, in several modules.
    order = {"decide.py", "asking.py", "catalogue.py"}
    core = ROOT / "smsbot" / "core"
    files = [
        file
        for file in core.rglob("*.py")
        if file.name not in order and not file.name.startswith("answering")
    ]

    importers = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in imported(file)
        # router_conflicts.py is a part of the router.
        if name in steps and not file.name.startswith(f"{name.rpartition('.')[2]}_")
    }

    assert importers == set()
