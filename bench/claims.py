"""Claiming and receipts as the outbox grows: half of it waits as a campaign, half has arrived.

Each is timed twice. At first nothing of the table has been touched since PostgreSQL's checkpoint:
it writes a whole page to its log for each that is changed, and a claim in a large outbox changes
pages that no other has. Then the same beside those: a text that was queued a moment ago, as a
sending bot has them, finds its pages changed already.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, text

from bench.forms import OUR_NUMBER
from bench.inbound import Say
from bench.outbound import Database, databases, open_store
from bench.servers import cpu_seconds
from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.outbox import Wanted
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import outbox
from smsbot.db.store import Store
from smsbot.services.record_receipt import record_receipt

BATCH = 100
_CONTACTS = """
    INSERT INTO contact (number_index, number_sealed, lang_chosen, greeted, opted_out, created_at,
        seen_at)
    SELECT 'p' || n, :number, false, true, false, :now, :now FROM numbers"""
_JOINED = """
    INSERT INTO consent (contact_id, change, how, topic, words, origin, source, recorded_by, at)
    SELECT (SELECT min(id) FROM contact) + n, 'joined', 'form', 'NEWS', 'made up for a measurement',
        'import', 'bench', 'bench', :due FROM numbers"""
_ROWS = """
    INSERT INTO outbox (dedupe_key, sequence_key, part, lane, contact_id, sender, number_sealed,
        number_index, body_sealed, segments, state, sid, due_at, expires_at, created_at, updated_at,
        consent_id)
    SELECT {key}, {key}, 1, 30, (SELECT min(id) FROM contact) + n, :sender, :number,
        'p' || n, :body, 1, CASE WHEN n % 2 = 0 THEN 'queued' ELSE 'sent' END,
        CASE WHEN n % 2 = 0 THEN NULL ELSE {sid} END, :due, :late, :now, :now,
        (SELECT s.consent_id FROM subscription s WHERE s.contact_id =
            (SELECT min(id) FROM contact) + n)
    FROM numbers"""
_NUMBERS = {
    "sqlite": """WITH RECURSIVE numbers(n) AS
        (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count) """,
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(0, :count - 1)) ",
}
# As the bot makes them: a campaign's go up with the people, of whom most have numbers of one width;
# a reply's name a SID, which is any number.
_KEY = r"""CASE WHEN n % 2 = 0 THEN 'campaign\:1\:' || (10000000 + n) || '\:0'
    ELSE 'reply\:SM' || {chance} || '\:1' END"""
_CHANCE = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "md5(CAST(random() AS text))"}
_SID = {
    "sqlite": "'SM' || printf('%032x', n)",
    "postgresql": "'SM' || lpad(to_hex(n), 32, '0')",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How large the outbox is, and how often each thing is timed, first and later."""

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    times: int = 25
    """Twice so many claims must find enough: a four-hundredth of the least outbox at most."""


def measure(plan: Plan, say: Say) -> dict[str, Any]:
    """Run it all; the figures, ready for JSON.

    Raises:
        NoPostgres: the run is void.
    """
    rows = []
    for size in plan.sizes:
        with databases() as both:
            for one in both:
                say(f"an outbox of {size:,} texts in {one.name}")
                found = _measure_one(one, size, plan.times)
                rows.append({"database": one.name, "rows": size, **found})
    return {"batch": BATCH, "times": plan.times, "results": rows}


def _measure_one(database: Database, size: int, times: int) -> dict[str, Any]:
    store = open_store(database.url)
    fill_half(store, size)
    # Odd numbers have been sent; they are taken from all over the table, later beside those.
    sent = [number * (size // times) // 2 * 2 + 1 for number in range(times)]
    found: dict[str, float] = {}
    for what, work in (
        ("claim", lambda _: _claim(store)),
        ("claim_later", lambda _: _claim(store)),
        ("receipt", lambda at: record_receipt(store, _receipt(sent[at]))),
        ("receipt_later", lambda at: record_receipt(store, _receipt(sent[at] + 2))),
    ):
        timed = _timed(times, database, work)
        found |= {f"{what}_{name}": value for name, value in timed.items()}
    store.close()
    return found


def _timed(times: int, database: Database, work: Callable[[int], object]) -> dict[str, float]:
    spent = []
    used = _cpu(database)
    for at in range(times):
        started = time.perf_counter()
        work(at)
        spent.append(time.perf_counter() - started)
    return {
        "p50_ms": round(median(spent) * 1000, 2),
        "min_ms": round(min(spent) * 1000, 2),
        # Of both sides; on a busy machine it says more than the clock.
        "cpu_ms": round((_cpu(database) - used) / times * 1000, 2),
    }


def _cpu(database: Database) -> float:
    server = cpu_seconds(database.pid) if database.pid is not None else 0.0
    return time.thread_time() + server


def _claim(store: Store) -> None:
    wanted = Wanted(sender=OUR_NUMBER, rows=BATCH, campaign_rows=BATCH, segments=10_000)
    with store.begin() as tx:
        claimed = outbox.claim(tx, store.sealer, wanted, datetime.now(UTC))
    if len(claimed) != BATCH:
        raise AssertionError(f"{len(claimed)} texts were claimed, not {BATCH}")


def _receipt(number: int) -> Receipt:
    return Receipt(
        sid=MessageSid(f"SM{number:032x}"), status="delivered", error_code=None,
        raw_dlr_done=None, outbox_id=None, attempt=None, received_at=datetime.now(UTC),
    )  # fmt: skip


def fill_half(store: Store, size: int) -> None:
    """Put in so many texts, each for another person: half wait as a campaign, half were sent."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        if not store.is_sqlite:
            tx.execute(text("SET LOCAL statement_timeout = 0"))
        numbers = _NUMBERS[tx.dialect.name]
        given = {
            "count": size,
            "number": store.sealer.seal(E164("+12025550100")),
            "body": store.sealer.seal("A text of a campaign that a person has agreed to."),
            "sender": OUR_NUMBER,
            "now": _said(tx, now),
            "due": _said(tx, now - timedelta(hours=1)),
            "late": _said(tx, now + timedelta(hours=9)),
        }
        _run(tx, _CONTACTS, numbers, given)
        _run(tx, _JOINED, numbers, given)
        key = _KEY.format(chance=_CHANCE[tx.dialect.name])
        _run(tx, _ROWS.format(sid=_SID[tx.dialect.name], key=key), numbers, given)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("ANALYZE",) if store.is_sqlite else ("VACUUM ANALYZE", "CHECKPOINT"):
            connection.execute(text(statement))


def _run(tx: Connection, statement: str, numbers: str, given: dict[str, object]) -> None:
    # SQLite wants the numbers between INSERT and SELECT, and so may PostgreSQL have them.
    statement = statement.replace("SELECT 'p'", f"{numbers} SELECT 'p'", 1)
    statement = statement.replace("    SELECT CASE", f"    {numbers} SELECT CASE", 1)
    statement = statement.replace("    SELECT (", f"    {numbers} SELECT (", 1)
    used = {name: value for name, value in given.items() if f":{name}" in statement}
    tx.execute(text(statement), used)


def _said(tx: Connection, when: datetime) -> object:
    if tx.dialect.name == "sqlite":
        return when.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    return when
