"""The whole bot as real processes: web, worker and carrier, as an operator runs them."""

import atexit
import functools
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import Connection, create_engine, text
from twilio.request_validator import RequestValidator

from tests.builders import bodies
from tests.running_carrier import until

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).parent / "smsbot"
FROM_OUTSIDE = re.compile(r"^(SMSBOT_|TWILIO_|DATABASE_URL|REDIS_URL|SECRET_KEY|PORT)")
TOKEN = "token-of-the-journeys"
ACCOUNT = "AC" + "6" * 32
OUR_NUMBER = "+15005550006"
NO_REDIS = "redis://127.0.0.1:1/0"
SECRET = "a secret key for the journeys, long enough"

_sids, _people = itertools.count(1), itertools.count(2025550100)


def a_person() -> str:
    """A number nobody has texted from."""
    return f"+1{next(_people)}"


def a_sid() -> str:
    return f"SM{os.getpid():08x}{next(_sids):024x}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Bot:
    """Processes of one installation. Each is a group of its own, so it can be killed whole."""

    folder: Path
    database_url: str
    redis_url: str = "embedded"
    web_prefix: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    carrier_port: int = field(default_factory=free_port)
    parts: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def carrier(self) -> str:
        return f"http://127.0.0.1:{self.carrier_port}"

    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not FROM_OUTSIDE.match(k)}
        return kept | {
            "SMSBOT_VAR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": SECRET,
            "PORT": str(self.port),
            "SMSBOT_PUBLIC_URLS": self.site,
            "TWILIO_API_URL": self.carrier,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_FROM": OUR_NUMBER,
        }

    def once(self, *command: str) -> str:
        """Run one command to its end; what it printed."""
        done = subprocess.run(
            [PROGRAM, *command], cwd=ROOT, env=self.env(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def start(self, name: str) -> None:
        commands = {
            "web": [*self.web_prefix, PROGRAM, "web", "--bind", f"127.0.0.1:{self.port}"],
            "worker": [PROGRAM, "worker"],
            "simulator": [
                *(PROGRAM, "simulator", "--bind", f"127.0.0.1:{self.carrier_port}"),
                *("--pace", "0.05"),
            ],
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                commands[name], cwd=ROOT, env=self.env(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str, signum: int = signal.SIGKILL) -> None:
        """Send a signal to a whole part; after SIGKILL nothing of it is left."""
        process = self.parts[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signum)
        if signum == signal.SIGKILL:
            process.wait(timeout=30)

    def wait_for_web(self) -> None:
        def answers() -> bool:
            assert self.parts["web"].poll() is None, (self.folder / "web.log").read_text()
            try:
                return requests.get(f"{self.site}/healthz", timeout=2).ok
            except requests.RequestException:
                return False

        until(answers, seconds=60)

    def stop(self) -> None:
        """End everything at once; how it ends politely is another journey's matter."""
        for name in self.parts:
            self.kill(name)

    # What the provider does.

    def post(self, path: str, form: dict[str, str]) -> requests.Response:
        url = f"{self.site}/webhooks/twilio/{path}"
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature}
        return requests.post(url, data=form, headers=headers, timeout=30)

    def form(self, body: str, sender: str, sid: str | None = None) -> dict[str, str]:
        return {
            "MessageSid": sid or a_sid(),
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": OUR_NUMBER,
            "Body": body,
            "NumMedia": "0",
        }

    def twiml(self, body: str, sender: str | None = None, sid: str | None = None) -> bytes:
        answer = self.post("message", self.form(body, sender or a_person(), sid))
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["Content-Type"].startswith("text/xml")
        return answer.content

    def says(self, body: str, sender: str | None = None) -> str:
        """The first message of the reply; fails when there is none."""
        return bodies(self.twiml(body, sender))[0]

    # What the carrier has, and what the database holds.

    def arrived(self, person: str) -> list[str]:
        """Bodies of the texts the carrier took for this person, in the order it took them."""
        found = requests.get(
            f"{self.carrier}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
            params={"To": person, "PageSize": "100"}, auth=(ACCOUNT, TOKEN), timeout=30,
        ).json()["messages"]  # fmt: skip
        return [one["body"] for one in reversed(found)]

    def switch(self, **faults: object) -> None:
        answer = requests.post(f"{self.carrier}/phone/api/faults", json=faults, timeout=30)
        assert answer.status_code == 200, answer.text

    @contextmanager
    def sql(self) -> Iterator[Connection]:
        engine = create_engine(self.database_url, connect_args=self._patience())
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    def ask(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        with self.sql() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def _patience(self) -> dict[str, object]:
        return {"timeout": 10} if self.database_url.startswith("sqlite") else {}


def prepare(bot: Bot) -> Bot:
    """Make the schema and the answers, as a release does; on SQLite it is done once, and copied."""
    prefix = "sqlite:///"
    if bot.database_url.startswith(prefix):
        shutil.copyfile(_prepared(), bot.database_url.removeprefix(prefix))
        return bot
    _release(bot)
    return bot


@functools.cache
def _prepared() -> Path:
    """The SQLite file that every bot of this process begins with."""
    folder = Path(tempfile.mkdtemp(prefix="smsbot-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "smsbot.sqlite3"
    _release(Bot(folder=folder, database_url=f"sqlite:///{file}"))
    return file


def _release(bot: Bot) -> None:
    bot.once("db", "upgrade")
    bot.once("content", "seed")


@contextmanager
def running(bot: Bot, *names: str) -> Iterator[Bot]:
    """Run these parts for the length of the block; nothing of them is left afterwards."""
    try:
        for name in names or ("simulator", "web", "worker"):
            bot.start(name)
        bot.wait_for_web()
        yield bot
    finally:
        bot.stop()


def below(pid: int) -> dict[int, str]:
    """The processes below this one and their command lines."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in {pid, *found}} - found:
        found |= more
    lines: dict[int, str] = {}
    for one in found:
        with suppress(OSError):
            lines[one] = Path(f"/proc/{one}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return lines
