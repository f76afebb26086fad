"""The chores' threads: they do what is due, outlive a database that is gone, and end when told."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsbot.config import Settings
from smsbot.services.chores import EVERY, readiness
from smsbot.wiring import open_store
from smsbot.wiring_chores import CAMPAIGNS, QUICK, SLOW, Chores
from tests.builders import NOW
from tests.running_carrier import until
from worker import chores


def settings(database_url: str, folder: Path) -> Settings:
    return Settings(
        database_url=database_url, var=folder, redis_url="redis://127.0.0.1:1/0",
        api_url="http://127.0.0.1:1",
    )  # fmt: skip


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_every_chore_is_done_by_one_of_the_three_threads() -> None:
    assert sorted((*QUICK, *CAMPAIGNS, *SLOW)) == sorted(EVERY)


def test_chores_are_done_beside_each_other_and_a_provider_that_is_down_is_noted(
    sqlite_url: str, tmp_path: Path, ended: threading.Event
) -> None:
    some = settings(sqlite_url, tmp_path)
    store = open_store(some)
    threads = chores.start(ended, some)

    def all_done() -> dict[str, object] | None:
        part = readiness(store, NOW)["chores"]
        return part if {f"{name}_age_seconds" for name in EVERY} <= part.keys() else None

    part = until(all_done, seconds=30)
    assert part["state"] == "degraded"
    assert "could not be reached" in str(part["find_missed_fault"])
    assert "reconcile_fault" not in part
    ended.set()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()
    store.close()


def test_a_database_that_is_gone_is_waited_for(tmp_path: Path, ended: threading.Event) -> None:
    gone = settings(f"sqlite:///{tmp_path / 'no' / 'folder.db'}", tmp_path)
    doing = Chores(gone)

    assert chores.run_due(doing, QUICK) is False
    doing.close()
    started = time.monotonic()
    threads = chores.start(ended, gone)
    time.sleep(1.5)
    assert all(thread.is_alive() for thread in threads)
    ended.set()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert time.monotonic() - started < 10
