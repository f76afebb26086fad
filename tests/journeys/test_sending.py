"""The worker as it runs: its pump, its queue and its sweeper killed, flushed, told to end."""

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from smsbot.config.given import DEVELOPMENT
from smsbot.db.store import Store
from smsbot.queues.doorbell import Doorbell
from smsbot.queues.valkey import answers, socket_path
from smsbot.sealing import Sealer
from tests.ledger import Ledger, a_ledger
from tests.outbox_builders import queue, states
from tests.running_bot import Bot, below
from tests.running_carrier import until

WAY = 90.0
"""Seconds a test is patient for; this machine may be busy."""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with its tables, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    Bot(folder=folder, database_url=f"sqlite:///{folder}/seeded.sqlite3").once("db", "upgrade")
    return folder / "seeded.sqlite3"


@contextmanager
def a_worker(
    folder: Path, seeded: Path, ledger: Ledger, **more: str
) -> Iterator[tuple[Bot, Store]]:
    """A worker and the database it sends from; its provider keeps a ledger."""
    file = shutil.copy(seeded, folder / "smsbot.sqlite3")
    url = f"sqlite:///{file}"
    bot = Bot(folder=folder, database_url=url, carrier_port=ledger.server_port)
    keys = (DEVELOPMENT["SMSBOT_DATA_KEY"].encode(),), (DEVELOPMENT["SMSBOT_INDEX_KEY"].encode(),)
    store = Store(bot.database_url, Sealer(*keys))
    try:
        bot.start("worker")
        yield bot, store
    finally:
        bot.stop()
        store.close()


def texts(store: Store, count: int) -> None:
    now = datetime.now(UTC)
    for number in range(count):
        queue(
            store, f"to:{number}", person=f"+1202556{number:04}",
            due_at=now - timedelta(seconds=1), expires_at=now + timedelta(hours=1),
        )  # fmt: skip


def gone(store: Store, count: int) -> bool:
    return Counter(states(store)) == {"accepted": count}


def processes(bot: Bot, name: str) -> list[int]:
    return [pid for pid, line in below(bot.parts["worker"].pid).items() if name in line]


def test_a_queue_that_is_flushed_costs_no_text_and_a_killed_valkey_is_started_again(
    tmp_path: Path, seeded: Path
) -> None:
    with a_ledger() as ledger, a_worker(tmp_path, seeded, ledger) as (bot, store):
        path = socket_path(tmp_path)
        until(lambda: answers(path), seconds=WAY)
        bell = Doorbell(f"unix://{path}")
        texts(store, 100)
        # A bell that Valkey does not hear within 0.3 s, on a busy machine, is silent for a second.
        until(bell.ring, seconds=WAY)
        with Redis(unix_socket_path=str(path)) as redis:
            redis.flushall()
        texts_before = ledger.bodies
        until(lambda: gone(store, 100), seconds=WAY)

        (valkey,) = until(lambda: processes(bot, "valkey-server"), seconds=WAY)
        os.kill(valkey, signal.SIGKILL)

        def another_answers() -> bool:
            found = processes(bot, "valkey-server")
            return found not in ([], [valkey]) and answers(path)

        until(another_answers, seconds=WAY)
        # The bell is heard again: a pump of RQ's comes, beside a sweeper that has nothing to do.
        bell.close()
        again = Doorbell(f"unix://{path}")
        until(again.ring, seconds=WAY)
        with Redis(unix_socket_path=str(path)) as redis:
            until(lambda: redis.llen("rq:queue:outbox") == 0, seconds=WAY)
        again.close()
        time.sleep(1)

    assert set(Counter(texts_before).values()) == {1}
    assert len(texts_before) == 100


def test_a_worker_told_to_end_finishes_what_is_out_and_leaves_the_rest_queued(
    tmp_path: Path, seeded: Path
) -> None:
    with a_ledger() as ledger, a_worker(tmp_path, seeded, ledger) as (bot, store):
        texts(store, 600)
        ledger.seconds = 0.5
        until(lambda: len(ledger.bodies) >= 5, seconds=WAY)
        started = time.monotonic()

        # To the parent alone, as a service manager may do it.
        bot.parts["worker"].terminate()
        assert bot.parts["worker"].wait(timeout=40) == 0

        assert time.monotonic() - started < 30
        left = Counter(states(store))
        assert set(left) <= {"accepted", "queued"}
        assert left["accepted"] == len(ledger.bodies) < 600
        assert set(Counter(ledger.bodies).values()) == {1}


def test_a_pump_killed_in_the_middle_is_replaced_and_nothing_leaves_twice(
    tmp_path: Path, seeded: Path
) -> None:
    with a_ledger() as ledger, a_worker(tmp_path, seeded, ledger) as (bot, store):
        until(lambda: answers(socket_path(tmp_path)), seconds=WAY)
        texts(store, 300)
        ledger.seconds = 0.3
        until(lambda: len(ledger.bodies) >= 40, seconds=WAY)

        for pid in processes(bot, "multiprocessing"):
            os.kill(pid, signal.SIGKILL)
        # Their leases are over: the clock is ours to turn.
        time.sleep(0.5)
        with bot.sql() as connection:
            connection.exec_driver_sql(
                "UPDATE outbox SET lease_until = '2020-01-01 00:00:00'"
                " WHERE state IN ('claimed', 'sending')"
            )

        def settled() -> bool:
            return set(states(store)) <= {"accepted", "unknown"}

        until(settled, seconds=WAY)

    assert set(Counter(ledger.bodies).values()) == {1}
    assert len(ledger.bodies) + states(store).count("unknown") >= 300
