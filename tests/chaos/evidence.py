"""What is left after a run: the carrier's journal and the database's rows, as plain values."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg.rows import class_row


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A text that the carrier accepted over REST."""

    n: int
    at: datetime
    sid: str
    phone: str
    row: int
    """The outbox row our callback address names."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request to a webhook and what came back."""

    n: int
    at: datetime
    http: int | None
    code: int | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """A text of a person."""

    n: int
    at: datetime
    sid: str
    phone: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the outbox at the end."""

    id: int
    sequence_key: str
    part: int
    lane: int
    contact_id: int
    state: str
    sid: str | None
    owned: bool
    """Somebody has it by a moment that is written down, or it is final or a person's."""


@dataclass(frozen=True, kw_only=True)
class Try:
    """An attempt, in times of before any time was made to pass."""

    outbox_id: int
    n: int
    contact_id: int
    lane: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A text of a person as the database has it."""

    sid: str
    contact_id: int
    step: str
    late: bool
    found: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    sent: tuple[Sent, ...] = ()
    said: tuple[Said, ...] = ()
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    """By the SID of the text, oldest first."""
    statuses: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    """By SID: what the carrier knows became of a text."""
    told: dict[str, list[tuple[datetime, str, int | None]]] = field(default_factory=dict)
    """By SID: when a receipt was posted, its status, and the bot's HTTP status."""
    faults: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    tries: tuple[Try, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    opted_out: dict[int, bool] = field(default_factory=dict)
    from_memory: frozenset[str] = frozenset()
    """SIDs that a web process says it answered while the database was gone."""
    spooled: int = 0
    leaks: tuple[str, ...] = ()
    """Files of logs that hold a number."""


FINAL = ("delivered", "undelivered", "failed", "suppressed", "expired", "canceled")

ROWS = """
SELECT id, sequence_key, part, lane, contact_id, state, sid, CASE
    WHEN state IN ('claimed', 'sending') THEN lease_until IS NOT NULL
    WHEN state IN ('unknown', 'accepted') THEN next_look_at IS NOT NULL
    WHEN state = 'sent' THEN next_look_at IS NOT NULL OR created_at < now() - interval '3 days'
    WHEN state IN ('queued', 'parked') THEN expires_at IS NOT NULL
    ELSE true END AS owned
FROM outbox ORDER BY id
"""
TRIES = """
SELECT a.outbox_id, a.n, o.contact_id, o.lane, a.started_at, a.ended_at, a.outcome
FROM attempt a JOIN outbox o ON o.id = a.outbox_id ORDER BY a.started_at
"""
RECORDED = "SELECT sid, contact_id, step, late, found, received_at FROM inbound"

KEPT = {
    "outbox": "id, sequence_key, part, lane, contact_id, number_index, state, sid, error_code, "
    "due_at, expires_at, next_part_at, next_look_at, created_at, updated_at",
    "attempt": "*",
    "receipt": "*",
    "outbox_event": "*",
    "inbound": "id, sid, contact_id, step, late, found, received_at",
}
"""What is left to read after a run that broke a promise: no numbers, no bodies."""


@dataclass(frozen=True, kw_only=True)
class Times:
    """What time itself is evidence of, read before any is made to pass."""

    tries: tuple[Try, ...]
    received: dict[str, datetime]


def times(address: str) -> Times:
    """Attempts, and when texts were received, as they stand now."""
    with psycopg.connect(address) as db, db.cursor(row_factory=class_row(Try)) as cursor:
        tries = tuple(cursor.execute(TRIES))
        received = db.execute("SELECT sid, received_at FROM inbound").fetchall()
    return Times(tries=tries, received=dict(received))


def keep(address: str, folder: Path) -> None:
    """Write the tables that tell what became of each text to `folder`, as CSV with a head."""
    with psycopg.connect(address) as db:
        for table, columns in KEPT.items():
            said = f"COPY (SELECT {columns} FROM {table} ORDER BY id) TO STDOUT WITH CSV HEADER"
            path = folder / f"{table}.csv"
            with path.open("wb") as file, db.cursor().copy(said.encode()) as rows:
                file.writelines(rows)


def unowned(address: str) -> list[int]:
    """Rows that nobody has at this moment."""
    with psycopg.connect(address) as db, db.cursor(row_factory=class_row(Row)) as cursor:
        return [row.id for row in cursor.execute(ROWS) if not row.owned]


def gather(journal: Path, address: str, before: Times) -> Evidence:
    """Read everything. `before` is what `times` gave before time was made to pass."""
    found = read_journal(journal)
    with psycopg.connect(address) as db:
        with db.cursor(row_factory=class_row(Row)) as cursor:
            rows = tuple(cursor.execute(ROWS))
        with db.cursor(row_factory=class_row(Recorded)) as cursor:
            recorded = tuple(cursor.execute(RECORDED))
        people = dict(db.execute("SELECT id, opted_out FROM contact").fetchall())
    return Evidence(
        sent=found.sent,
        said=found.said,
        asked=found.asked,
        statuses=found.statuses,
        told=found.told,
        faults=found.faults,
        rows=rows,
        tries=before.tries,
        recorded=tuple(
            replace(one, received_at=before.received.get(one.sid, one.received_at))
            for one in recorded
        ),
        opted_out=people,
    )


def read_journal(path: Path) -> Evidence:
    """The carrier's half."""
    sent, said, faults = [], [], []
    asked: dict[str, list[Asked]] = {}
    statuses: dict[str, list[tuple[datetime, str]]] = {}
    told: dict[str, list[tuple[datetime, str, int | None]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        at = datetime.fromisoformat(one["at"])
        match one["kind"]:
            case "accepted" if one["direction"] == "outbound-api":
                row = int(parse_qs(urlsplit(one["callback"] or "").query).get("o", ["0"])[0])
                sent.append(Sent(n=one["n"], at=at, sid=one["sid"], phone=one["to"], row=row))
            case "inbound":
                phone, body = one["from"], one["body"]
                said.append(Said(n=one["n"], at=at, sid=one["sid"], phone=phone, body=body))
            case "exchange":
                request = Asked(
                    n=one["n"], at=at, http=one["http"], code=one["code"], answer=one["answer"]
                )
                asked.setdefault(one["sid"], []).append(request)
            case "status":
                statuses.setdefault(one["sid"], []).append((at, one["status"]))
            case "receipt":
                told.setdefault(one["sid"], []).append((at, one["status"], one["http"]))
            case "fault":
                faults.append((one["fault"], one["about"]))
    return Evidence(
        sent=tuple(sent), said=tuple(said), asked=asked, statuses=statuses, told=told,
        faults=tuple(faults),
    )  # fmt: skip
