"""Waiting for SQLite's one writer: in as soon as it has ended, and for a second at most."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import text

from smsbot.core.errors import StoreUnavailable
from smsbot.db.store import LOCK_WAIT_MS, Store
from tests.builders import a_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    with closing(sqlite3.connect(tmp_path / "one.sqlite3")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE said (word TEXT)")
    return url


@contextmanager
def somebody_who_writes_all_the_time(url: str) -> Iterator[None]:
    """Holds the lock for 50 ms, rests for 5, over and over."""
    ended = threading.Event()

    def write() -> None:
        store = a_store(url)
        while not ended.is_set():
            with store.begin():
                time.sleep(0.05)
            time.sleep(0.005)
        store.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_an_answer_gets_in_between_two_steps_of_a_long_work(url: str) -> None:
    store, waited = a_store(url), []

    with somebody_who_writes_all_the_time(url):
        for _ in range(15):
            time.sleep(0.01)
            started = time.perf_counter()
            with store.begin() as tx:
                waited.append(time.perf_counter() - started)
                tx.execute(text("INSERT INTO said VALUES ('x')"))
    store.close()

    # Sleeping longer each time, as SQLite does by itself, takes a fifth of a second and more.
    assert median(waited) < 0.12


def test_whoever_waits_for_longer_than_a_second_is_told_so_once(url: str) -> None:
    store, other = a_store(url), a_store(url)

    with other.begin():
        started = time.perf_counter()
        with pytest.raises(StoreUnavailable), store.begin():
            pass
        waited = time.perf_counter() - started

    assert LOCK_WAIT_MS / 1000 <= waited < 1.9 * LOCK_WAIT_MS / 1000
    with store.begin() as tx:
        assert tx.scalar(text("PRAGMA busy_timeout")) == LOCK_WAIT_MS
    store.close()
    other.close()


def test_the_log_is_written_back_into_the_file(url: str, tmp_path: Path) -> None:
    store = a_store(url)
    with store.begin() as tx:
        tx.execute(text("INSERT INTO said VALUES ('kept')"))

    store.write_back()

    # The file without its log, as nobody else would find it in a live system.
    shutil.copy(tmp_path / "one.sqlite3", tmp_path / "two.sqlite3")
    copy = a_store(f"sqlite:///{tmp_path / 'two.sqlite3'}")
    with copy.read() as tx:
        assert tx.scalars(text("SELECT word FROM said")).all() == ["kept"]
    copy.close()
    store.close()


def test_writing_back_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}", a_store("sqlite://").sealer)

    with pytest.raises(StoreUnavailable):
        store.write_back()
