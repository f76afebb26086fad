"""Sheets of answers as files: CSV and XLSX, read and written with every limit in sight."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from smsbot.core.editorial.sheet import COLUMNS, WRONG
from smsbot.core.errors import ContentFault

MOST_BYTES = 10_000_000
MOST_UNPACKED = 100_000_000
"""An XLSX is a ZIP: what it says it unpacks to, in bytes."""
MOST_ROWS = 20_000
MOST_IN_CELL = 32_767
"""Characters in a cell: what a spreadsheet holds at most."""
_MOST_COLUMNS = 60

Row = tuple[int, dict[str, str]]
"""The row's number as the spreadsheet shows it, and its cells by column."""


def read_sheet(path: Path) -> list[Row]:
    """The rows below the header, empty ones left out.

    Raises:
        ContentFault: the file is too large, no sheet, or its header lacks a column.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ContentFault(f"{path} has more than {MOST_BYTES // 1_000_000} MB. Split it.")
        grid = list(islice(_grid(path), MOST_ROWS + 2))
    except OSError as error:
        raise ContentFault(f"{path} can't be read: {error.strerror}.") from None
    if len(grid) > MOST_ROWS + 1:
        raise ContentFault(f"{path} has more than {MOST_ROWS:,} rows. Split it.")
    header = _header(path, grid[0] if grid else [])
    rows = []
    for number, cells in enumerate(grid[1:], start=2):
        if any(len(cell) > MOST_IN_CELL for cell in cells):
            raise ContentFault(
                f"{path}, row {number}: a cell has more than {MOST_IN_CELL} letters."
            )
        if any(cell.strip() for cell in cells):
            named = zip(header, cells, strict=False)
            rows.append((number, {name: cell for name, cell in named if name}))
    return rows


def write_sheet(
    path: Path, rows: Iterable[Mapping[str, str]], *, extra: Sequence[str] = ()
) -> None:
    """Write rows as CSV or XLSX, by the path's suffix.

    Raises:
        ContentFault: a cell holds what no spreadsheet takes.
        OSError: the file can't be written.
    """
    columns = (*COLUMNS, *extra)
    grid = [list(columns), *([row.get(name, "") for name in columns] for row in rows)]
    for line in grid:
        if any(len(cell) > MOST_IN_CELL for cell in line):
            raise ContentFault(f"{line[0]}: a cell has more than {MOST_IN_CELL} letters.")
    if path.suffix.casefold() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(grid)
        return
    _write_workbook(path, grid)


def _header(path: Path, first: list[str]) -> list[str]:
    header = [cell.strip().casefold() for cell in first]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise ContentFault(
            f"{path} lacks the columns {', '.join(missing)} in its first row. Export to see them."
        )
    named = [name for name in header if name]
    strange = [name for name in named if name not in (*COLUMNS, WRONG) or named.count(name) > 1]
    if strange:
        raise ContentFault(f"{path} has a column too many, or twice: {strange[0][:40]}.")
    return header


def _grid(path: Path) -> Iterator[list[str]]:
    return _csv(path) if path.suffix.casefold() == ".csv" else _workbook(path)


def _csv(path: Path) -> Iterator[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentFault(
            f"{path}: byte {error.start} is not UTF-8. Save it as CSV UTF-8."
        ) from None
    if "\0" in text:
        raise ContentFault(f"{path} is no CSV: it has a byte of value 0.")
    first = text.split("\n", 1)[0]
    # Spreadsheets in many countries write semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    # The rows are numbered as a spreadsheet does, not by the lines of the file.
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise ContentFault(f"{path} is no CSV: {error}.") from None


def _workbook(path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.1 s that no web process starts with

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise ContentFault(f"{path} unpacks to more than {MOST_UNPACKED // 1_000_000} MB.")
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as error:
        raise ContentFault(f"{path} is no XLSX ({type(error).__name__}).") from None
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            return
        # A sheet may say that it has a million rows and sixteen thousand columns.
        for line in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True):
            yield [_text(value) for value in line]
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise ContentFault(f"{path} is damaged ({type(error).__name__}).") from None
    finally:
        book.close()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _write_workbook(path: Path, grid: list[list[str]]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - as above
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils.exceptions import IllegalCharacterError  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    sheet.title = "answers"
    try:
        for line in grid:
            sheet.append(line)
    except IllegalCharacterError:
        raise ContentFault(f"{line[0]}: it has a character that no spreadsheet takes.") from None
    for row in sheet.iter_rows():
        for cell in row:
            # A text that begins with = would be carried out; an apostrophe is in front already.
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    book.save(path)
