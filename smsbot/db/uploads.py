"""Uploaded lists in the database: what was in them, sealed while it waits, and whom they name."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.campaigns.evidence import Standing
from smsbot.core.campaigns.upload import BadRow, Row
from smsbot.core.campaigns.upload_cells import Cell, Kind
from smsbot.core.contacts import ConsentChange
from smsbot.core.messages import E164
from smsbot.db.tables import consent, contact
from smsbot.db.tables_consent import subscription, upload, upload_contact
from smsbot.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An uploaded list, without its rows."""

    id: int
    kind: Kind
    name: str
    made_by: str
    made_at: datetime
    state: str
    """`checked`: nothing has been done with it yet; `taken`; `dropped`."""
    evidence: str | None
    rows_read: int
    rows_taken: int
    rows_skipped: int
    rows_bad: int
    sealed_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What is known of a list before it is written down."""

    kind: Kind
    name: str
    made_by: str
    made_at: datetime
    evidence: str | None
    rows_read: int
    rows_skipped: int
    sealed_until: datetime


def add(
    tx: Connection, sealer: Sealer, new: NewUpload, good: Sequence[Row], bad: Sequence[BadRow]
) -> int:
    """Write down a checked list; its id."""
    found = tx.execute(
        insert(upload)
        .values(
            kind=new.kind.value, name=new.name, made_by=new.made_by, made_at=new.made_at,
            evidence=new.evidence, rows_read=new.rows_read, rows_taken=0,
            rows_skipped=new.rows_skipped, rows_bad=len(bad), state="checked",
            sealed_until=new.sealed_until, **_sealed(sealer, good, bad),
        )
        .returning(upload.c.id)
    )  # fmt: skip
    return int(found.scalar_one())


def put_rows(
    tx: Connection, sealer: Sealer, upload_id: int, good: Sequence[Row], bad: Sequence[BadRow]
) -> bool:
    """Replace the rows of a list that nothing has been done with; False when something has."""
    moved = tx.execute(
        update(upload)
        .where(upload.c.id == upload_id, upload.c.state == "checked")
        .values(rows_bad=len(bad), **_sealed(sealer, good, bad))
    )
    return moved.rowcount == 1


def rows(
    tx: Connection, sealer: Sealer, upload_id: int
) -> tuple[tuple[Row, ...], tuple[BadRow, ...]]:
    """The rows that wait and those that can't be taken; none of either once they are deleted."""
    found = tx.execute(
        select(upload.c.good_sealed, upload.c.bad_sealed).where(upload.c.id == upload_id)
    ).one_or_none()
    if found is None:
        return (), ()
    good = json.loads(sealer.open(found.good_sealed)) if found.good_sealed else []
    bad = json.loads(sealer.open(found.bad_sealed)) if found.bad_sealed else []
    return tuple(map(_row, good)), tuple(map(_bad_row, bad))


def finish(tx: Connection, upload_id: int, state: str, counts: tuple[int, int] | None) -> bool:
    """Say that a list was taken (with rows taken and skipped) or dropped; False: it was already."""
    values: dict[str, Any] = {"state": state, "good_sealed": None}
    if counts is not None:
        values |= {"rows_taken": counts[0], "rows_skipped": upload.c.rows_skipped + counts[1]}
    else:
        values |= {"bad_sealed": None, "sealed_until": None}
    moved = tx.execute(
        update(upload).where(upload.c.id == upload_id, upload.c.state == "checked").values(**values)
    )
    return moved.rowcount == 1


def lock(tx: Connection, upload_id: int) -> Upload | None:
    """One list, locked until the transaction ends."""
    row = tx.execute(select(upload).where(upload.c.id == upload_id).with_for_update()).one_or_none()
    return None if row is None else _upload(row)


def get(tx: Connection, upload_id: int) -> Upload | None:
    """One list; None when there is none."""
    row = tx.execute(select(upload).where(upload.c.id == upload_id)).one_or_none()
    return None if row is None else _upload(row)


def newest(tx: Connection, limit: int, kind: Kind | None = None) -> tuple[Upload, ...]:
    """The last lists, newest first."""
    wanted = select(upload).order_by(upload.c.id.desc()).limit(limit)
    if kind is not None:
        wanted = wanted.where(upload.c.kind == kind.value)
    return tuple(map(_upload, tx.execute(wanted)))


