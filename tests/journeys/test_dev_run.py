"""`./dev run` from an empty folder: the site answers, the worker sends, nothing stays behind."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from twilio.request_validator import RequestValidator

ROOT = Path(__file__).resolve().parents[2]
FROM_OUTSIDE = re.compile(r"^(SMSBOT_|TWILIO_|DATABASE_URL|REDIS_URL|SECRET_KEY|PORT)")
TOKEN = "token-of-this-test"
ACCOUNT = "AC" + "5" * 32
US, PERSON = "+15005550006", "+12025550123"
PATIENCE = 60.0
SHOWN = "Password, shown only this once: "


@dataclass(slots=True)
class Running:
    process: "subprocess.Popen[str]"
    port: int
    folder: Path
    said: str
    """What it printed until it was up."""

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def text(self, body: str, number: int) -> str:
        url = f"{self.site}/webhooks/twilio/message"
        form = {
            "MessageSid": f"SM{number:032x}",
            "AccountSid": ACCOUNT,
            "From": PERSON,
            "To": US,
            "Body": body,
            "NumMedia": "0",
        }
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        answer = requests.post(
            url, data=form, headers={"X-Twilio-Signature": signature}, timeout=10
        )
        assert answer.status_code == 200
        return answer.text


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(folder: Path) -> Running:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not FROM_OUTSIDE.match(name)}
    env |= {
        "SMSBOT_VAR": str(folder),
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_FROM": US,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, ROOT / "tools" / "serve.py", str(port)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C stops it" in line:
            return Running(process, port, folder, "".join(said))
    raise AssertionError("it did not start:\n" + "".join(said))


def stop(running: Running, signum: int = signal.SIGTERM) -> None:
    running.process.send_signal(signum)
    running.process.communicate(timeout=40)
    assert running.process.returncode == (-signum if signum == signal.SIGKILL else 128 + signum)


def below(pid: int) -> set[int]:
    """Return the processes of this one, however deep."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    found: set[int] = set()
    while more := {child for child, p in parents.items() if p in {pid, *found}} - found:
        found |= more
    return found


def sent_rows(folder: Path) -> int:
    """Wait until the carrier took every outbox row; how many there are."""
    waiting, sent = 1, 0
    deadline = time.monotonic() + PATIENCE
    while (waiting or not sent) and time.monotonic() < deadline:
        time.sleep(0.1)
        with closing(sqlite3.connect(next(folder.glob("*.sqlite3")))) as connection:
            states = connection.execute("SELECT state, count(*) FROM outbox GROUP BY state")
            rows = dict(states.fetchall())
        sent = sum(rows.get(state, 0) for state in ("accepted", "sent", "delivered"))
        waiting = sum(rows.values()) - sent
    assert waiting == 0, rows
    return sent


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """What a shell runs in the background ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Running:
    """A first start that has been stopped: its folder is there to be copied."""
    started = start(tmp_path_factory.mktemp("first"))
    stop(started)
    return started


@pytest.fixture
def folder(first: Running, tmp_path: Path) -> Path:
    """A folder in which it was started before."""
    left_out = shutil.ignore_patterns("valkey*")  # a socket can't be copied
    return Path(shutil.copytree(first.folder, tmp_path / "var", ignore=left_out))


@pytest.fixture
def running(folder: Path) -> Iterator[Running]:
    started = start(folder)
    yield started
    if started.process.poll() is None:
        stop(started)


def test_it_serves_answers_and_sends(tmp_path: Path) -> None:
    running = start(tmp_path)
    try:
        assert requests.get(f"{running.site}/simulator/", timeout=10).status_code == 200
        assert "988" in running.text("i want to die", 1)
        assert "FDA" in running.text("FDA", 2)

        running.text("MORE", 3)

        left = sent_rows(running.folder)
    finally:
        stop(running)
    assert left, "the rest of the long answer never left"


def test_the_login_it_prints_opens_the_staff_pages(first: Running, running: Running) -> None:
    password = first.said.split(SHOWN, 1)[1].split()[0]
    page = f"{running.site}/admin/sign-in"
    with requests.Session() as browser:
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page, timeout=10).text)
        assert token is not None
        form = {"name": "demo", "password": password, "csrf_token": token[1]}

        entered = browser.post(page, data=form, timeout=10)

    assert entered.url == f"{running.site}/admin/"
    assert "wait for a clinician" in entered.text


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_leaves_no_process_behind(running: Running, signum: int) -> None:
    family = below(running.process.pid)

    stop(running, signum)

    assert len(family) >= 4
    deadline = time.monotonic() + (30 if signum == signal.SIGKILL else 0)
    while (left := [pid for pid in family if lives(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def test_a_second_start_prepares_nothing_again_and_keeps_the_data(tmp_path: Path) -> None:
    first = start(tmp_path)
    answered = first.text("FDA", 4)
    stop(first)

    again = start(tmp_path)
    repeated = again.text("FDA", 4)
    stop(again)

    assert repeated == answered
    assert "schema" in first.said
    assert "schema" not in again.said
    assert SHOWN in first.said
    assert SHOWN not in again.said
    assert "staff password demo" in again.said


def test_a_deleted_database_is_prepared_anew(folder: Path) -> None:
    for file in folder.glob("*.sqlite3*"):
        file.unlink()

    again = start(folder)
    answered = again.text("FDA", 5)
    stop(again)

    assert "schema" in again.said
    assert "FDA" in answered
