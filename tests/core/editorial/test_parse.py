import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.answers import Group
from smsbot.core.editorial.fields import MOST_CHARACTERS, MOST_FAULTS
from smsbot.core.editorial.parse import KEYS, parse_answer
from smsbot.core.messages import Lang
from tests.core.editorial.builders import SOUND, a_file, an_answer, whats

NAME = "content/topics/heart.en.toml"


def test_a_sound_file_becomes_an_answer() -> None:
    parsed = an_answer(long=" More.\n\nAnd more. ", banned=["death"], reviewed_on=None)

    answer = parsed.answer
    assert parsed.faults == ()
    assert answer is not None
    assert (answer.keyword, answer.lang, answer.group) == ("HEART", Lang.EN, Group.CONTENT)
    assert answer.aliases == ("BP", "PRESSURE")
    assert answer.loose == {"PRESSURE"}
    assert answer.long == "More.\n\nAnd more."
    assert answer.reviewer is None
    assert answer.reviewed_on is None
    assert answer.review_by == date(2027, 2, 28)
    assert answer.sources[0].url == "https://example.org/heart"
    assert parsed.banned == ("death",)
    assert parsed.names == ("HEART", "BP", "PRESSURE")
    assert parsed.folder == "topics"


def test_every_fault_is_named_at_once() -> None:
    text = a_file(
        aliases=["side effects"], group="news", review_by="soon", author="", colour="red",
        questions="why", short=None,
    )  # fmt: skip

    parsed = parse_answer(NAME, text)

    assert parsed.answer is None
    assert set(whats(parsed.faults)) == {
        "'side effects' can't be matched.",
        "`group` is 'news'.",
        "`review_by` is a text.",
        "`author` is empty.",
        "`colour` is not a key of this file.",
        "`questions` is a text.",
        "`short` is missing.",
    }
    assert all(fault.cure.endswith(".") for fault in parsed.faults)


def test_what_stands_in_a_long_text_is_not_taken_for_a_key() -> None:
    text = "short = '''\nA line.\ngroup = 1\n'''\n" + a_file(short=None, group="news")

    (fault,) = parse_answer(NAME, text).faults

    assert fault.what == "`group` is 'news'."
    assert text.split("\n")[fault.line - 1] == 'group = "news"'


def test_a_fault_stands_at_its_line_and_says_the_cure() -> None:
    text = """keyword = "HEART"
language = "en"
short = \'\'\'
aliases = 3
\'\'\'
aliases = [
  "BP",
  "b p",
]
"""

    parsed = parse_answer(NAME, text)

    lines = {fault.what: fault.line for fault in parsed.faults}
    assert lines["'b p' can't be matched."] == 8
    assert str(next(fault for fault in parsed.faults if "b p" in fault.what)).startswith(
        "content/topics/heart.en.toml:8: 'b p' can't be matched. Write it in A-Z and 0-9 only"
    )


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('keyword = "HEART"\nshort = "\n', 2, "This is not TOML: Illegal character"),
        ("keyword = [\n1,\n", 3, "This is not TOML: "),
        ("a = 1\na = 2\n", 2, "This is not TOML: Cannot overwrite a value"),
        ("a = " + "[" * 5000, 1, "Its lists are nested too deep."),
        ("a = " + "9" * 5000, 1, "This is not TOML: "),
        ("# " + "x" * MOST_CHARACTERS, 1, "The file has 65,538 characters"),
        ("day = 2027-02-30\n", 1, "This is not TOML: "),
    ],
    ids=["open quote", "open list", "key twice", "deep", "long number", "huge", "no such day"],
)  # fmt: skip
def test_what_is_not_toml_is_one_fault_with_its_line(text: str, line: int, what: str) -> None:
    (fault,) = parse_answer(NAME, text).faults

    assert fault.line == line
    assert fault.what.startswith(what)


