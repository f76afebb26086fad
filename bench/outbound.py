"""Texts that leave: one worker process against a TLS carrier, every text durable before and after.

Each run: texts queued for as many people, one pump process, a carrier in another process. It
counts only if every text reached the carrier once and is on record as accepted.
"""

import json
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from bench.carrier import make_certificate
from bench.forms import OUR_NUMBER
from bench.inbound import DURABLE, Lost, Say
from bench.report import RESULTS
from bench.servers import ROOT, NotStarted, environment, free_port
from smsbot.config.given import DEVELOPMENT
from smsbot.core.messages import E164
from smsbot.core.outbound.concurrency import MOST
from smsbot.core.outbound.outbox import Lane, NewOutgoing
from smsbot.db import contacts, outbox, schema
from smsbot.db.store import Store
from smsbot.sealing import Sealer
from tests import postgres

UNPACED = 1_000_000.0
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many texts in a run, and how often each run."""

    texts_at_once: int = 20_000
    """To a carrier that answers at once."""
    texts_slow: int = 5_000
    """To one that takes 100 ms."""
    rounds: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A running database; SQLite works inside whoever uses it and has no process."""

    name: str
    url: str
    pid: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A running carrier."""

    url: str
    certificate: Path

    def taken(self) -> dict[str, Any]:
        """What it has been given since the last look."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        with opener.open(f"{self.url}/taken", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


def measure(plan: Plan, say: Say) -> dict[str, Any]:
    """Run it all; the figures, ready for JSON.

    Raises:
        Lost, NotStarted, NoPostgres: the run is void.
    """
    rows = []
    with databases() as both:
        for database in both:
            for latency, count in ((0, plan.texts_at_once), (100, plan.texts_slow)):
                say(f"{count:,} texts out of {database.name}, a carrier that takes {latency} ms")
                rows.append(_measure_one(database, (latency, count), plan.rounds))
    return {"rounds": plan.rounds, "most_at_once": MOST, "results": rows}


def _measure_one(database: Database, what: tuple[int, int], rounds: int) -> dict[str, Any]:
    (latency, count), url = what, database.url
    runs = []
    with carrier(latency) as one:
        for _ in range(rounds):
            fill(url, count)
            one.taken()
            done = pump(url, one, UNPACED)
            check(url, one.taken(), count)
            runs.append(done)
    rates = sorted(count / run["seconds"] for run in runs)
    found = {
        "database": database.name,
        "latency_ms": latency,
        "texts": count,
        "rate_min": round(rates[0]),
        "rate_median": round(median(rates)),
        "rate_max": round(rates[-1]),
        "cpu_us": round(min(run["cpu"] for run in runs) / count * 1e6),
    }
    if latency:
        found["of_the_bound"] = round(rates[-1] / (MOST / (latency / 1000)), 3)
    return found


def check(url: str, seen: dict[str, Any], count: int) -> None:
    """Hold the run to what it promised.

    Raises:
        Lost: a text did not reach the carrier once, or is not on record so.
    """
    store = open_store(url)
    with store.read() as tx:
        accepted, sids, ended = tx.execute(
            text(
                "SELECT count(*), count(DISTINCT sid), (SELECT count(*) FROM attempt"
                " WHERE outcome = 'accepted') FROM outbox WHERE state = 'accepted'"
            )
        ).one()
    store.close()
    if not seen["posts"] == seen["different"] == accepted == sids == ended == count:
        raise Lost(
            f"{count} texts queued, {seen['posts']} posted ({seen['different']} different),"
            f" {accepted} accepted, {ended} attempts ended well"
        )


def fill(url: str, count: int) -> None:
    """Empty the outbox and queue so many texts, each for another person, all due."""
    store = open_store(url)
    now = datetime.now(UTC)
    with store.begin() as tx:
        for table in ("attempt", "outbox_event", "outbox", "sender"):
            tx.execute(text(f"DELETE FROM {table}"))
    for first in range(0, count, _CHUNK):
        numbers = [E164(f"+1202{n:07}") for n in range(first, min(first + _CHUNK, count))]
        with store.begin() as tx:
            people = contacts.lock(tx, store.sealer, numbers, now)
            outbox.add(tx, store.sealer, [_text(n, people[n].id, now) for n in numbers], now)
    if not store.is_sqlite:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE outbox"))
            connection.execute(text("VACUUM ANALYZE contact"))
    store.close()


def _text(number: E164, contact_id: int, now: datetime) -> NewOutgoing:
    return NewOutgoing(
        dedupe_key=f"bench:{number}",
        sequence_key=f"bench:{number}",
        part=1,
        lane=Lane.STAFF,
        contact_id=contact_id,
        sender=OUR_NUMBER,
        recipient=number,
        body=f"Ketamine is not FDA-approved for depression. Reply MORE to read on. {number[-7:]}",
        segments=1,
        due_at=now - timedelta(seconds=60),
        expires_at=now + timedelta(hours=1),
    )


def pump(url: str, to: Carrier, mps: float) -> dict[str, Any]:
    """Run one pump process to its end; what it says of itself.

    Raises:
        NotStarted: it failed.
    """
    own = {
        "DATABASE_URL": url,
        "TWILIO_API_URL": to.url,
        "SSL_CERT_FILE": str(to.certificate),
        "SMSBOT_PUBLIC_URLS": "https://bot.example.net",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.pumping", str(mps)],
        env=environment(own), cwd=ROOT, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    if done.returncode:
        raise NotStarted(f"the pump failed:\n{done.stderr[-800:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def databases() -> Iterator[tuple[Database, ...]]:
    """A durable SQLite and a durable PostgreSQL, beside the results, both empty."""
    with ExitStack() as stack:
        RESULTS.mkdir(parents=True, exist_ok=True)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=RESULTS)))
        server = stack.enter_context(postgres.running(settings=DURABLE))
        both = (
            Database(name="SQLite", url=f"sqlite:///{folder / 'bench.sqlite3'}", pid=None),
            Database(name="PostgreSQL", url=server.url(server.create()), pid=server.process.pid),
        )
        for one in both:
            schema.upgrade(one.url)
        yield both


@contextmanager
def carrier(latency_ms: int) -> Iterator[Carrier]:
    """A carrier in a process of its own.

    Raises:
        NotStarted: it did not come up.
    """
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = make_certificate(Path(folder))
        port = free_port()
        arguments = [str(port), str(latency_ms), str(certificate), str(key)]
        process = subprocess.Popen([sys.executable, "-m", "bench.carrier", *arguments], cwd=ROOT)
        one = Carrier(url=f"https://127.0.0.1:{port}", certificate=certificate)
        try:
            _wait(one, process)
            yield one
        finally:
            process.terminate()
            process.wait()


def _wait(one: Carrier, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            one.taken()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NotStarted("the carrier did not start")


def open_store(url: str) -> Store:
    """The database, opened with the keys that a process in development has."""
    secrets = (
        (DEVELOPMENT["SMSBOT_DATA_KEY"].encode(),),
        (DEVELOPMENT["SMSBOT_INDEX_KEY"].encode(),),
    )
    return Store(url, Sealer(*secrets), patience_ms=120_000)
