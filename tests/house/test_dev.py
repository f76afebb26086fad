"""The `dev` script: what it installs when, and what it says when it can't."""

import importlib.machinery
import importlib.util
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script as a module that works on an empty folder, and records what it runs."""
    loader = importlib.machinery.SourceFileLoader("dev_script", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    for name in ("uv", "runtime", "dev"):
        (tmp_path / f"{name}.txt").write_text(f"{name}==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    venv = tmp_path / ".venv"
    module.ROOT, module.REQUIREMENTS, module.VENV = tmp_path, tmp_path, venv
    module.BIN, module.STAMPS = venv / "bin", venv / "smsbot-stamps"
    module.ran = []

    def quietly(*command: str) -> None:
        module.ran.append(command)
        if "venv" in command:
            module.BIN.mkdir(parents=True)
            (module.BIN / "python").touch()
            (module.BIN / "pip").write_text(f"#!{module.BIN}/python\n")

    monkeypatch.setattr(module, "quietly", quietly)
    return module


def installed(dev: ModuleType) -> list[str]:
    return [Path(command[-1]).name for command in dev.ran if "--require-hashes" in command]


def test_the_first_setup_installs_what_serving_needs_and_the_second_nothing(
    dev: ModuleType,
) -> None:
    dev.setup(dev=False)
    assert installed(dev) == ["uv.txt", "runtime.txt"]

    dev.ran.clear()
    dev.setup(dev=False)
    assert dev.ran == []


def test_what_tests_need_comes_on_top_and_is_enough_to_serve(dev: ModuleType) -> None:
    dev.setup(dev=False)
    dev.setup(dev=True)
    assert installed(dev)[-1] == "dev.txt"

    dev.ran.clear()
    dev.setup(dev=False)
    dev.setup(dev=True)
    assert dev.ran == []


@pytest.mark.parametrize("name", ["runtime.txt", "uv.txt", "pyproject.toml"])
def test_a_changed_file_is_installed_again_into_the_same_place(dev: ModuleType, name: str) -> None:
    dev.setup(dev=False)
    dev.ran.clear()
    with (dev.ROOT / name).open("a") as file:
        file.write("# changed\n")

    dev.setup(dev=False)

    assert installed(dev) == ["uv.txt", "runtime.txt"]
    assert not any("venv" in command for command in dev.ran)


def test_a_venv_that_was_moved_here_is_made_anew(dev: ModuleType) -> None:
    dev.setup(dev=False)
    (dev.BIN / "pip").write_text("#!/somewhere/else/.venv/bin/python\n")
    dev.STAMPS.unlink()

    with pytest.raises(FileExistsError):  # the stand-in for `venv --clear` found the old one
        dev.setup(dev=False)

    assert "venv" in dev.ran[-1]


def test_pip_installs_where_uv_can_not(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    works = dev.quietly

    def without_uv(*command: str) -> None:
        if command[0].endswith("/uv"):
            raise dev.Fault("uv does not run here")
        works(*command)

    monkeypatch.setattr(dev, "quietly", without_uv)
    dev.setup(dev=False)

    assert installed(dev) == ["uv.txt", "runtime.txt"]
    assert all(command[1:3] == ("-m", "pip") for command in dev.ran[1:])
    assert dev.ran[-1][-2:] == ("-e", ".")


def test_a_failed_setup_is_not_taken_for_a_finished_one(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.setup(dev=False)
    (dev.ROOT / "runtime.txt").write_text("runtime==2\n")

    def fails(kind: str) -> None:
        raise dev.Fault(f"{kind} can't be had")

    monkeypatch.setattr(dev, "install", fails)
    with pytest.raises(dev.Fault):
        dev.setup(dev=False)

    assert dev.stamps() == []


def test_a_missing_python3_venv_is_named_with_its_cure(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(dev.Fault, match="sudo apt install python3-venv"):
        dev.setup(dev=False)


@pytest.mark.parametrize(
    ("arguments", "spread"),
    [
        ([], True),
        (["tests/core", "-q"], True),
        (["-n0"], False),
        (["-k", "crisis"], False),
        (["--pdb"], False),
    ],
)
def test_the_tests_run_in_three_processes_unless_told_otherwise(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str], spread: bool
) -> None:
    called: list[str] = []
    monkeypatch.setattr(dev, "call", lambda *words: called.extend(words) or 0)

    dev.test(arguments)

    assert called == ["pytest", *(["-n", "3"] if spread else []), *arguments]


def test_a_port_in_use_is_named_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [sys.executable, ROOT / "tools" / "serve.py", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert told.returncode == 1
    assert told.stderr == f"dev: port {port} is in use; try ./dev run --port {port + 1}\n"


@pytest.mark.parametrize("port", ["80", "70000", "http"])
def test_an_impossible_port_is_refused(port: str) -> None:
    told = subprocess.run(
        [sys.executable, ROOT / "dev", "run", "--port", port],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 2
    assert "argument --port" in told.stderr
