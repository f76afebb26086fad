"""The installation under test, as real processes: two web, two workers, a carrier, two servers."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
import requests
from redis import Redis
from redis.exceptions import RedisError

from smsbot.queues import valkey
from tests import postgres
from tests.running_bot import ACCOUNT, FROM_OUTSIDE, OUR_NUMBER, ROOT, SECRET, TOKEN, free_port

SMSBOT = (sys.executable, "-c", "from smsbot.cli import main; main()")
OFF_CLOCK = (sys.executable, "-m", "tests.chaos.off_clock")
DURABLE = (
    # A crash of the server, not of the machine: what is committed has reached the kernel.
    *("-clisten_addresses=", "-cfsync=off", "-csynchronous_commit=on", "-cmax_connections=200"),
    "-clog_min_messages=fatal",
)
TIMES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' AND table_name IN
    ('contact', 'inbound', 'consent', 'outbox', 'attempt', 'receipt', 'outbox_event', 'sender',
     'chore', 'crisis_alert', 'subscription')
"""
FROM_MEMORY = re.compile(r"event=answered_from_memory .*sid=(SM[0-9a-f]{32})")
A_NUMBER = re.compile(rb"\+1[2-9]\d{2}55501\d{2}")


@dataclass
class Part:
    """A process that is started again whenever it ends, until it is given up."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    armed: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env={**self.env, **self.armed}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, signum: int = signal.SIGKILL) -> None:
        """End the whole group; nothing of it is left after SIGKILL."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signum)
        if signum == signal.SIGKILL:
            self.process.wait(timeout=20)


