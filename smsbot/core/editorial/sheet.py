"""Answers as the rows of a sheet: one answer in one language a row, every cell a text.

A list has one item a line; `sources` has one `title | address | day read` a line. A spreadsheet
takes a cell that begins with = + - or @ for a formula, and carries it out: such a cell gets an
apostrophe in front, as people type it themselves, and loses it again when it is read.
Source: https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11-23).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from smsbot.core.answers import Answer
from smsbot.core.editorial.fields import Fields, Table
from smsbot.core.editorial.lines import Lines
from smsbot.core.editorial.parse import read_answer

COLUMNS = (
    "keyword", "language", "group", "aliases", "loose", "questions", "cues", "hints", "short",
    "long", "claims", "seed", "author", "reviewer", "reviewed_on", "review_by", "expires_on",
    "stub", "sources",
)  # fmt: skip
WRONG = "what is wrong"
"""The extra column of a file of bad rows; it is skipped when that file comes back."""

_LISTS = frozenset({"aliases", "loose", "questions", "cues", "hints", "claims", "seed"})
_DAYS = frozenset({"reviewed_on", "review_by", "expires_on"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that begin a formula somewhere; the wide ones count in some languages."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CellFault:
    """What is wrong in one cell."""

    file: str
    row: int
    """From 1, as the spreadsheet counts; 0 when it is about the whole file."""
    column: str
    what: str
    cure: str

    def __str__(self) -> str:
        """One line: "answers.csv, row 7, column aliases: ... . Write ... ."."""
        place = f", row {self.row}" if self.row else ""
        place += f", column {self.column}" if self.column else ""
        line = f"{self.file}{place}: {self.what} {self.cure}"
        return "".join(char if char.isprintable() else "?" for char in line)


def to_row(answer: Answer) -> dict[str, str]:
    """The cells of an answer by column, made safe for a spreadsheet."""
    cells = {
        "keyword": answer.keyword,
        "language": answer.lang.value,
        "group": answer.group.value,
        **{name: _lines(getattr(answer, name)) for name in _LISTS - {"loose"}},
        "loose": _lines(sorted(answer.loose)),
        "short": answer.short,
        "long": answer.long or "",
        "author": answer.author,
        "reviewer": answer.reviewer or "",
        "reviewed_on": _day(answer.reviewed_on),
        "review_by": _day(answer.review_by),
        "expires_on": _day(answer.expires_on),
        "stub": answer.stub or "",
        "sources": _lines(f"{s.title} | {s.url} | {s.read_on}" for s in answer.sources),
    }
    return {name: safe(cells[name]) for name in COLUMNS}


def read_row(
    file: str, row: int, cells: Mapping[str, str]
) -> tuple[Answer | None, tuple[CellFault, ...]]:
    """The answer of a row, or everything that is wrong with its cells."""
    table: Table = {}
    faults: list[CellFault] = []
    for name in COLUMNS:
        value = unsafe(cells.get(name, "")).replace("\r\n", "\n").strip()
        if name in _LISTS:
            table[name] = [line.strip() for line in value.split("\n") if line.strip()]
        elif name == "sources":
            table[name] = _sources(value, (file, row), faults)
        elif value or name in ("keyword", "language", "group", "short", "author"):
            table[name] = _as_day(value) if name in _DAYS else value
    places = {name: number for number, name in enumerate(COLUMNS, start=1)}
    # A row has no lines: the place of a fault is its column.
    lines = Lines((), places | {f"sources.{n}": places["sources"] for n in range(50)})
    fields = Fields(file=file, lines=lines, table=table)
    answer = read_answer(fields, lines)
    for fault in fields.faults:
        column = COLUMNS[fault.line - 1]
        what, cure = fault.what, fault.cure
        if column in _DAYS and column in table:
            # The file's own advice is about quotes, which a sheet has none of.
            what, cure = f"{str(table[column])[:20]!r} is no date.", "Write it as 2027-02-28."
        faults.append(CellFault(file=file, row=row, column=column, what=what, cure=cure))
    return (None if faults else answer), tuple(faults)


def safe(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def unsafe(cell: str) -> str:
    """The cell without the apostrophe that `safe` put in front."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _sources(value: str, place: tuple[str, int], faults: list[CellFault]) -> list[Table]:
    found: list[Table] = []
    for line in filter(None, map(str.strip, value.split("\n"))):
        parts = [part.strip() for part in line.rsplit(" | ", 2)]
        if len(parts) != 3:
            what = f"The source {line[:40]!r} is not written as one."
            cure = "Write one a line: title | address | day read, as 2026-11-23."
            faults.append(
                CellFault(file=place[0], row=place[1], column="sources", what=what, cure=cure)
            )
            continue
        found.append({"title": parts[0], "address": parts[1], "read": _as_day(parts[2])})
    return found


def _as_day(value: str) -> date | str:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _lines(items: Iterable[str]) -> str:

    return "\n".join(" ".join(item.split("\n")) for item in items)
