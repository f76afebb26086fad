"""The whole way of an inbound text over HTTP, raced against the quick-start's application.

Both on the same server program with the same threads, one process on one core, the load on another
core. Rounds alternate, and what counts is the ratio within a round: the machine's mood cancels out.
smsbot stores every text durably before it answers; the quick-start stores nothing.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, text

from bench import servers
from bench.forms import PEOPLE, Forms, Kind
from bench.load import Load, send
from bench.report import RESULTS
from bench.servers import Server, choose_cores, pin
from bench.texts import KEYWORDS_ONLY, MIXED
from smsbot.queues import valkey
from tests import postgres

DURABLE = (
    "-clisten_addresses=",
    "-cfsync=on",
    "-csynchronous_commit=on",
    "-cfull_page_writes=on",
    "-cmax_connections=50",
)
"""PostgreSQL as it must run where a commit counts; the tests run it faster and forgetful."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """How long and how hard."""

    rounds: int = 5
    posts: int = 1_500
    warm_up: int = 600
    connections: tuple[int, ...] = (16, 64)
    threads: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """One server's turn in one round."""

    rps: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Processor time a request, of the server's processes."""
    database_us: float
    """The same of the PostgreSQL it used; SQLite works inside the server."""
    reconnects: int


Laps = dict[tuple[str, Kind, int], list[Lap]]
"""Each server's laps by what the texts were and how many connections sent them."""


class Lost(Exception):
    """A server answered more texts than its database holds, or fewer."""


class Runner:
    """A server in the race, the forms made for it and how many it has been sent."""

    def __init__(self, server: Server, database_url: str | None, database_pid: int | None) -> None:
        self.server = server
        self.database_url = database_url
        self._database_pid = database_pid
        self._forms = Forms(server.port, screens=database_url is not None)
        self.sent = 0
        # The baseline says the same to every text: one kind tells all.
        self.kinds = tuple(Kind) if database_url is not None else (Kind.MIXED,)

    def run(self, posts: int, connections: int, kind: Kind = Kind.MIXED) -> Lap:
        """Send so many new texts and take the figures.

        Raises:
            BadAnswer: one of them was not answered as it should be.
        """
        ready = self._forms.make(posts, kind)
        self.sent += posts
        server, database = self.server.cpu_seconds(), self._database_seconds()
        load = send(self.server.port, ready, connections)
        return _lap(
            load,
            self.server.cpu_seconds() - server,
            self._database_seconds() - database,
        )

    def check_rows(self) -> int | None:
        """How many texts its database holds; None when it has none.

        Raises:
            Lost: not as many as were sent and answered.
        """
        if self.database_url is None:
            return None
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            query = "SELECT count(*), count(DISTINCT sid) FROM inbound"
            rows, different = connection.execute(text(query)).one()
        engine.dispose()
        if not rows == different == self.sent:
            raise Lost(f"{self.server.name}: {self.sent} texts sent, {rows} stored")
        return int(rows)

    def _database_seconds(self) -> float:
        return servers.cpu_seconds(self._database_pid) if self._database_pid else 0.0


def race(plan: Race, say: Say) -> dict[str, Any]:
    """Run it all; the figures, ready for JSON.

    Raises:
        BadAnswer, Lost, NotStarted, NoPostgres: the run is void.
    """
    cores = choose_cores()
    laps: Laps = {}
    started = time.monotonic()
    with _runners(plan, cores.server, say) as runners:
        pin(0, cores.load)
        for runner in runners:
            say(f"warming up {runner.server.name}")
            for connections in plan.connections:
                runner.run(plan.warm_up, connections)
        for number in range(plan.rounds):
            for connections in plan.connections:
                said = []
                # Who begins changes from round to round.
                turn = number % len(runners)
                for runner in runners[turn:] + runners[:turn]:
                    for kind in runner.kinds:
                        lap = runner.run(plan.posts, connections, kind)
                        laps.setdefault((runner.server.name, kind, connections), []).append(lap)
                        said.append(f"{runner.server.name} {kind} {lap.rps:.0f}/s")
                say(f"round {number + 1}/{plan.rounds}, c={connections}: {', '.join(said)}")
        rows = {runner.server.name: runner.check_rows() for runner in runners}
    return {
        "rounds": plan.rounds,
        "posts_a_lap": plan.posts,
        "threads": plan.threads,
        "people": PEOPLE,
        "texts": {Kind.MIXED.value: MIXED, Kind.KEYWORDS.value: KEYWORDS_ONLY},
        "pinned": cores.server is not None,
        "seconds": round(time.monotonic() - started, 1),
        "rows_stored": rows,
        "results": [_summary(*key, laps) for key in laps],
    }


@contextmanager
def _runners(plan: Race, core: int | None, say: Say) -> Iterator[list[Runner]]:
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="data-", dir=_folder()))
        )
        say("starting PostgreSQL (fsync on), Valkey and three servers")
        database = stack.enter_context(postgres.running(settings=DURABLE))
        queue = valkey.start(None, folder)
        if queue is None:
            raise servers.NotStarted("no Valkey: run ./dev setup --dev")
        stack.callback(queue.close)
        urls = {
            "SQLite": f"sqlite:///{folder / 'bench.sqlite3'}",
            "PostgreSQL": database.url(database.create()),
        }
        base = stack.enter_context(servers.baseline(plan.threads, folder, core))
        runners = [Runner(base, None, None)]
        for name, url in urls.items():
            server = stack.enter_context(
                servers.smsbot(name, url, queue.url, plan.threads, folder, core)
            )
            pid = database.process.pid if name == "PostgreSQL" else None
            runners.append(Runner(server, url, pid))
        yield runners


def _folder() -> Path:
    """Beside the results: a folder for passing files may be in memory, where a commit is free."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    return RESULTS


def _lap(load: Load, cpu: float, database: float) -> Lap:
    count = len(load.waits)
    return Lap(
        rps=count / load.seconds,
        p50_ms=load.waits[count // 2] * 1000,
        p99_ms=load.waits[min(count - 1, count * 99 // 100)] * 1000,
        cpu_us=cpu / count * 1e6,
        database_us=database / count * 1e6,
        reconnects=load.reconnects,
    )


def _summary(name: str, kind: Kind, connections: int, laps: Laps) -> dict[str, Any]:
    own, base = laps[name, kind, connections], laps["baseline", Kind.MIXED, connections]
    ratios = [lap.rps / other.rps for lap, other in zip(own, base, strict=True)]
    return {
        "server": name,
        "texts": kind.value,
        "connections": connections,
        "rps_min": round(min(lap.rps for lap in own)),
        "rps_median": round(median(lap.rps for lap in own)),
        "p50_ms": round(median(lap.p50_ms for lap in own), 2),
        "p99_ms": round(median(lap.p99_ms for lap in own), 2),
        "cpu_us": round(median(lap.cpu_us for lap in own)),
        "database_us": round(median(lap.database_us for lap in own)),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "ratio": round(median(ratios), 3),
        "cpu_ratio": round(
            median(lap.cpu_us / other.cpu_us for lap, other in zip(own, base, strict=True)), 3
        ),
        "reconnects": sum(lap.reconnects for lap in own),
    }
