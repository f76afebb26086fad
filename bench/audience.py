"""Counting an audience among a million contacts, every one made in bulk with its consent.

The consents go through the ledger and its triggers like any other: nothing is switched off.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import Connection, text

from bench.inbound import Say
from bench.outbound import databases, open_store
from bench.servers import cpu_seconds
from bench.table import table
from smsbot.core.campaigns.audience import Audience
from smsbot.core.messages import E164
from smsbot.db import audience
from smsbot.db.store import Store

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS"
    " (SELECT :first UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :upto)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(CAST(:first AS bigint), :upto - 1))",
}
_STATEMENTS = (
    """INSERT INTO contact (id, number_index, number_sealed, lang, lang_chosen, greeted, opted_out,
        created_at, seen_at, state, area_code, source_code)
    {numbers} SELECT n, 'p' || n, :number, CASE WHEN n % 4 = 0 THEN 'es' ELSE 'en' END,
        false, true, false, :old, {days},
        CASE n % 10 WHEN 2 THEN 'TX' WHEN 3 THEN 'NY' END, '202',
        CASE WHEN n % 3 = 0 THEN 'K7' END
    FROM numbers""",
    """INSERT INTO consent (contact_id, change, how, topic, words, origin, source, recorded_by, at)
    {numbers} SELECT n, 'joined', 'form', CASE WHEN k = 0 THEN 'NEWS' ELSE 'EVENTS' END,
        'made up for a measurement', 'import', 'bench', 'bench', :old
    FROM numbers CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1) AS kinds
    WHERE (k = 0 AND n % 20 <> 0) OR (k = 1 AND n % 5 = 0)""",
    """INSERT INTO consent (contact_id, change, how, inbound_sid, at)
    {numbers} SELECT n, 'opt_out', 'text', 'x', :now FROM numbers WHERE n % 50 = 7""",
    """INSERT INTO inbound (sid, contact_id, recipient, media_count, received_at, step, topic, lang,
        why, reply)
    {numbers} SELECT 'b' || n, n, 'x', 0, :old, 'keyword', CASE WHEN n % 2 = 0 THEN 'FDA'
        ELSE 'RISKS' END, 'en', '{{}}', :number
    FROM numbers WHERE n % 3 = 0""",
    """INSERT INTO contact_tag (contact_id, tag, added_by, added_at)
    {numbers} SELECT n, 'partner', 'bench', :now FROM numbers WHERE n % 20 = 3""",
    """INSERT INTO upload_contact (upload_id, contact_id)
    {numbers} SELECT 1, n FROM numbers WHERE n % 10 = 3""",
    "UPDATE contact SET care_until = :later WHERE id >= :first AND id < :upto AND id % 100 = 1",
)
_UPLOAD = """INSERT INTO upload (id, kind, name, made_by, made_at, rows_read, rows_taken, rows_bad,
    rows_skipped, state) VALUES (1, 'audience', 'a tenth', 'bench', :now, 0, 0, 0, 0, 'taken')"""
_DAYS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :now, '-' || (n % 400) || ' days')",
    "postgresql": "CAST(:now AS timestamptz) - (n % 400) * interval '1 day'",
}
_AUDIENCES = {
    "a topic": Audience(topic="NEWS"),
    "a language": Audience(topic="NEWS", langs=("es",)),
    "seen within 90 days": Audience(topic="NEWS", seen_within=90),
    "a keyword": Audience(topic="NEWS", keywords=("FDA",)),
    "a tag, without another": Audience(
        topic="NEWS", tags=("partner",), without_tags=("late",)
    ),
    "an uploaded list": Audience(topic="NEWS", upload=1),
    "everything at once": Audience(
        topic="NEWS", langs=("en",), keywords=("FDA", "RISKS"), sources=("K7",), states=("TX",),
        seen_within=365, without_topics=("EVENTS",), without_tags=("partner",),
    ),
}  # fmt: skip
_FIRST, _CHUNK = 1_000, 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many contacts, and how often each audience is counted."""

    contacts: int = 1_000_000
    times: int = 7


