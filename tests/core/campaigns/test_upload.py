import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.campaigns.upload import BadRow, check, check_row, missing, read_table
from smsbot.core.campaigns.upload_cells import Kind, Rules
from smsbot.core.errors import ContentFault
from tests.builders import NOW

TOPICS = {"NEWS": "NEWS", "NOTICIAS": "NEWS"}


def rules(kind: Kind = Kind.AUDIENCE) -> Rules:
    return Rules(kind=kind, topics=TOPICS, now=NOW)


@pytest.mark.parametrize(
    "written",
    ["2025550101", "(202) 555-0101", "+1 202 555 0101", "1-202-555-0101", "'+12025550101",
     " 202.555.0101 "],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    found = check_row(2, {"number": written}, rules())

    assert not isinstance(found, BadRow)
    assert found.number == "+12025550101"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "no number"),
        ("call me", "not a phone number"),
        ("123", "too short"),
        ("2.02555E+09", "rounded"),
        ("1112223333", "in use"),
        ("+52 55 1234 5678", "abroad (MX)"),
        ("+1 416 555 0101", "abroad (CA)"),
        ("+44 20 7946 0018", "abroad (GB)"),
        ("800 555 0101", "toll-free"),
        ("900 555 1234", "premium"),
    ],
)
def test_a_number_that_gets_no_texts_is_told_apart(written: str, says: str) -> None:
    found = check_row(2, {"number": written}, rules())

    assert isinstance(found, BadRow)
    assert says in found.faults[0].what


def test_a_no_is_taken_from_abroad_too() -> None:
    assert not isinstance(
        check_row(2, {"number": "+52 55 1234 5678"}, rules(Kind.OPT_OUTS)), BadRow
    )


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("topic", "GONE", "no such topic"),
        ("when", "yesterday", "2026-11-23"),
        ("when", "2026-12-24", "future"),
        ("when", "1970-01-01", "too long ago"),
        ("how", "x", "3 to 60"),
        ("words", "yes", "exact words"),
        ("language", "fr", "en or es"),
    ],
)
def test_each_cell_says_what_is_wrong_with_it(column: str, value: str, says: str) -> None:
    cells = {"number": "2025550101", "topic": "noticias", "when": "2026-11-02T10:00-05:00",
             "how": "paper form", "words": "I agree to texts"}  # fmt: skip
    assert not isinstance(check_row(2, cells, rules(Kind.CONSENTS)), BadRow)

    found = check_row(2, {**cells, column: value}, rules(Kind.CONSENTS))

    assert isinstance(found, BadRow)
    assert [fault.column for fault in found.faults] == [column]
    assert says in found.faults[0].what


@pytest.mark.parametrize(
    "data",
    [
        b"Phone Number;Name\r\n202 555 0101;Ana\r\n",
        b"\xef\xbb\xbfnumber,name\n202 555 0101,Ana\n",
        "tel\u00e9fono\tname\n202 555 0101\tAna\n".encode("utf-16"),
        b"number,name,what is wrong\n202 555 0101,Jos\xe9,too short\n",
        b'number,name\n"202 555 0101","a\nb"\n',
    ],
    ids=["semicolons", "a mark in front", "utf-16", "windows", "a line break in a cell"],
)
def test_files_of_spreadsheets_are_read(data: bytes) -> None:
    heads, rows = read_table(data)

    assert "number" in heads
    found = check(rows, rules())
    assert [one.number for one in found.good] == ["+12025550101"]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    _, rows = read_table(b"number\n2025550101\n\n12\n2025550101\n")

    found = check(rows, rules())

    assert [one.row for one in found.bad] == [4]
    assert (found.rows, found.repeated) == (3, 1)


def test_missing_columns_are_named() -> None:
    assert missing(Kind.CONSENTS, ("number", "topic", "how")) == ("when", "words")


@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused_in_words(data: bytes) -> None:
    try:
        heads, rows = read_table(b"number,x\n" + data)
        found = check(rows, rules())
    except ContentFault:
        return
    assert heads == ("number", "x")
    assert all(one.number.startswith("+1") for one in found.good)
