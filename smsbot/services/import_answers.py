"""Importing answers from files: each becomes a draft, which goes the way of every other draft."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from smsbot.core.answers import Answer
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.differences import Change, changes
from smsbot.core.editorial.names import language_faults, name_faults
from smsbot.core.editorial.revisions import Origin, RevisionState
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.editorial.sheet import WRONG, read_row, to_row
from smsbot.db import answers, revisions
from smsbot.db.store import Store, Transaction
from smsbot.services import audit
from smsbot.services.check_content import read_content
from smsbot.services.editorial_desk import AnswerName, as_file, permit
from smsbot.services.sheets import read_sheet, write_sheet

_OPEN = (RevisionState.DRAFT, RevisionState.IN_REVIEW, RevisionState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One answer of a file, or what keeps it from being one."""

    place: str
    """Where it stands: "answers.csv, row 7"."""
    answer: Answer | None
    faults: tuple[str, ...]
    cells: Mapping[str, str] | None
    """As they stood in the sheet; None when it came from a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an answer of a file would change."""

    name: str
    answer: Answer
    changes: tuple[Change, ...]
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do, and what stands against it."""

    proposals: tuple[Proposal, ...]
    unchanged: int
    """Answers that say what is live, or what waits in a draft, already."""
    bad: tuple[Incoming, ...]


def read_incoming(path: Path) -> tuple[Incoming, ...]:
    """Read a content folder, a .csv or a .xlsx.

    Raises:
        ContentFault: it is none of these, or can't be read at all.
    """
    return _folder(path) if path.is_dir() else _sheet(path)


def plan(store: Store, incoming: Iterable[Incoming]) -> ImportPlan:
    """Compare what came with what is live and what is being written. Changes nothing.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return _planned(tx, tuple(incoming))


def import_answers(
    store: Store, by: StaffAccount, incoming: Iterable[Incoming], now: datetime, *, partial: bool
) -> ImportPlan:
    """Make drafts of what is new; none at all if anything is bad, unless `partial`.

    Raises:
        NotAllowed: the account may not write.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        planned = _planned(tx, tuple(incoming))
        if planned.bad and not partial:
            return planned
        for one in planned.proposals:
            written = replace(one.answer, author=by.name, reviewer=None, reviewed_on=None)
            revisions.add(tx, written, origin=Origin.IMPORT, now=now, by=by.name, why="Imported.")
        if planned.proposals:
            note = f"{len(planned.proposals)} drafts"
            deed = Deed(who=by.name, what="import_answers", about="answers", at=now, note=note)
            audit.record(tx, deed)
    return planned


def write_bad_rows(path: Path, bad: Iterable[Incoming]) -> int:
    """Write only the rows to mend, each with what is wrong with it; returns how many.

    Raises:
        ContentFault: a cell holds what no spreadsheet takes.
        OSError: the file can't be written.
    """
    rows = [{**one.cells, WRONG: "\n".join(one.faults)} for one in bad if one.cells is not None]
    write_sheet(path, rows, extra=(WRONG,))
    return len(rows)


def _sheet(path: Path) -> tuple[Incoming, ...]:
    found = []
    for number, cells in read_sheet(path):
        answer, faults = read_row(path.name, number, cells)
        found.append(
            Incoming(
                place=f"{path.name}, row {number}", answer=answer,
                faults=tuple(map(str, faults)), cells=cells,
            )
        )  # fmt: skip
    return _twice(found)


def _folder(path: Path) -> tuple[Incoming, ...]:
    content = read_content(path)
    found = [
        Incoming(
            place=file.file, answer=file.answer, faults=tuple(map(str, file.faults)),
            cells=None if file.answer is None else to_row(file.answer),
        )
        for file in content.files
    ]  # fmt: skip
    found += [
        Incoming(place=fault.file, answer=None, faults=(str(fault),), cells=None)
        for fault in content.faults
        if fault.file.endswith(".toml") and Path(fault.file).parent != path
    ]
    return _twice(found)


def _twice(found: list[Incoming]) -> tuple[Incoming, ...]:
    """With a fault for each answer that stands there a second time."""
    places: dict[AnswerName, str] = {}
    checked = []
    for one in found:
        if one.answer is not None:
            name = (one.answer.keyword, one.answer.lang)
            if name in places:
                fault = f"{one.place}: {name[0]}.{name[1].value} stands in {places[name]} already."
                one = replace(one, answer=None, faults=(fault,))  # noqa: PLW2901
            places.setdefault(name, one.place)
        checked.append(one)
    return tuple(checked)


def _planned(tx: Transaction, incoming: tuple[Incoming, ...]) -> ImportPlan:
    live = {(one.keyword, one.lang): one for one in answers.readable(tx)[0]}
    waiting: dict[AnswerName, list[Answer]] = {}
    for open_one in revisions.in_states(tx, _OPEN):
        name = (open_one.answer.keyword, open_one.answer.lang)
        waiting.setdefault(name, []).append(open_one.answer)
    clashes = _clashes(live, incoming)
    proposals, unchanged, bad = [], 0, []
    for one in incoming:
        if one.answer is None or one.place in clashes:
            bad.append(replace(one, faults=(*one.faults, *clashes.get(one.place, ()))))
            continue
        name = (one.answer.keyword, one.answer.lang)
        if any(_same(one.answer, other) for other in (live.get(name), *waiting.get(name, ()))):
            unchanged += 1
            continue
        as_before = _unsigned(one.answer, live.get(name))
        proposals.append(
            Proposal(
                name=f"{name[0]}.{name[1].value}", answer=one.answer, is_new=name not in live,
                changes=changes(live.get(name), as_before),
            )
        )  # fmt: skip
    return ImportPlan(proposals=tuple(proposals), unchanged=unchanged, bad=tuple(bad))


def _clashes(
    live: Mapping[AnswerName, Answer], incoming: tuple[Incoming, ...]
) -> dict[str, tuple[str, ...]]:
    """By place: the names that another answer has, or that none of its kind may have."""
    places: dict[str, str] = {}
    wanted = dict(live)
    for one in incoming:
        if one.answer is not None:
            wanted[one.answer.keyword, one.answer.lang] = one.answer
            places[as_file(one.answer).file] = one.place
    files = [as_file(answer) for answer in wanted.values()]
    later = set(language_faults(files))
    found: dict[str, tuple[str, ...]] = {}
    for fault in name_faults(files):
        place = places.get(fault.file)
        if place is not None and fault not in later:
            found[place] = (*found.get(place, ()), f"{place}: {fault.what} {fault.cure}")
    return found


def _same(one: Answer, other: Answer | None) -> bool:
    return other is not None and _unsigned(one, other) == other


def _unsigned(one: Answer, other: Answer | None) -> Answer:
    """With the author and the signature of the other: an import brings neither."""
    if other is None:
        return one
    return replace(one, author=other.author, reviewer=other.reviewer, reviewed_on=other.reviewed_on)
