"""What every test may ask for: real databases, a real queue server, a fixed clock."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import argon2
import pytest
from hypothesis import HealthCheck, settings

# Drivers and servers are imported by the fixtures: tests of the core start without them.
if TYPE_CHECKING:
    from smsbot.queues import valkey
    from tests import postgres

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("local", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday, 10 in the morning in New York."""

LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise ConnectionRefusedError("a test tried to leave this machine")


WAITING = ("chaos", "journeys", "worker", "bench")
"""Folders whose tests wait for other processes more than they reckon."""


def pytest_configure() -> None:
    """Refuse every connection beyond loopback, for good, in this process."""
    sys.addaudithook(_stay_on_this_machine)
    # A catalogue and 6,000 tests are a million objects, none of them garbage: looking through
    # them as often as Python does by itself took a sixth of the run.
    gc.set_threshold(50_000, 20, 100)
    # The library's costs for a hash, from a tenth of a second to next to nothing. What the
    # programs themselves use is seen by a test, in a process without this file.
    cheap = argon2.profiles.CHEAPEST
    costs = (cheap.time_cost, cheap.memory_cost, cheap.parallelism)
    argon2.PasswordHasher.__init__.__defaults__ = (
        *costs, *argon2.PasswordHasher.__init__.__defaults__[len(costs) :]
    )  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait: others compute beside them, and none is left for the end."""
    folders = [Path(__file__).parent / name for name in WAITING]
    items.sort(key=lambda item: not any(map(item.path.is_relative_to, folders)))


@pytest.fixture
def clock() -> datetime:
    """Return the time at which a test plays."""
    return NOW


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[postgres.Server]":
    """Run one PostgreSQL for the tests of this process."""
    from tests import postgres

    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: "postgres.Server") -> str:
    """Make the database that every migrated one is a copy of."""
    from smsbot.db import schema

    name = postgres_server.create()
    schema.upgrade(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """Make the file that every migrated SQLite database is a copy of."""
    from smsbot.db import schema

    with tempfile.TemporaryDirectory(prefix="smsbot-sqlite-") as folder:
        path = Path(folder) / "template.db"
        schema.upgrade(f"sqlite:///{path}")
        yield path


@pytest.fixture
def postgres_url(postgres_server: "postgres.Server") -> Iterator[str]:
    """Return the address of an empty PostgreSQL database of this test's own."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database without tables; the test runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a migrated database without rows; the test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{_copy(request.getfixturevalue('sqlite_template'), tmp_path)}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = server.create(template=request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of a migrated SQLite database, where the kind does not matter."""
    return f"sqlite:///{_copy(sqlite_template, tmp_path)}"


def _copy(template: Path, folder: Path) -> Path:
    return Path(shutil.copy(template, folder / "smsbot.db"))


@pytest.fixture(scope="session")
def valkey_server() -> "Iterator[valkey.Valkey]":
    """Run one embedded Valkey for the tests of this process."""
    from smsbot.queues import valkey

    with tempfile.TemporaryDirectory(prefix="smsbot-vk-", dir="/tmp") as folder:
        server = valkey.start(None, Path(folder))
        assert server is not None, "no Valkey: run ./dev setup --dev"
        yield server
        server.close()


@pytest.fixture
def valkey_url(valkey_server: "valkey.Valkey") -> str:
    """Return the address of an empty Valkey."""
    from redis import Redis

    with Redis.from_url(valkey_server.url) as client:
        client.flushall()
    return valkey_server.url
