"""What a person gets while parts of the house are killed, locked, stopped or never there."""

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests import postgres, running_bot
from tests.running_bot import NO_REDIS, Bot, a_person, below
from tests.running_carrier import until

PROMISED = 2.5
"""Seconds within which a text is answered although the database is not there."""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the answers, to be copied."""
    folder = tmp_path_factory.mktemp("seeded")
    running_bot.prepare(Bot(folder=folder, database_url=f"sqlite:///{folder}/seeded.sqlite3"))
    return folder / "seeded.sqlite3"


def a_bot(folder: Path, seeded: Path, **more: object) -> Bot:
    file = shutil.copy(seeded, folder / "smsbot.sqlite3")
    return Bot(folder=folder, database_url=f"sqlite:///{file}", **more)  # type: ignore[arg-type]


def gets_help_without_a_database(bot: Bot) -> None:
    for body, needed in [("FDA", "FDA"), ("i want to kill myself", "988"), ("quiero morir", "988")]:
        started = time.monotonic()
        reply = bot.says(body)
        took = time.monotonic() - started
        assert needed in (reply if body == "FDA" else reply[:40])
        assert took < PROMISED, body


def ask_for_more(bot: Bot, person: str) -> list[str]:
    bot.twiml("RISKS", person)
    count = int(bot.says("MORE", person)[2])
    return [f"{part}/{count} " for part in range(2, count + 1)]


def all_arrived(bot: Bot, person: str, rest: list[str]) -> list[str]:
    return until(lambda: len(got := bot.arrived(person)) >= len(rest) and got, seconds=45)


def test_when_redis_dies_the_rest_still_leaves_in_order_and_once(
    tmp_path: Path, seeded: Path
) -> None:
    with running_bot.running(a_bot(tmp_path, seeded)) as bot:
        os.kill(the_valkey(bot), signal.SIGKILL)
        person = a_person()

        rest = ask_for_more(bot, person)

        assert [text[:4] for text in all_arrived(bot, person, rest)] == rest
        time.sleep(2.5)
        assert len(bot.arrived(person)) == len(rest)


def the_valkey(bot: Bot) -> int:
    def found() -> int | None:
        lines = below(bot.parts["worker"].pid)
        servers = [pid for pid, line in lines.items() if "valkey-server" in line.split(" ")[0]]
        return servers[0] if servers else None

    return until(found, seconds=30)


def test_a_postgresql_that_hangs_or_is_gone_costs_nobody_the_answer(tmp_path: Path) -> None:
    with postgres.running() as server:
        bot = Bot(folder=tmp_path, database_url=server.url(server.create()))
        with running_bot.running(running_bot.prepare(bot), "web"):
            assert "FDA" in bot.says("FDA")
            with frozen(server.process.pid):
                gets_help_without_a_database(bot)

            server.process.send_signal(signal.SIGINT)
            server.process.wait(timeout=20)

            gets_help_without_a_database(bot)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    family = [pid, *below(pid)]
    for one in family:
        os.kill(one, signal.SIGSTOP)
    try:
        yield
    finally:
        for one in family:
            os.kill(one, signal.SIGCONT)


def test_a_sqlite_file_that_is_locked_or_read_only_costs_nobody_the_answer(
    tmp_path: Path, seeded: Path
) -> None:
    # Root may write anywhere; in a user namespace of its own it is an ordinary user.
    prefix = postgres.usual_account().prefix
    bot = a_bot(tmp_path, seeded, web_prefix=prefix)
    with running_bot.running(bot, "web"):
        with closing(sqlite3.connect(tmp_path / "smsbot.sqlite3")) as other:
            other.execute("BEGIN EXCLUSIVE")
            gets_help_without_a_database(bot)
        bot.kill("web")

        tmp_path.chmod(0o500)
        (tmp_path / "smsbot.sqlite3").chmod(0o400)
        try:
            bot.start("web")
            bot.wait_for_web()
            gets_help_without_a_database(bot)
        finally:
            tmp_path.chmod(0o700)


def test_a_worker_killed_in_the_middle_of_a_send_sends_nothing_twice(
    tmp_path: Path, seeded: Path
) -> None:
    with running_bot.running(a_bot(tmp_path, seeded, redis_url=NO_REDIS)) as bot:
        # Without any Redis it works as well: the sweeper sends alone.
        earlier = a_person()
        rest = ask_for_more(bot, earlier)
        assert [text[:4] for text in all_arrived(bot, earlier, rest)] == rest

        bot.switch(accept_then_time_out=True)
        person = a_person()
        ask_for_more(bot, person)
        until(lambda: bot.arrived(person), seconds=30)
        bot.kill("worker")
        bot.switch(accept_then_time_out=False)
        # Its lease is over: the clock is ours to turn.
        with bot.sql() as connection:
            connection.exec_driver_sql("UPDATE outbox SET lease_until = '2020-01-01 00:00:00'")
        bot.start("worker")

        def swept() -> bool:
            states = bot.ask("SELECT state FROM outbox WHERE part = 1 ORDER BY id")
            return states[-1][0] in {"unknown", "accepted", "sent", "delivered"}

        until(swept, seconds=30)
        time.sleep(3)
        copies = [text[:4] for text in bot.arrived(person)]
        assert len(copies) == len(set(copies))
        assert copies[0].startswith("2/")