def measure(plan: Plan, say: Say) -> dict[str, Any]:
    """Run it all; the figures, ready for JSON.

    Raises:
        NoPostgres: the run is void.
    """
    rows = []
    with databases() as both:
        for one in both:
            store = open_store(one.url)
            started = time.perf_counter()
            fill(store, plan.contacts)
            took = time.perf_counter() - started
            say(f"{plan.contacts:,} contacts in {one.name} after {took:.0f} s")
            rows += [
                {"database": one.name, "audience": name, **_timed(store, asked, plan.times)}
                for name, asked in _AUDIENCES.items()
            ]
            store.close()
    return {"contacts": plan.contacts, "times": plan.times, "results": rows}


def _timed(store: Store, asked: Audience, times: int) -> dict[str, Any]:
    now, spent, used, reached = datetime.now(UTC), [], [], 0
    for _ in range(times):
        with store.read() as tx:
            started, cpu = time.perf_counter(), _cpu(tx)
            reached = audience.count(tx, asked, now).reached
            spent.append(time.perf_counter() - started)
            used.append(_cpu(tx) - cpu)
    return {
        "people": reached,
        "p50_ms": round(median(spent) * 1000),
        "min_ms": round(min(spent) * 1000),
        # Of the process that counts; on a busy machine it says more than the clock.
        "cpu_ms": round(min(used) * 1000),
    }


def _cpu(tx: Connection) -> float:
    """Seconds of processor that the one who counts has used: this thread, or its server process."""
    if tx.dialect.name == "sqlite":
        return time.thread_time()
    return cpu_seconds(int(tx.scalar(text("SELECT pg_backend_pid()")) or 0))


def fill(store: Store, count: int) -> None:
    """Make so many contacts with consents, texts, tags and a list, in an empty database."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        tx.execute(text(_UPLOAD), {"now": _said(tx, now)})
    # A few first, then a look at them: in tables that PostgreSQL takes to be empty its triggers
    # read all there is for each row, until its own look, a minute later.
    borders = [1, *range(min(_FIRST, count) + 1, count + 1, _CHUNK), count + 1]
    for at, upto in pairwise(borders):
        with store.begin() as tx:
            _fill(tx, store, (at, upto), now)
        if at == 1:
            _tidy(store, "ANALYZE")
    _tidy(store, *(("ANALYZE",) if store.is_sqlite else ("VACUUM ANALYZE", "CHECKPOINT")))


def _tidy(store: Store, *statements: str) -> None:
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def _fill(tx: Connection, store: Store, within: tuple[int, int], now: datetime) -> None:
    dialect = tx.dialect.name
    given = {
        "first": within[0],
        "upto": within[1],
        "number": store.sealer.seal(E164("+12025550100")),
        "now": _said(tx, now),
        "old": _said(tx, now - timedelta(days=30)),
        "later": _said(tx, now + timedelta(days=20)),
    }
    for statement in _STATEMENTS:
        said = statement.format(numbers=_NUMBERS[dialect], days=_DAYS[dialect])
        used = {name: value for name, value in given.items() if f":{name}" in said}
        tx.execute(text(said), used)


def _said(tx: Connection, when: datetime) -> object:
    if tx.dialect.name == "sqlite":
        return when.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return when


def tables(found: Mapping[str, Any]) -> list[str]:
    """The figures as a person reads them."""
    if "audience" not in found:
        return []
    rows = [
        (
            row["database"],
            row["audience"],
            f"{row['people']:,}",
            row["p50_ms"],
            row["min_ms"],
            row["cpu_ms"],
        )
        for row in found["audience"]["results"]
    ]
    title = f"Counting an audience among {found['audience']['contacts']:,} contacts"
    heads = ("database", "audience", "people", "p50 ms", "min ms", "CPU ms")
    return ["", title, *table(heads, rows)]
