from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.typed import FIELDS, LABELS, LONGEST, read_typed, to_cells
from smsbot.core.messages import Lang
from tests.builders import the_catalogue

TODAY = date(2026, 11, 23)
ANSWERS = tuple(the_catalogue().answers.by_name.values())
FDA = the_catalogue().answers.by_name["FDA", Lang.EN]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: f"{one.keyword}.{one.lang}")
def test_every_answer_goes_through_a_form_and_comes_back_the_same(answer) -> None:
    typed = read_typed(to_cells(answer, owner="Ann", why="So."), answer, TODAY)

    assert typed.answer == answer
    assert (typed.owner, typed.why, typed.faults) == ("Ann", "So.", ())


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80)))
def test_whatever_is_typed_is_read_and_reading_it_again_changes_nothing(cells) -> None:
    once = read_typed(cells, FDA, TODAY)
    again = read_typed(to_cells(once.answer, owner=once.owner, why=once.why), once.answer, TODAY)

    assert again.answer == once.answer
    assert {fault.field for fault in once.faults} <= {"review_by", "expires_on"}
    assert (once.answer.keyword, once.answer.lang) == (FDA.keyword, FDA.lang)
    assert "\0" not in repr(once.answer.short)


def test_names_are_read_as_people_write_them() -> None:
    cells = {"aliases": "side effects\nbad stuff, Señal;\n\nSIDEEFFECTS", "loose": "bad stuff"}

    typed = read_typed(cells, FDA, TODAY)

    assert typed.answer.aliases == ("SIDEEFFECTS", "BADSTUFF", "SENAL")
    assert typed.answer.loose == {"BADSTUFF"}


def test_a_day_that_is_none_keeps_the_one_before_and_is_said() -> None:
    before = replace(FDA, expires_on=date(2027, 1, 1))

    typed = read_typed({"review_by": "", "expires_on": "soon"}, before, TODAY)

    assert (typed.answer.review_by, typed.answer.expires_on) == (FDA.review_by, date(2027, 1, 1))
    assert [fault.field for fault in typed.faults] == ["expires_on", "review_by"]


def test_a_source_without_a_day_was_read_today_and_an_empty_line_is_none() -> None:
    cells = {
        "source-0-title": "Label", "source-0-url": "https://example.org/a", "source-0-read": "",
        "source-1-title": " ", "source-1-url": "", "source-1-read": "2026-01-01",
        "source-2-title": "", "source-2-url": "https://example.org/b",
        "source-2-read": "2026-10-01",
    }  # fmt: skip

    sources = read_typed(cells, FDA, TODAY).answer.sources

    assert [(one.url[-1], one.read_on) for one in sources] == [
        ("a", TODAY),
        ("b", date(2026, 10, 1)),
    ]


def test_a_text_that_is_far_too_long_is_cut_and_said() -> None:
    typed = read_typed({"short": "x" * (LONGEST["short"] + 1)}, FDA, TODAY)

    assert len(typed.answer.short) == LONGEST["short"]
    assert [fault.field for fault in typed.faults] == ["short"]


def test_a_cell_that_was_not_sent_leaves_its_field_alone() -> None:
    assert read_typed({}, FDA, TODAY).answer == FDA
    assert read_typed({"long": ""}, FDA, TODAY).answer.long is None


def test_every_field_has_a_name_for_staff() -> None:
    assert set(FIELDS) <= set(LABELS)
