"""Lists of numbers: checked row by row, mended, then taken. Nothing is done unasked.

A list of people narrows audiences and makes nobody a contact. Consents are taken with their
evidence, opt-outs from anybody. Rows wait sealed in the database for a day.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smsbot.core.campaigns.evidence import NOBODY
from smsbot.core.campaigns.upload import (
    WRONG,
    BadRow,
    Checked,
    Row,
    check,
    check_row,
    missing,
    read_table,
)
from smsbot.core.campaigns.upload_cells import Cell, Kind, Rules
from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.editorial.sheet import safe, unsafe
from smsbot.core.errors import ContentFault
from smsbot.db import consent, topics, uploads
from smsbot.db.store import Store, Transaction
from smsbot.db.uploads import NewUpload, Upload
from smsbot.services import audit
from smsbot.services.take_numbers import TAKE, why_not

KEPT = timedelta(hours=24)
"""How long the rows of a list wait to be taken or mended."""
CHUNK = 250
"""Rows in one transaction."""
LEAST_EVIDENCE = 10
LONGEST_NAME = 80

Tell = Callable[[int], None]
"""Hears how many rows have been done since it last heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody uploads."""

    kind: Kind
    name: str
    data: bytes
    evidence: str = ""
    """Where the proof of the consents is kept; asked for when the kind is consents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A list with its rows, as long as they are kept."""

    upload: Upload
    good: tuple[Row, ...]
    bad: tuple[BadRow, ...]


def look(store: Store, wanted: Wanted, by: By, tell: Tell = lambda _: None) -> int:
    """Check a file and keep it for a day; the id of the list.

    Raises:
        ContentFault: the file is no such list, or what is asked for beside it is missing.
        StoreUnavailable: the database can't be reached.
    """
    evidence = " ".join(wanted.evidence.split())[:200]
    if wanted.kind is Kind.CONSENTS and len(evidence) < LEAST_EVIDENCE:
        raise ContentFault("Say where the evidence is kept, in 10 characters or more.")
    heads, rows = read_table(wanted.data)
    if absent := missing(wanted.kind, heads):
        raise ContentFault(f"The file has no column `{absent[0]}`. It needs one.")
    with store.read() as tx:
        rules = _rules(tx, wanted.kind, by.at)
    checked = check(_told(_unsafe(rows), tell), rules)
    if not checked.rows:
        raise ContentFault("There are no rows under the heads.")
    checked, skipped = _against_the_ledger(store, rules, checked)
    new = NewUpload(
        kind=wanted.kind,
        name=" ".join(wanted.name.split())[:LONGEST_NAME] or "without a name",
        made_by=by.name,
        made_at=by.at,
        evidence=evidence or None,
        rows_read=checked.rows + skipped,
        rows_skipped=checked.repeated + skipped,
        sealed_until=by.at + KEPT,
    )
    with store.begin() as tx:
        uploads.forget_rows(tx, by.at)
        upload_id = uploads.add(tx, store.sealer, new, checked.good, checked.bad)
        note = f"{new.kind.value}, {new.rows_read} rows, {len(checked.bad)} bad"
        _record(tx, by, "check_upload", upload_id, note)
    return upload_id


def mend(store: Store, upload_id: int, cells: Mapping[tuple[int, str], str], by: By) -> Looked:
    """Check bad rows again with corrected cells, by (row, column); what is right joins the good.

    Raises:
        ContentFault: there is no such list, or it has been taken.
        StoreUnavailable: the database can't be reached.
    """
    found = _waiting(get(store, upload_id))
    with store.read() as tx:
        rules = _rules(tx, found.upload.kind, by.at)
    good, bad = list(found.good), []
    seen = {(one.number, one.values.get("topic", "")) for one in good}
    for one in found.bad:
        given = {column: value for (row, column), value in cells.items() if row == one.row}
        again = check_row(one.row, dict(one.cells) | given, rules)
        if isinstance(again, BadRow):
            bad.append(again)
        elif (again.number, again.values.get("topic", "")) not in seen:
            seen.add((again.number, again.values.get("topic", "")))
            good.append(again)
    good.sort(key=lambda row: row.row)
    checked = Checked(good=tuple(good), bad=tuple(bad), repeated=0)
    checked, _ = _against_the_ledger(store, rules, checked)
    with store.begin() as tx:
        if not uploads.put_rows(tx, store.sealer, upload_id, checked.good, checked.bad):
            raise ContentFault("This list has been taken or dropped meanwhile.")
        _record(tx, by, "mend_upload", upload_id, f"{len(checked.bad)} bad rows left")
    return replace(found, good=checked.good, bad=checked.bad)


def take(store: Store, upload_id: int, by: By, tell: Tell = lambda _: None) -> Upload:
    """Do with the good rows what the list is for. Done twice, it does nothing more.

    Raises:
        ContentFault: there is no such list, it has been taken, or its rows are deleted.
        StoreUnavailable: the database can't be reached; asked again, it goes on where it was.
    """
    found = _waiting(get(store, upload_id))
    taken = skipped = 0
    for start in range(0, len(found.good), CHUNK):
        some = found.good[start : start + CHUNK]
        with store.begin() as tx:
            done = TAKE[found.upload.kind](tx, store, found.upload, some, by)
        taken, skipped = taken + done, skipped + len(some) - done
        tell(len(some))
    with store.begin() as tx:
        if uploads.finish(tx, upload_id, "taken", (taken, skipped)):
            _record(tx, by, "take_upload", upload_id, f"{taken} taken, {skipped} skipped")
    return get(store, upload_id).upload


def drop(store: Store, upload_id: int, by: By) -> None:
    """Forget a list that nothing has been done with.

    Raises:
        ContentFault: there is no such list, or it has been taken.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        if not uploads.finish(tx, upload_id, "dropped", None):
            raise ContentFault("There is no such list, or it has been taken.")
        _record(tx, by, "drop_upload", upload_id, "")