@pytest.mark.parametrize("key", sorted(set(KEYS) - {"sources"}))
@pytest.mark.parametrize("wrong", [1, 2.5, True, [1], [["x"]], {"a": 1}, [""]])
def test_a_wrong_type_is_a_fault_and_not_a_crash(key: str, wrong: object) -> None:
    parsed = parse_answer(NAME, a_file(**{key: wrong}))

    assert parsed.answer is None
    assert parsed.faults


@pytest.mark.parametrize(
    ("sources", "what"),
    [
        ("none", "`sources` is not a list of tables."),
        ([1], "`sources` is not a list of tables."),
        ([{"title": "A", "address": "https://a.org"}], "`read` is missing."),
        ([{**SOUND["sources"][0], "title": 5}], "`title` is a number."),
        ([{**SOUND["sources"][0], "url": "x"}], "`url` is not a key of this file."),
        ([{**SOUND["sources"][0], "read": "today"}], "`read` is a text."),
    ],
)  # fmt: skip
def test_sources_are_read_as_strictly(sources: object, what: str) -> None:
    parsed = parse_answer(NAME, a_file(sources=sources))

    assert whats(parsed.faults) == [what]


def test_a_fault_in_the_second_source_stands_there() -> None:
    sound = SOUND["sources"][0]
    text = a_file(sources=[sound, {**sound, "read": "today"}])

    (fault,) = parse_answer(NAME, text).faults

    assert text.split("\n")[fault.line - 1] == 'read = "today"'
    assert fault.line > text.split("\n").index("[[sources]]") + 5


def test_a_date_with_a_time_is_not_a_date() -> None:
    text = a_file(review_by=None).replace("[[", "review_by = 2027-01-01T10:00:00\n[[")

    assert whats(parse_answer(NAME, text).faults) == ["`review_by` is a date with a time."]


@pytest.mark.parametrize("name", ["heart.es.toml", "hart.en.toml", "heart.toml", "HEART.EN.TOML"])
def test_the_name_must_fit_the_content(name: str) -> None:
    (fault,) = parse_answer(f"content/topics/{name}", a_file()).faults

    assert fault.cure == "Name it heart.en.toml."


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    parsed = parse_answer(NAME, "\ufeff" + a_file(short="One line.").replace("\n", "\r\n"))

    assert parsed.faults == ()


def test_a_file_with_thousands_of_faults_is_read_in_a_moment() -> None:
    nasty = [
        "".join(f"k{number}=1\n" for number in range(6000)),
        "[[sources]]\n" * 5000,
        "aliases = [" + '"a b",' * 8000 + "]",
        'short = """' + "?" * 60_000 + '"""',
        'short = "' + "a-" * 30_000 + '"',
        "a" + ".a" * 30_000 + " = 1",
    ]
    started = time.perf_counter()

    for text in nasty:
        parsed = parse_answer(NAME, text)
        assert parsed.answer is None
        assert 1 <= len(parsed.faults) <= 2 * MOST_FAULTS + 5

    assert time.perf_counter() - started < 5


TOMLISH = st.lists(
    st.sampled_from(
        ["keyword", "short", "=", '"', '"""', "[", "]", "[[sources]]", "\n", "2027-02-28", "{", "}",
         "'''", "\\", "\x00", "é", "\ud800", ",", "1e999", "#", ".", "aliases", "inf", " "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(name=st.text(), text=st.text() | TOMLISH)
def test_no_text_makes_it_crash(name: str, text: str) -> None:
    parsed = parse_answer(name, text)

    assert parsed.answer is None
    assert all(str(fault).isprintable() for fault in parsed.faults)


@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.recursive(
            st.text(alphabet="aB1 é\n") | st.integers() | st.booleans() | st.dates(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["title", "address", "read", "x"]), inner, max_size=3
                )
            ),
            max_leaves=5,
        ),
    )
)
def test_no_value_makes_it_crash(changes: dict[str, object]) -> None:
    parsed = parse_answer(NAME, a_file(**changes))

    assert (parsed.answer is None) == bool(parsed.faults)
