"""Statements that begin or finish a whole batch of attempts, the same on both databases.

One JSON array carries the batch: as bound values five hundred rows take SQLAlchemy longer to write
down than the database to carry out.
"""

from collections.abc import Callable
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    bindparam,
    literal_column,
    select,
    text,
)

from smsbot.db.tables import UtcDateTime

WORKER_DIED = "worker_died"
"""The outcome of an attempt, and the word in a text's history, when its worker died with it."""

_TIMES = ("now", "until", "next_part", "look_accepted", "look_unknown")

_ROWS = {
    "sqlite": "json_each(:rows) AS given",
    "postgresql": "jsonb_array_elements(CAST(:rows AS jsonb)) AS given(value)",
}


def _column(at: int, name: str, kind: str = "TEXT") -> str:
    return f"CAST(given.value ->> {at} AS {kind}) AS {name}"


_KEYS = f"{_column(0, 'id', 'BIGINT')}, {_column(1, 'n', 'INTEGER')}, {_column(2, 'token')}"
_RESULTS = ", ".join(
    (
        _KEYS,
        _column(3, "state"),
        _column(4, "label"),
        _column(5, "sid"),
        _column(6, "code", "INTEGER"),
        _column(7, "http", "INTEGER"),
    )
)


def _take(source: str) -> str:
    return f"""
        UPDATE outbox SET state = 'claimed', lease_token = :token, lease_until = :until,
            version = version + 1, updated_at = :now
        FROM (SELECT CAST(given.value AS BIGINT) AS id FROM {source}) AS one
        WHERE outbox.id = one.id AND outbox.state = 'queued'"""  # noqa: S608


def _begin(source: str) -> str:
    return f"""
        UPDATE outbox SET state = 'sending', lease_until = :until, updated_at = :now,
            version = version + 1
        FROM (SELECT {_KEYS} FROM {source}) AS one
        WHERE outbox.id = one.id AND outbox.state = 'claimed' AND outbox.lease_token = one.token
        RETURNING outbox.id, outbox.lease_token"""  # noqa: S608 - both parts are constants of this module


def _intend(source: str) -> str:
    return f"""
        INSERT INTO attempt (outbox_id, n, started_at)
        SELECT one.id, one.n, :now FROM (SELECT {_KEYS} FROM {source}) AS one"""  # noqa: S608


def _move(source: str) -> str:
    return f"""
        UPDATE outbox SET state = one.state, lease_token = NULL, lease_until = NULL,
            error_code = one.code, sid = COALESCE(one.sid, outbox.sid), looks = 0,
            next_part_at = CASE one.state WHEN 'accepted' THEN :next_part END,
            next_look_at = CASE one.state WHEN 'accepted' THEN :look_accepted
                WHEN 'unknown' THEN :look_unknown END,
            version = version + 1, updated_at = :now
        FROM (SELECT {_RESULTS} FROM {source}) AS one
        WHERE outbox.id = one.id AND (
            (outbox.state = 'sending' AND outbox.lease_token = one.token)
            OR (outbox.state = 'unknown' AND outbox.lease_token IS NULL AND one.n =
                (SELECT max(attempt.n) FROM attempt WHERE attempt.outbox_id = one.id)))"""  # noqa: S608


def _end(source: str) -> str:
    return f"""
        UPDATE attempt SET ended_at = :now, outcome = one.label, http_status = one.http,
            error_code = one.code, sid = one.sid
        FROM (SELECT {_RESULTS} FROM {source}) AS one
        WHERE attempt.outbox_id = one.id AND attempt.n = one.n
            AND (attempt.ended_at IS NULL OR attempt.outcome = '{WORKER_DIED}')"""  # noqa: S608


_Write = Callable[[str], str]


@cache
def _built(write: _Write, dialect: str) -> TextClause:
    said = write(_ROWS[dialect])
    times = [bindparam(name, type_=UtcDateTime) for name in _TIMES if f":{name}" in said]
    return text(said).bindparams(*times)


def take(tx: Connection) -> TextClause:
    """Queued rows are claimed: binds `rows` (ids), `token`, `now`, `until`."""
    return _built(_take, tx.dialect.name)


def among(tx: Connection) -> Select[int]:
    """The ids in one JSON array, to look for: binds `rows`."""
    return _among(tx.dialect.name)


@cache
def _among(dialect: str) -> Select[int]:
    ids: ColumnElement[int] = literal_column("CAST(given.value AS BIGINT)")
    return select(ids).select_from(text(_ROWS[dialect]))


def begin(tx: Connection) -> TextClause:
    """Claimed rows begin to be sent: binds `rows` ([id, attempt, token]), `now`, `until`."""
    return _built(_begin, tx.dialect.name)


def intend(tx: Connection) -> TextClause:
    """Their attempts begin: binds `rows` as `begin`, and `now`."""
    return _built(_intend, tx.dialect.name)


def move(tx: Connection) -> TextClause:
    """Rows move to what became of them.

    Binds `rows` ([id, attempt, token, state, label, sid, error code, HTTP status]) and the times
    `now`, `next_part`, `look_accepted`, `look_unknown`.
    """
    return _built(_move, tx.dialect.name)


def end(tx: Connection) -> TextClause:
    """Their attempts end: binds `rows` as `move`, and `now`."""
    return _built(_end, tx.dialect.name)