def get(store: Store, upload_id: int) -> Looked:
    """A list with its rows.

    Raises:
        ContentFault: there is no such list.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = uploads.get(tx, upload_id)
        if found is None:
            raise ContentFault(f"There is no list {upload_id}.")
        good, bad = uploads.rows(tx, store.sealer, upload_id)
    return Looked(upload=found, good=good, bad=bad)


def newest(store: Store, limit: int = 50, kind: Kind | None = None) -> tuple[Upload, ...]:
    """The last lists, newest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return uploads.newest(tx, limit, kind)


def bad_rows_csv(found: Looked) -> str:
    """The bad rows as a file to mend and upload again: what is wrong stands in a column of its own.

    No cell is a formula.
    """
    heads = list(dict.fromkeys(head for one in found.bad for head in one.cells))
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["row", *(head for head in heads if head != "row"), WRONG])
    for one in found.bad:
        cells = [one.cells.get(head, "") for head in heads if head != "row"]
        wrong = " ".join(f"{fault.column}: {fault.what}" for fault in one.faults)
        table.writerow([one.row, *map(safe, cells), safe(wrong)])
    return written.getvalue()


def _rules(tx: Transaction, kind: Kind, now: datetime) -> Rules:
    words: dict[str, str] = {}
    for topic in topics.live(tx):
        words |= dict.fromkeys((topic.keyword, topic.keyword_es), topic.keyword)
    return Rules(kind=kind, topics=words, now=now)


def _unsafe(
    rows: Iterable[tuple[int, dict[str, str]]],
) -> Iterable[tuple[int, dict[str, str]]]:
    return ((at, {head: unsafe(cell) for head, cell in cells.items()}) for at, cells in rows)


def _told(
    rows: Iterable[tuple[int, dict[str, str]]], tell: Tell
) -> Iterable[tuple[int, dict[str, str]]]:
    for one in rows:
        yield one
        tell(1)


def _against_the_ledger(store: Store, rules: Rules, checked: Checked) -> tuple[Checked, int]:
    """The rows as far as the people they name let them; and how many need nothing done."""
    if rules.kind is Kind.OPT_OUTS:
        return checked, 0
    good: list[Row] = []
    bad, skipped = list(checked.bad), 0
    for start in range(0, len(checked.good), CHUNK):
        some = checked.good[start : start + CHUNK]
        with store.read() as tx:
            known = consent.known(tx, store.sealer, [one.number for one in some])
            people = uploads.standings(tx, known)
        for one in some:
            if rules.kind is Kind.AUDIENCE:
                good += [one] if one.number in people else []
                skipped += one.number not in people
                continue
            standing = people.get(one.number, NOBODY)
            why = why_not(one, standing, rules.now)
            if why is not None:
                cells = {"number": one.number, **one.values}
                fault = Cell(column="when" if "day" in why else "number", what=why)
                bad.append(BadRow(row=one.row, cells=cells, faults=(fault,)))
            elif one.values["topic"] in standing.joined:
                skipped += 1
            else:
                good.append(one)
    bad.sort(key=lambda row: row.row)
    return replace(checked, good=tuple(good), bad=tuple(bad)), skipped


def _waiting(found: Looked) -> Looked:
    if found.upload.state != "checked":
        raise ContentFault("This list has been taken or dropped.")
    if not found.good and not found.bad:
        raise ContentFault("The rows of this list are deleted after a day. Upload it again.")
    return found


def _record(tx: Transaction, by: By, what: str, upload_id: int, note: str) -> None:
    audit.record(tx, Deed(who=by.name, what=what, about=f"upload {upload_id}", at=by.at, note=note))
