"""The servers of a race: each one process with threads, pinned to one core, all of them ended."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server

from bench.forms import ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER
from smsbot.db import schema
from smsbot.db.store import Store
from smsbot.sealing import Sealer
from smsbot.services.seed import seed

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90.0
_TICKS = os.sysconf("SC_CLK_TCK")


class NotStarted(Exception):
    """A server of the race did not come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Which core the servers run on and which one the load; None: too few to choose."""

    server: int | None
    load: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What its processes have used of a core so far, in steps of a hundredth of a second."""
        return cpu_seconds(self.pid)


def choose_cores() -> Cores:
    """One core for the servers and another for the load, where there are two."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return Cores(server=None, load=None)
    return Cores(server=allowed[0], load=allowed[1])


def pin(pid: int, core: int | None) -> None:
    """Keep a process, and what it will start, on one core."""
    if core is not None:
        os.sched_setaffinity(pid, {core})


def cpu_seconds(pid: int) -> float:
    """Processor time, user and system, of a process and all that descends from it."""
    ticks: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        ticks[int(path.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    family, grown = {pid}, True
    while grown:
        more = {child for child, (parent, _) in ticks.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(ticks[one][1] for one in family if one in ticks) / _TICKS


@contextmanager
def baseline(threads: int, folder: Path, core: int | None) -> Iterator[Server]:
    """The quick-start's application on the same server with the same options as smsbot's."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "bench.baseline.app:app"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread"),
        *("--threads", str(threads), "--worker-connections", "1000", "--keep-alive", "5"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    with _running("baseline", command, {}, port, folder, core) as server:
        yield server


@contextmanager
def smsbot(
    name: str, database_url: str, redis_url: str, threads: int, folder: Path, core: int | None
) -> Iterator[Server]:
    """smsbot as `smsbot web` serves it, on a migrated and seeded database."""
    port = free_port()
    own = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SMSBOT_PUBLIC_URLS": f"http://127.0.0.1:{port}",
        "SMSBOT_VAR": str(folder),
    }
    _prepare(database_url)
    program = str(Path(sys.executable).with_name("smsbot"))
    command = [program, "web", "--bind", f"127.0.0.1:{port}", "--threads", str(threads)]
    with _running(name, command, own, port, folder, core) as server:
        yield server


def _prepare(database_url: str) -> None:
    """What the release step does: the newest schema, and the answers of the content folder."""
    schema.upgrade(database_url)
    store = Store(database_url, Sealer((b"of no answer",), (b"of no answer",)))
    seed(store, ROOT / "content", datetime.now(UTC))
    store.close()


@contextmanager
def _running(
    name: str,
    command: list[str],
    own: Mapping[str, str],
    port: int,
    folder: Path,
    core: int | None,
) -> Iterator[Server]:
    # The log goes to a file, as it would in use: writing it is part of the work.
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment(own), cwd=ROOT, stdout=log, stderr=log, close_fds=True
        )
    try:
        pin(process.pid, core)
        _wait(name, process, port, folder)
        yield Server(name=name, port=port, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the caller's settings: two runs are alike."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONPATH": str(ROOT),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": OUR_NUMBER,
        **own,
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(name: str, process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    said = (folder / f"{name}.log").read_text(errors="replace")[-800:]
    raise NotStarted(f"{name} did not start:\n{said}")
