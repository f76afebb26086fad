"""The database's own time, the one clock that all workers of an installation share.

Leases, due times and slots are reckoned in it: a worker whose clock is wrong by an hour then
neither takes over what another is sending nor sends early. On SQLite it is this machine's clock,
since only this machine can open the file.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, text

_POSTGRESQL = text("SELECT clock_timestamp()")
_SQLITE = text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")


def now(tx: Connection) -> datetime:
    """The time now, aware UTC: to the microsecond on PostgreSQL, to the millisecond on SQLite."""
    if tx.dialect.name == "sqlite":
        return datetime.fromisoformat(tx.execute(_SQLITE).scalar_one()).replace(tzinfo=UTC)
    moment: datetime = tx.execute(_POSTGRESQL).scalar_one()
    return moment.astimezone(UTC)
