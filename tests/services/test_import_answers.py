import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest

from smsbot.core.editorial.sheet import COLUMNS, WRONG
from smsbot.core.errors import ContentFault
from smsbot.core.messages import Lang
from smsbot.db import answers
from smsbot.db.store import Store
from smsbot.services import sheets
from smsbot.services.content_files import export
from smsbot.services.editorial_desk import NotAllowed
from smsbot.services.import_answers import (
    ImportPlan,
    import_answers,
    plan,
    read_incoming,
    write_bad_rows,
)
from tests.builders import NOW, a_store
from tests.editorial_builders import plant, publish, someone, states

KINDS = ["folder", "answers.csv", "answers.xlsx"]


@pytest.fixture
def store(sqlite_url: str):
    store = a_store(sqlite_url)
    plant(store)
    yield store
    store.close()


def taken(store: Store, path: Path, *, partial: bool = False) -> ImportPlan:
    incoming = read_incoming(path)
    return import_answers(store, someone(store), incoming, NOW, partial=partial)


def rewrite(path: Path, change) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def sheet(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    export(store, path)
    return path


def row_of(rows: list[dict[str, str]], keyword: str, lang: str = "en") -> dict[str, str]:
    return next(row for row in rows if (row["keyword"], row["language"]) == (keyword, lang))


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_exported_comes_back_as_it_was(store: Store, tmp_path: Path, kind: str) -> None:
    publish(store, "KAP", short='=HYPERLINK("x") is a text,\nand "this" too; +1 -2 @me')
    number = export(store, tmp_path / kind)
    with store.begin() as tx:
        live = {(one.keyword, one.lang): one for one in answers.published(tx)}

    back = read_incoming(tmp_path / kind)

    assert {(one.answer.keyword, one.answer.lang): one.answer for one in back} == live
    assert number == len(live) == 12
    planned = plan(store, back)
    assert (planned.proposals, planned.unchanged, planned.bad) == ((), 12, ())


def test_no_cell_of_an_export_is_a_formula(store: Store, tmp_path: Path) -> None:
    publish(store, "KAP", short='=HYPERLINK("http://example.org")', questions=("+1", "@me"))
    export(store, tmp_path / "a.xlsx")
    export(store, tmp_path / "a.csv")

    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv.reader(file)
                       for cell in row)  # fmt: skip


def test_a_changed_row_becomes_a_draft_and_nothing_else_changes(store: Store, sheet: Path) -> None:
    rewrite(sheet, lambda rows: row_of(rows, "FDA").update(short="New words."))

    planned = taken(store, sheet)
    again = taken(store, sheet)

    assert [one.name for one in planned.proposals] == ["FDA.en"]
    assert [change.field for change in planned.proposals[0].changes] == ["short"]
    assert states(store, "FDA") == ["draft", "published"]
    assert (again.proposals, again.unchanged) == ((), 12)


def test_looking_first_changes_nothing(store: Store, sheet: Path) -> None:
    rewrite(sheet, lambda rows: row_of(rows, "FDA").update(short="New words."))

    planned = plan(store, read_incoming(sheet))

    assert planned.proposals[0].changes[0].after == "New words."
    assert states(store, "FDA") == ["published"]


def damage(rows: list[dict[str, str]]) -> None:
    row_of(rows, "FDA").update(short="New words.")
    row_of(rows, "KAP").update(review_by="next year", group="news")
    row_of(rows, "HELP").update(aliases="APPROVED")


def test_one_bad_row_and_nothing_is_taken(store: Store, sheet: Path) -> None:
    rewrite(sheet, damage)

    planned = taken(store, sheet)

    assert len(planned.bad) == 2
    assert states(store, "FDA") == ["published"]


def test_the_good_rows_are_taken_and_the_bad_ones_come_back_mended(
    store: Store, sheet: Path, tmp_path: Path
) -> None:
    rewrite(sheet, damage)
    planned = taken(store, sheet, partial=True)
    assert states(store, "FDA") == ["draft", "published"]
    bad = tmp_path / "bad.xlsx"

    assert write_bad_rows(bad, planned.bad) == 2

    rows = sheets.read_sheet(bad)
    assert [row["keyword"] for _, row in rows] == ["HELP", "KAP"]
    assert "column review_by" in rows[1][1][WRONG]
    assert "column group" in rows[1][1][WRONG]
    assert "The alias APPROVED" in rows[0][1][WRONG]
    mended = [
        {**cells, "review_by": "2027-03-01", "group": "content"} if cells["keyword"] == "KAP"
        else {**cells, "aliases": "INFO"}
        for _, cells in rows
    ]  # fmt: skip
    sheets.write_sheet(bad, mended, extra=(WRONG,))
    assert taken(store, bad).bad == ()
    assert states(store, "KAP") == ["draft", "published"]


def test_an_answer_that_stands_there_twice_is_bad(store: Store, sheet: Path) -> None:
    rewrite(sheet, lambda rows: rows.append(row_of(rows, "FDA")))

    planned = taken(store, sheet)

    assert "stands in answers.csv, row" in planned.bad[0].faults[0]


def test_only_who_may_write_may_import(store: Store, sheet: Path) -> None:
    with pytest.raises(NotAllowed):
        import_answers(
            store, someone(store, "Aud Auditor"), read_incoming(sheet), NOW, partial=False
        )


def test_a_semicolon_sheet_and_typed_dates_are_read(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    at = COLUMNS.index("review_by") + 1
    for row in range(2, 14):
        book.active.cell(row, at).value = NOW.date()
    book.save(tmp_path / "a.xlsx")
    assert {one.answer.review_by for one in read_incoming(tmp_path / "a.xlsx")} == {NOW.date()}

    export(store, tmp_path / "b.csv")
    with (tmp_path / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with (tmp_path / "b.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert plan(store, read_incoming(tmp_path / "b.csv")).unchanged == 12


BROKEN = {
    "empty.csv": b"",
    "latin.csv": "keyword,ñ".encode("latin-1"),
    "nul.csv": b"keyword\0",
    "header.csv": b"keyword,language\nFDA,en\n",
    "extra.csv": (",".join(COLUMNS) + ",price\n").encode(),
    "twice.csv": (",".join(COLUMNS) + ",short\n").encode(),
    "text.xlsx": b"no zip at all",
    "quotes.csv": (",".join(COLUMNS) + '\n"FDA"x,en\n').encode(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_sheet_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BROKEN[name])

    with pytest.raises(ContentFault) as refused:
        read_incoming(tmp_path / name)

    assert "\n" not in str(refused.value)


def test_a_zip_that_would_fill_the_memory_is_refused_unread(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MOST_UNPACKED + 1))
    assert bomb.stat().st_size < 1_000_000

    with pytest.raises(ContentFault, match="unpacks to more than"):
        read_incoming(bomb)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(",".join(COLUMNS) + "\n" + "x\n" * (sheets.MOST_ROWS + 1))

    with pytest.raises(ContentFault, match="more than 20,000 rows"):
        read_incoming(path)


def test_an_answer_of_one_language_only_is_taken(store: Store, sheet: Path) -> None:
    def add(rows: list[dict[str, str]]) -> None:
        rows.append(row_of(rows, "FDA") | {"keyword": "FRESH", "aliases": "", "loose": "",
                                           "questions": "how fresh is it"})  # fmt: skip

    rewrite(sheet, add)

    planned = taken(store, sheet)

    assert [(one.name, one.is_new) for one in planned.proposals] == [("FRESH.en", True)]
    assert states(store, "FRESH", Lang.EN) == ["draft"]
