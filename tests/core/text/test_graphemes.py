import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.text.graphemes import may_cut


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param("e\u0301", id="letter and accent"),
        pytest.param("\U0001f468\u200d\U0001f469\u200d\U0001f467", id="family"),
        pytest.param("\U0001f44d\U0001f3fd", id="skin tone"),
        pytest.param("\u2764\ufe0f", id="heart in color"),
        pytest.param("\U0001f1fa\U0001f1f8", id="flag"),
        pytest.param("1\ufe0f\u20e3", id="keycap"),
        pytest.param("\U0001f3f4\U000e0067\U000e0062\U000e007f", id="flag in tags"),
        pytest.param("\u1112\u1161\u11ab", id="Korean syllable"),
        pytest.param("\u0915\u094d\u0937", id="Hindi conjunct"),
        pytest.param("\u0e01\u0e33", id="Thai vowel"),
        pytest.param("\r\n", id="line end"),
    ],
)
def test_what_a_reader_sees_as_one_is_not_cut(whole: str) -> None:
    text = "a" + whole + "b"

    assert may_cut(text, 1)
    assert not any(may_cut(text, at) for at in range(2, 1 + len(whole)))
    assert may_cut(text, 1 + len(whole)) or whole.endswith("\U000e007f")


def test_between_two_flags_a_text_may_be_cut() -> None:
    flags = "\U0001f1fa\U0001f1f8\U0001f1f2\U0001f1fd"

    assert [at for at in range(5) if may_cut(flags, at)] == [0, 2, 4]


@given(st.text(alphabet=st.characters(max_codepoint=0x7F, exclude_characters="\r")))
def test_plain_text_may_be_cut_anywhere(text: str) -> None:
    assert all(may_cut(text, at) for at in range(len(text) + 1))


@given(text=st.text(), at=st.integers(-2, 50))
def test_any_place_of_any_text_is_judged(text: str, at: int) -> None:
    assert may_cut(text, at) in {True, False}
