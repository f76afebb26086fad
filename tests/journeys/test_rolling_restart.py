"""A release while people text: two web processes restarted in turn, a migration in between."""

import itertools
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import requests
from sqlalchemy import create_engine

from tests import postgres, running_bot
from tests.running_bot import NO_REDIS, Bot, a_person, a_sid

EXPAND = (
    # What a release may do to a table in use: nothing that the version before would trip over.
    "SET lock_timeout = '2s'",
    "ALTER TABLE inbound ADD COLUMN of_the_next_release text",
    "ALTER TABLE outbox ADD COLUMN of_the_next_release integer DEFAULT 7",
    "CREATE INDEX CONCURRENTLY ix_of_the_next_release ON inbound (received_at, sid)",
)
BODIES = ("FDA", "i want to kill myself", "RISKS", "MORE", "quiero morir", "hello")


class Callers:
    """Twilio's side: each text goes to one site, and to the other as the fallback."""

    def __init__(self, bots: list[Bot]) -> None:
        self.bots = bots
        self.ended = threading.Event()
        self.heard: Counter[str] = Counter()
        self.asked: list[str] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._go_on) for _ in range(4)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.ended.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self) -> None:
        person = a_person()
        while not self.ended.is_set():
            turn = next(self._numbers)
            body, sid = BODIES[turn % len(BODIES)], a_sid()
            outcome = self._ask(turn, body, person, sid)
            with self._lock:
                self.heard[outcome] += 1
                self.asked.append(sid)
            time.sleep(0.02)

    def _ask(self, turn: int, body: str, person: str, sid: str) -> str:
        first, second = self.bots[turn % 2], self.bots[(turn + 1) % 2]
        for bot in (first, second):
            try:
                answer = bot.post("message", bot.form(body, person, sid))
            except requests.ConnectionError:
                # Refused, or taken into the queue of a socket that was then closed.
                continue
            if answer.status_code != 200:
                return f"HTTP {answer.status_code}"
            if body in {"i want to kill myself", "quiero morir"} and b"988" not in answer.content:
                return "no 988"
            return "answered" if b"<Response" in answer.content else "not TwiML"
        return "nobody there"


def migrate(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in EXPAND:
            connection.exec_driver_sql(statement)
    engine.dispose()


def restart(bot: Bot) -> None:
    bot.kill("web", signal.SIGTERM)
    assert bot.parts["web"].wait(timeout=40) == 0
    bot.start("web")
    bot.wait_for_web()


def test_a_rolling_restart_with_a_migration_costs_nobody_an_answer(tmp_path: Path) -> None:
    with postgres.running() as server:
        url = server.url(server.create())
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()
        one, two = (Bot(folder=f, database_url=url, redis_url=NO_REDIS) for f in folders)
        running_bot.prepare(one)
        with running_bot.running(one, "web"), running_bot.running(two, "web"):
            callers = Callers([one, two])
            try:
                restart(one)
                migrate(url)
                restart(two)
            finally:
                time.sleep(0.5)
                callers.stop()

            rows = one.ask("SELECT sid FROM inbound WHERE NOT late")

    assert set(callers.heard) == {"answered"}, callers.heard
    assert sum(callers.heard.values()) > 100
    assert {sid for (sid,) in rows} == set(callers.asked)
    assert len(rows) == len(callers.asked)
