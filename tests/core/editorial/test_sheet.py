from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.answers import Answer, Group, Source
from smsbot.core.editorial.sheet import COLUMNS, read_row, safe, to_row, unsafe
from smsbot.core.messages import Lang

names = st.lists(st.from_regex(r"\A[A-Z0-9]{1,20}\Z"), max_size=3, unique=True)
words = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40
).map(str.strip).filter(lambda text: bool(text) and text.split("\n") == [text])  # fmt: skip
texts = st.lists(words, min_size=1, max_size=3).map("\n".join)
dates = st.dates(min_value=date(2000, 1, 1))
sources = st.builds(
    Source, title=words, url=words.filter(lambda w: " | " not in w and w != "|"), read_on=dates
)
answers = st.builds(
    Answer,
    keyword=st.from_regex(r"\A[A-Z0-9]{1,20}\Z"), lang=st.sampled_from(Lang),
    group=st.sampled_from(Group), aliases=names.map(tuple), loose=names.map(frozenset),
    questions=st.lists(words, max_size=3).map(tuple), cues=st.lists(words, max_size=2).map(tuple),
    hints=st.lists(words, max_size=2).map(tuple), short=texts, long=st.none() | texts,
    claims=st.lists(words, max_size=2).map(tuple), seed=st.lists(words, max_size=2).map(tuple),
    sources=st.lists(sources, max_size=2).map(tuple), author=words, reviewer=st.none() | words,
    reviewed_on=st.none() | dates, review_by=dates, expires_on=st.none() | dates,
    stub=st.none() | texts,
)  # fmt: skip


@given(answers)
def test_an_answer_comes_back_from_its_row_as_it_went(answer: Answer) -> None:
    assert read_row("a.csv", 2, to_row(answer)) == (answer, ())


@given(st.text())
def test_no_cell_begins_a_formula_and_each_comes_back(cell: str) -> None:
    written = safe(cell)

    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unsafe(written) == cell


def a_row(**cells: str) -> dict[str, str]:
    good = {
        "keyword": "HEART", "language": "en", "group": "content", "short": "Words.",
        "author": "Ann", "review_by": "2027-02-28",
    }  # fmt: skip
    return dict.fromkeys(COLUMNS, "") | good | cells


def test_a_row_typed_by_hand_is_read() -> None:
    row = a_row(aliases="BP\r\n PRESSURE \r\n", sources="Label | https://example.org | 2026-11-23")

    answer, faults = read_row("a.csv", 7, row)

    assert faults == ()
    assert answer is not None
    assert answer.aliases == ("BP", "PRESSURE")
    assert answer.sources == (
        Source(title="Label", url="https://example.org", read_on=date(2026, 11, 23)),
    )


@pytest.mark.parametrize(
    ("cells", "column", "says"),
    [
        ({"keyword": "the heart"}, "keyword", "A-Z and 0-9"),
        ({"keyword": ""}, "keyword", "empty"),
        ({"language": "fr"}, "language", '"en" or "es"'),
        ({"group": "news"}, "group", "content, safety"),
        ({"aliases": "GOOD\nbad one"}, "aliases", "can't be matched"),
        ({"review_by": "28/02/2027"}, "review_by", "2027-02-28"),
        ({"review_by": ""}, "review_by", "missing"),
        ({"expires_on": "soon"}, "expires_on", "date"),
        ({"sources": "https://example.org"}, "sources", "title | address | day read"),
        ({"sources": "Label | https://example.org | May"}, "sources", "date"),
        ({"short": ""}, "short", "empty"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_cell(
    cells: dict[str, str], column: str, says: str
) -> None:
    answer, faults = read_row("a.csv", 7, a_row(**cells))

    assert answer is None
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [("a.csv", 7, column)]
    assert says in str(faults[0])


def test_everything_that_is_wrong_comes_at_once() -> None:
    _, faults = read_row("a.csv", 7, a_row(keyword="x y", group="news", short=""))

    assert {fault.column for fault in faults} == {"keyword", "group", "short"}
