import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.meter import marked, meter, replaced
from smsbot.core.messages import Lang
from smsbot.core.text.segments import GSM7, measure

ODD = "’“”–…•áí😀\u200b\xa0"
TEXTS = st.text(alphabet="ab ~€." + ODD, max_size=400)


@given(TEXTS)
def test_so_many_units_are_left_and_not_one_more(text: str) -> None:
    found = meter(text, "short", Lang.EN)

    assert found.cost == measure(text)
    taken = text + "x" * (found.kept_free if text else 0)
    assert measure(taken + "x" * found.left).segments == found.segments
    # An end of two units may not fit where one of one unit does: then no x is counted at all.
    assert measure(taken + "x" * (found.left + 1)).segments == found.segments + 1


@given(TEXTS)
def test_marking_a_text_loses_nothing_of_it(text: str) -> None:
    pieces = list(marked(text))

    assert "".join(piece for _, piece in pieces) == text
    assert all((char not in GSM7) is is_odd for is_odd, piece in pieces for char in piece)


@given(TEXTS)
def test_replacing_all_leaves_only_what_has_no_look_alike(text: str) -> None:
    before, after = (meter(one, "long", Lang.EN) for one in (text, replaced(text, "all")))

    assert all(one.plain is None for one in after.offenders)
    assert not after.offenders or before.offenders


def test_one_character_alone_is_replaced() -> None:
    assert replaced("It’s “so”", "’") == "It's “so”"
    assert replaced("a\u200bb", "\u200b") == "ab"


def test_an_odd_character_is_named_with_what_to_write() -> None:
    (quote, face) = meter("It’s, it’s 😀", "short", Lang.EN).offenders

    assert (quote.char, quote.code, quote.times, quote.plain) == ("’", "U+2019", 2, "'")
    assert quote.name == "right single quotation mark"
    assert face.plain is None


@pytest.mark.parametrize(
    ("key", "length", "over"),
    [("short", 419, 0), ("short", 420, 1), ("long", 1224, 0), ("long", 1227, 3)],
)
def test_each_kind_of_text_has_its_own_limit(key: str, length: int, over: int) -> None:
    found = meter("x" * length, key, Lang.EN)

    assert (found.over, found.is_over) == (over, over > 0)


def test_a_short_line_has_no_grade_and_a_hard_one_is_told() -> None:
    hard = "Notwithstanding contraindications, interdisciplinary consultations facilitate " * 3

    assert meter("Call 988.", "short", Lang.EN).grade is None
    assert meter(hard, "short", Lang.EN).is_hard
    assert not meter(
        "You can ask the clinic what it is. They will tell you.", "short", Lang.EN
    ).is_hard
