"""The database: one engine a process, transactions that commit or leave nothing behind."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from smsbot.core.errors import StoreConflict, StoreUnavailable
from smsbot.sealing import Sealer

Transaction = Connection
"""An open transaction, as `begin` gives it; services pass it on without knowing SQL."""

_OURS = "smsbot: "
LOCK_WAIT_MS = 1_000
"""How long a statement may wait for SQLite's one writer, in milliseconds."""
_LOOKS_EVERY = 0.0005
"""Seconds between two looks whether SQLite's writer has ended."""


class Store:
    """Opens transactions. Safe across threads; make one a process, after forking."""

    def __init__(self, url: str, sealer: Sealer, *, patience_ms: int = 1_200) -> None:
        """Connect lazily to `url`; no statement may take longer than `patience_ms`."""
        self.sealer = sealer
        self.engine = _engine(url, patience_ms)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine.execution_options(reads=True)

    def begin(self) -> AbstractContextManager[Connection]:
        """One transaction: commits at the end of the block, rolls back on any exception.

        Raises:
            StoreConflict: a rule of the schema forbids the values; where the rule is one of ours,
                in its own words.
            StoreUnavailable: the database can't be reached, or is locked too long.
        """
        return self._open(self.engine)

    def read(self) -> AbstractContextManager[Connection]:
        """One transaction that only reads; on SQLite it waits for no writer and holds none up.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return self._open(self._reading)

    @contextmanager
    def _open(self, engine: Engine) -> Iterator[Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            # The original text may hold parameters: only its kind travels on.
            kind = type(getattr(error, "orig", None) or error).__name__
            if (sentence := _rule(error)) is not None:
                raise StoreConflict(sentence) from None
            if isinstance(error, IntegrityError | DataError):
                raise StoreConflict(f"The database refused the values ({kind}).") from None
            raise StoreUnavailable(f"The database did not answer ({kind}).") from None

    def ping(self) -> float:
        """Ask the database for nothing, and return how many seconds that took.

        Raises:
            StoreUnavailable: as `begin`.
        """
        started = time.perf_counter()
        with self.read() as connection:
            connection.execute(text("SELECT 1"))
        return time.perf_counter() - started

    def write_back(self) -> None:
        """Have SQLite write its log back into its file, so that nobody's answer has to do it.

        It holds up nobody who reads or writes. PostgreSQL does this by itself: nothing happens.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        if not self.is_sqlite:
            return
        try:
            connection: Any = self.engine.raw_connection()
            try:
                connection.driver_connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()
            finally:
                connection.close()
        except (sqlite3.Error, SQLAlchemyError) as error:
            kind = type(error).__name__
            raise StoreUnavailable(f"The database did not answer ({kind}).") from None

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _rule(error: SQLAlchemyError) -> str | None:
    """The sentence with which a trigger of ours refused: it is a constant and holds no values."""
    arguments = getattr(getattr(error, "orig", None), "args", ())
    said = str(arguments[0]).split("\n", 1)[0] if arguments else ""
    return said.removeprefix(_OURS) if said.startswith(_OURS) else None


def _engine(url: str, patience_ms: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_MS / 1000}
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    return create_engine(
        parsed,
        hide_parameters=True,
        pool_size=4,
        max_overflow=4,
        pool_timeout=1,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 2,
            "options": f"-c statement_timeout={patience_ms} -c lock_timeout={patience_ms}",
        },
    )


def _sqlite_connect(connection: Any, _record: object) -> None:
    # We begin transactions ourselves: the driver's own BEGIN is deferred, and a deferred
    # transaction that turns to writing fails at once instead of waiting.
    connection.isolation_level = None
    cursor = connection.cursor()
    # FULL: a commit survives the loss of power, not only of the process. The journal mode (WAL)
    # is a property of the file and is set by the migration, not by every connection at once.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    if reads:
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_to_write(connection)


def _begin_to_write(connection: Connection) -> None:
    """Wait at most `LOCK_WAIT_MS` for whoever writes, and begin as soon as they have ended.

    SQLite's own waiting sleeps longer each time, up to a tenth of a second: where another process
    writes again and again, it misses the moments between, and an answer comes a second late.
    """
    driven: Any = connection.connection.dbapi_connection
    driven.execute("PRAGMA busy_timeout = 0")
    try:
        ends = time.monotonic() + LOCK_WAIT_MS / 1000
        while time.monotonic() < ends:
            try:
                driven.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(_LOOKS_EVERY)
            else:
                return
        # Once more, so that what is wrong is told as every other failure is.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driven.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MS}")