class World:
    """Everything that runs. Blows come from the main thread: two of the servers die with it."""

    def __init__(self, folder: Path, server: postgres.Server, plan: Mapping[str, object]) -> None:
        self.folder = folder
        self.server = server
        self.database = server.create()
        self.journal = folder / "journal"
        self.fired: list[str] = []
        self._ports = [free_port() for _ in range(3)]
        self._queue_folder = folder / "queue"
        self._queue_folder.mkdir()
        self._queue: valkey.Valkey | None = None
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._armed: list[tuple[str, Path]] = []
        self.parts = {part.name: part for part in self._all_parts(plan)}

    @property
    def address(self) -> str:
        """Where the database is, as libpq takes it."""
        return f"host={self.server.folder} user=smsbot dbname={self.database}"

    @property
    def carrier(self) -> str:
        return f"http://127.0.0.1:{self._ports[2]}"

    def sites(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self._ports[:2]]

    def _env(self, sites: list[str]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not FROM_OUTSIDE.match(k)}
        host = quote(str(self.server.folder))
        return kept | {
            "PYTHONUNBUFFERED": "1",
            "SMSBOT_VAR": str(self.folder),
            "DATABASE_URL": f"postgresql+psycopg://smsbot@/{self.database}?host={host}",
            "REDIS_URL": valkey.queue_url(None, self._queue_folder),
            "SECRET_KEY": SECRET,
            "SMSBOT_PUBLIC_URLS": ",".join(sites),
            "TWILIO_API_URL": self.carrier,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_FROM": OUR_NUMBER,
            # A fast real number's pace. A dead worker leaves what it had begun a quarter of a
            # second ahead, so an unreal pace would leave unreal numbers in doubt.
            "SMSBOT_MPS": "75",
        }

    def _all_parts(self, plan: Mapping[str, object]) -> Iterator[Part]:
        sites = self.sites()
        for n, port in enumerate(self._ports[:2]):
            bind = f"127.0.0.1:{port}"
            yield self._part(f"web-{n}", ("web", "--bind", bind), {"PORT": str(port)})
            # Each names another web process for its receipts.
            own = {"SMSBOT_PUBLIC_URLS": ",".join(sites[n:] + sites[:n])}
            yield self._part(f"worker-{n}", ("worker",), own)
        webhooks = [word for site in sites for word in ("--webhook", site)]
        bind = f"127.0.0.1:{self._ports[2]}"
        command = ("simulator", "--bind", bind, "--pace", "0.1", *webhooks)
        trial = {"SMSBOT_SIMULATOR_TRIAL": json.dumps(plan)}
        yield self._part(
            "carrier", command, trial | {"SMSBOT_SIMULATOR_JOURNAL": f"{self.journal}"}
        )

    def _part(self, name: str, words: tuple[str, ...], more: Mapping[str, str]) -> Part:
        # One folder each, as if each were on a machine of its own: but only webs keep a spool.
        var = self.folder / name
        var.mkdir()
        env = {**self._env(self.sites()), **more, "SMSBOT_VAR": str(var)}
        # The carrier keeps the right time: it stands for the world.
        program = SMSBOT if name == "carrier" else (*OFF_CLOCK, str(self._clock_of(name)))
        return Part(name=name, command=(*program, *words), env=env, log=self.folder / f"{name}.log")

    def _clock_of(self, name: str) -> Path:
        return self.folder / f"{name}.clock"

    # Up and down.

    def prepare(self) -> None:
        """Make the schema and the answers, as a release does, and start everything."""
        env = self.parts["web-0"].env
        for words in (("db", "upgrade"), ("content", "seed")):
            done = subprocess.run(
                [*SMSBOT, *words], cwd=ROOT, env=env, capture_output=True, check=False
            )
            if done.returncode:
                raise RuntimeError(done.stderr.decode())
        self.start_queue()
        for part in self.parts.values():
            part.start()
        threading.Thread(target=self._keep_alive, daemon=True).start()
        self.wait_for_web()

    def wait_for_web(self) -> None:
        """Return once both web processes and the carrier answer."""
        for url in [*self.sites(), self.carrier]:
            within(60, lambda url=url: _answers(f"{url}/healthz"), f"{url} does not answer")

    def is_alive(self) -> bool:
        """Both web processes answer."""
        return all(_answers(f"{site}/healthz") for site in self.sites())

    def start_queue(self) -> None:
        self._queue = valkey.start(None, self._queue_folder)

    def _keep_alive(self) -> None:
        while not self._closing.wait(0.2):
            for part in self.parts.values():
                with self._lock:
                    ended = part.process is not None and part.process.poll() is not None
                    if ended and not self._closing.is_set():
                        part.start()
            self._note_fired()

    def _note_fired(self) -> None:
        for one in list(self._armed):
            if one[1].exists():
                self._armed.remove(one)
                self.fired.append(one[0])

    def is_armed(self) -> bool:
        """A failpoint waits to be reached."""
        return bool(self._armed)

    # Blows.

    def kill(self, names: Sequence[str], failpoint: str = "", nth: int = 1) -> None:
        """End parts with SIGKILL; they come back, and one dies once more where `failpoint` says."""
        armed = {}
        with self._lock:
            self._armed.clear()
            if failpoint:
                mark = self.folder / f"mark-{time.monotonic_ns()}"
                self._armed.append((failpoint, mark))
                armed = {
                    "SMSBOT_FAILPOINT": f"{failpoint}:{nth}",
                    "SMSBOT_FAILPOINT_ONCE": str(mark),
                }
            for name in names:
                part = self.parts[name]
                part.armed = armed
                part.kill()
                part.start()

    def kill_queue(self, down: float) -> None:
        if self._queue is not None and self._queue.process is not None:
            self._queue.process.kill()
            self._queue.process.wait()
        time.sleep(down)
        self.start_queue()

    def flush_queue(self) -> None:
        with suppress(RedisError), Redis.from_url(
            valkey.queue_url(None, self._queue_folder), socket_timeout=1
        ) as client:  # fmt: skip
            client.flushall()

    def restart_database(self, signum: int, down: float) -> None:
        self.server.stop(signum)
        time.sleep(down)
        self.server.start_again()

    def jump_leases(self) -> None:
        """The database's clock leaps an hour ahead, as the leases see it."""
        self.sql("UPDATE outbox SET lease_until = lease_until - interval '1 hour' "
                 "WHERE lease_until IS NOT NULL")  # fmt: skip

    def jump_clock(self, name: str, seconds: float) -> None:
        """The wall clock of one process is off by so much from now on, until it is put right."""
        told = self._clock_of(name)
        fresh = told.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(told)

    def heal(self) -> None:
        """Everything runs, every clock is right, and nothing is armed any more."""
        for name in self.parts:
            self.jump_clock(name, 0)
        self.kill([part.name for part in self.parts.values() if part.armed])
        self.flush_queue()
        self.wait_for_web()

    # The carrier, the database, time.

    def text(self, phone: str, body: str) -> str:
        """A person sends a text; its SID."""
        form = {"from": phone, "body": body}
        answer = requests.post(f"{self.carrier}/control/texts", json=form, timeout=20)
        answer.raise_for_status()
        return str(answer.json()["sid"])

    def plan(self, plan: Mapping[str, object]) -> dict[str, int]:
        """Give the carrier another plan; what has struck so far."""
        answer = requests.put(f"{self.carrier}/control/trial", json=plan, timeout=20)
        answer.raise_for_status()
        return dict(answer.json()["counts"])

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.address, connect_timeout=10) as db:
            cursor = db.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def let_pass(self, seconds: float) -> None:
        """Let time go by for everything that has happened, here and at the carrier."""
        columns: dict[str, list[str]] = {}
        for table, column in self.sql(TIMES):
            columns.setdefault(str(table), []).append(str(column))
        back = f"interval '{seconds} seconds'"
        with psycopg.connect(self.address) as db:
            # The ledger refuses to be changed: time goes by without its triggers.
            db.execute("SET session_replication_role = replica")
            for table, names in columns.items():
                moves = ", ".join(f"{name} = {name} - {back}" for name in names)
                db.execute(f"UPDATE {table} SET {moves}".encode())
        passed = {"seconds": seconds}
        requests.post(f"{self.carrier}/control/passage", json=passed, timeout=20).raise_for_status()

    def spooled(self) -> int:
        """Texts on disk that the database does not have yet."""
        return sum(1 for _ in self.folder.glob("*/spool/*.text"))

    def from_memory(self) -> frozenset[str]:
        """SIDs answered while the database was gone, as the web processes log them."""
        logs = (log.read_text(errors="replace") for log in self.folder.glob("web-*.log"))
        return frozenset(sid for log in logs for sid in FROM_MEMORY.findall(log))

    def leaks(self) -> list[str]:
        """Logs that hold a phone's number."""
        return [log.name for log in self.folder.glob("*.log") if A_NUMBER.search(log.read_bytes())]

    def close(self) -> None:
        """End everything at once."""
        self._closing.set()
        with self._lock:
            for part in self.parts.values():
                part.kill()
        if self._queue is not None and self._queue.process is not None:
            self._queue.process.kill()
            self._queue.process.wait()


@contextmanager
def running(folder: Path, plan: Mapping[str, object]) -> Iterator[World]:
    """The whole installation for the length of the block."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running(settings=DURABLE))
        world = World(folder, server, plan)
        stack.callback(world.close)
        world.prepare()
        yield world


def within(seconds: float, probe: Callable[[], object], what: str) -> None:
    """Return once `probe` is true.

    Raises:
        TimeoutError: it never was.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if probe():
            return
        time.sleep(0.1)
    raise TimeoutError(what)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
