"""A list of numbers as a file: read row by row, with what is wrong said by row and cell.

What a list is for decides what a row must hold. A list of people narrows an audience and creates
no consent; consents need their evidence; an opt-out is taken from any number that can be one.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from smsbot.core.campaigns.upload_cells import READ, Cell, Kind, Rules, read_number
from smsbot.core.errors import ContentFault
from smsbot.core.messages import E164
from smsbot.core.text.normalise import fold

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
MOST_BYTES = 20_000_000
MOST_COLUMNS = 40
LONGEST_CELL = 1_000


COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.AUDIENCE: ("number",),
    Kind.CONSENTS: ("number", "topic", "when", "how", "words"),
    Kind.OPT_OUTS: ("number",),
}
"""What a file of each kind must have; any other column is kept and not read."""
OPTIONAL: Mapping[Kind, tuple[str, ...]] = {
    Kind.AUDIENCE: (),
    Kind.CONSENTS: ("language",),
    Kind.OPT_OUTS: ("when", "how"),
}
NAMES: Mapping[str, str] = {
    **dict.fromkeys(("number", "phone", "phone number", "mobile", "cell", "telefono"), "number"),
    **dict.fromkeys(("topic", "list", "tema"), "topic"),
    **dict.fromkeys(("when", "date", "agreed on", "fecha"), "when"),
    **dict.fromkeys(("how", "by", "como"), "how"),
    **dict.fromkeys(("words", "text shown", "wording", "texto"), "words"),
    **dict.fromkeys(("language", "lang", "idioma"), "language"),
}
"""Heads of columns people use, in small letters, and what they are called here."""
WRONG = "what is wrong"
"""The extra column of a file of bad rows; it is skipped when the file comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that can be taken."""

    row: int
    """As the spreadsheet counts: 1 is the line of heads."""
    number: E164
    values: Mapping[str, str] = field(default_factory=dict)
    """The other cells that are read, by column, in their one way of writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that can't be taken, with its cells as they were."""

    row: int
    cells: Mapping[str, str]
    faults: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file that has been read: what can be taken, what can't, and what stood there twice."""

    good: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    repeated: int
    """Rows that say again what a row before them says."""

    @property
    def rows(self) -> int:
        """Rows in the file, but for the heads and empty ones."""
        return len(self.good) + len(self.bad) + self.repeated


def read_table(data: bytes) -> tuple[tuple[str, ...], Iterator[tuple[int, dict[str, str]]]]:
    """The heads of a CSV file, and its rows as (row number, cells by head); empty rows are skipped.

    Raises:
        ContentFault: it is not a table, too large, or has no column of numbers.
    """
    if len(data) > MOST_BYTES:
        raise ContentFault(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
    lines = _LINE.findall(_decoded(data))
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    table = csv.reader(lines, delimiter=delimiter)
    try:
        heads = tuple(_head(cell) for cell in next(table, []))
    except csv.Error as error:
        raise ContentFault(f"The first line is none of a table: {error}.") from None
    if "number" not in heads or len(heads) > MOST_COLUMNS:
        raise ContentFault(
            "The first line has no column `number`. Name the columns in the first line."
        )
    twice = sorted({head for head in heads if head and heads.count(head) > 1})
    if twice:
        raise ContentFault(f"Two columns are called {twice[0]!r}. Take one out.")
    return heads, _rows(table, heads)


def missing(kind: Kind, heads: Iterable[str]) -> tuple[str, ...]:
    """The columns a file of this kind must have, and has not."""
    there = set(heads)
    return tuple(name for name in COLUMNS[kind] if name not in there)


def check(rows: Iterable[tuple[int, Mapping[str, str]]], rules: Rules) -> Checked:
    """Check rows one by one."""
    good: list[Row] = []
    bad: list[BadRow] = []
    seen: set[tuple[str, str]] = set()
    repeated = 0
    for at, cells in rows:
        found = check_row(at, cells, rules)
        if isinstance(found, BadRow):
            bad.append(found)
            continue
        key = (found.number, found.values.get("topic", ""))
        if key in seen:
            repeated += 1
            continue
        seen.add(key)
        good.append(found)
    return Checked(good=tuple(good), bad=tuple(bad), repeated=repeated)


def check_row(at: int, cells: Mapping[str, str], rules: Rules) -> Row | BadRow:
    """One row as it can be taken, or everything that is wrong with its cells."""
    faults: list[Cell] = []
    number = read_number(cells.get("number", ""), rules.kind)
    if isinstance(number, Cell):
        faults.append(number)
    values: dict[str, str] = {}
    for column in (*COLUMNS[rules.kind], *OPTIONAL[rules.kind]):
        if column == "number":
            continue
        written = cells.get(column, "").strip()
        if not written and column in OPTIONAL[rules.kind]:
            continue
        found = READ[column](written, rules)
        if isinstance(found, Cell):
            faults.append(found)
        else:
            values[column] = found
    if faults or isinstance(number, Cell):
        return BadRow(row=at, cells=dict(cells), faults=tuple(faults))
    return Row(row=at, number=number, values=values)


def _head(cell: str) -> str:
    name = fold(cell.replace("_", " "))
    return NAMES.get(name, name)


def _rows(
    table: Iterable[list[str]], heads: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    at = 1
    try:
        for at, cells in enumerate(table, start=2):
            if any(cell.strip() for cell in cells):
                named = zip(heads, cells, strict=False)
                yield at, {head: cell[:LONGEST_CELL] for head, cell in named if head != WRONG}
    except csv.Error as error:
        raise ContentFault(f"Row {at + 1} is no row of a table: {error}.") from None


def _decoded(data: bytes) -> str:
    for encoding in (
        ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    # What spreadsheets on Windows write when not told otherwise.
    return data.decode("cp1252", errors="replace").replace("\0", "")
