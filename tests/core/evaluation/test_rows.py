import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.evaluation.rows import LabelledText, Question, RowFault, labelled_texts, questions


def one_text(line: str) -> LabelledText | RowFault:
    (row,) = labelled_texts("set", [line])
    return row


@pytest.mark.parametrize(
    ("labels", "is_crisis"),
    [
        (("crisis", "POS", 1, "1", 1.0, "1.0", True, "True", "yes", "suicide"), True),
        (("active", "Third party", "information", "positive", "suicidal"), True),
        (("harmless", "neg", 0, "0", 0.0, False, " False ", "none", "no", "non-suicide"), False),
    ],
)
def test_each_way_to_label_is_understood(labels: tuple[object, ...], is_crisis: bool) -> None:
    rows = [one_text(json.dumps({"text": "x", "label": label})) for label in labels]

    assert [isinstance(row, LabelledText) and row.is_crisis for row in rows] == [
        is_crisis for _ in labels
    ]
    assert not any(isinstance(row, RowFault) for row in rows)


def test_a_label_that_is_a_tiers_name_is_the_tier_unless_the_row_names_one() -> None:
    named, both = (
        one_text(json.dumps({"text": "x", "label": "Passive"} | more))
        for more in ({}, {"tier": "veiled"})
    )

    assert isinstance(named, LabelledText)
    assert isinstance(both, LabelledText)
    assert (named.is_crisis, named.tier) == (True, "passive")
    assert (both.is_crisis, both.tier) == (True, "veiled")


def test_tier_and_language_are_the_judges_own_words() -> None:
    row = one_text('{"text": "x", "label": 1, "tier": "Veiled ", "lang": "ES", "source": "mine"}')

    assert row == LabelledText(
        source="set", row=1, text="x", is_crisis=True, tier="veiled", lang="es"
    )


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("secret words", "not JSON"),
        ('{"text": "secret words", "label": 1', "not JSON"),
        ('["secret words"]', "not a JSON object"),
        ('"secret words"', "not a JSON object"),
        ("null", "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ("9" * 10_000, "not JSON"),
        ('{"label": 1}', '"text" is missing'),
        ('{"text": 4, "label": 1}', '"text" is missing or not a string'),
        ('{"text": "secret words"}', '"label" must be'),
        ('{"text": "secret words", "label": "secret"}', '"label" must be'),
        ('{"text": "secret words", "label": 1.5}', '"label" must be'),
        ('{"text": "secret words", "label": [1]}', '"label" must be'),
        ('{"text": "secret words", "label": null}', '"label" must be'),
        ('{"text": "x", "label": 1, "tier": ["a"]}', '"tier" must be'),
        ('{"text": "x", "label": 1, "lang": "' + "e" * 41 + '"}', '"lang" must be'),
        ("\udcff", "not UTF-8"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named_without_its_text(line: str, what: str) -> None:
    rows = list(labelled_texts("set", ['{"text": "a", "label": 0}', "", line]))

    assert len(rows) == 2
    fault = rows[1]
    assert isinstance(fault, RowFault)
    assert str(fault).startswith(f"set:3: {what}")
    assert "secret" not in str(fault)


def test_rows_without_a_label_can_be_given_one() -> None:
    lines = ['{"text": "a"}', '{"text": "b", "label": "crisis"}', '{"text": "c", "label": "?"}']

    first, second, third = labelled_texts("set", lines, unlabelled=False)

    assert isinstance(first, LabelledText)
    assert not first.is_crisis
    assert isinstance(second, LabelledText)
    assert second.is_crisis
    assert isinstance(third, RowFault)


@given(st.lists(st.one_of(st.text(max_size=30), st.just('{"text": "a", "label": 1}'))))
def test_no_line_is_lost(lines: list[str]) -> None:
    rows = list(labelled_texts("set", lines))

    assert [row.row for row in rows] == [n for n, line in enumerate(lines, 1) if line.strip()]


def test_a_question_names_the_keywords_that_answer_it() -> None:
    (row,) = questions("set", ['\ufeff{"text": "q", "expected": ["fda ", "Risks"], "lang": "en"}'])

    assert row == Question(source="set", row=1, text="q", expected=("FDA", "RISKS"), lang="en")


@pytest.mark.parametrize("expected", [[], None, [1], [""], {"FDA": 1}])
def test_a_question_without_an_answer_is_a_fault(expected: object) -> None:
    (row,) = questions("set", [json.dumps({"text": "q", "expected": expected})])

    assert isinstance(row, RowFault)
    assert "expected" in str(row)