def name_people(tx: Connection, upload_id: int, contact_ids: Iterable[int]) -> int:
    """Put contacts on a list; how many were not on it yet."""
    values = [{"upload_id": upload_id, "contact_id": one} for one in contact_ids]
    if not values:
        return 0
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    before = _on_list(tx, upload_id)
    tx.execute(make(upload_contact).on_conflict_do_nothing(), values)
    return _on_list(tx, upload_id) - before


def _on_list(tx: Connection, upload_id: int) -> int:
    counted = select(func.count()).where(upload_contact.c.upload_id == upload_id)
    return int(tx.scalar(counted) or 0)


def forget_rows(tx: Connection, now: datetime) -> int:
    """Delete the rows of lists whose time is over; how many lists."""
    old = or_(upload.c.good_sealed.is_not(None), upload.c.bad_sealed.is_not(None))
    cleared = tx.execute(
        update(upload)
        .where(upload.c.sealed_until <= now, old)
        .values(good_sealed=None, bad_sealed=None, sealed_until=None)
    )
    return cleared.rowcount


def forget_list(tx: Connection, upload_id: int) -> None:
    """Take everybody off a list; that it was there stays."""
    tx.execute(delete(upload_contact).where(upload_contact.c.upload_id == upload_id))


def standings(tx: Connection, contact_ids: Mapping[E164, int]) -> dict[E164, Standing]:
    """What the people of these contacts have said; for some hundred at a time."""
    ids = list(contact_ids.values())
    people = {
        one.id: one
        for one in tx.execute(
            select(contact.c.id, contact.c.opted_out, contact.c.care_until).where(
                contact.c.id.in_(ids)
            )
        )
    }
    joined: dict[int, set[str]] = {}
    for row in tx.execute(
        select(subscription.c.contact_id, subscription.c.topic).where(
            subscription.c.contact_id.in_(ids), subscription.c.state == "joined"
        )
    ):
        joined.setdefault(row.contact_id, set()).add(row.topic)
    stops: dict[int, datetime] = {}
    lefts: dict[int, dict[str, datetime]] = {}
    noes = (ConsentChange.OPT_OUT.value, ConsentChange.LEFT.value)
    for no in tx.execute(
        select(consent.c.contact_id, consent.c.topic, func.max(consent.c.at).label("at"))
        .where(consent.c.contact_id.in_(ids), consent.c.change.in_(noes))
        .group_by(consent.c.contact_id, consent.c.topic)
    ):
        if no.topic is None:
            stops[no.contact_id] = no.at
        else:
            lefts.setdefault(no.contact_id, {})[no.topic] = no.at
    return {
        number: Standing(
            opted_out=people[one].opted_out,
            care_until=people[one].care_until,
            joined=frozenset(joined.get(one, ())),
            last_stop=stops.get(one),
            last_left=lefts.get(one, {}),
        )
        for number, one in contact_ids.items()
        if one in people
    }


def _sealed(sealer: Sealer, good: Sequence[Row], bad: Sequence[BadRow]) -> dict[str, bytes | None]:
    good_rows = [[one.row, one.number, dict(one.values)] for one in good]
    bad_rows = [
        [one.row, dict(one.cells), [[fault.column, fault.what] for fault in one.faults]]
        for one in bad
    ]
    return {
        "good_sealed": sealer.seal(json.dumps(good_rows)) if good_rows else None,
        "bad_sealed": sealer.seal(json.dumps(bad_rows)) if bad_rows else None,
    }


def _row(given: list[Any]) -> Row:
    return Row(row=given[0], number=E164(given[1]), values=given[2])


def _bad_row(given: list[Any]) -> BadRow:
    faults = tuple(Cell(column=column, what=what) for column, what in given[2])
    return BadRow(row=given[0], cells=given[1], faults=faults)


def _upload(row: SqlRow[tuple[object, ...]]) -> Upload:
    return Upload(
        id=row.id, kind=Kind(row.kind), name=row.name, made_by=row.made_by, made_at=row.made_at,
        state=row.state, evidence=row.evidence, rows_read=row.rows_read,
        rows_taken=row.rows_taken, rows_skipped=row.rows_skipped, rows_bad=row.rows_bad,
        sealed_until=row.sealed_until,
    )  # fmt: skip
