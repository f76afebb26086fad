"""The lexicon's phrase language: what each sign lets stand between and around the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis import build_screen

HEAD = """
language = "en"
meaning = "m"
[words]
filler = "just"
subject = "i he"
[key]
die = "die"
[apart]
die = "diet"
[[alone]]
name = "bare"
tier = "active"
says = ["zz"]
[[rule]]
name = "r"
tier = "active"
"""


def finds(phrase: str, text: str) -> bool:
    screen = build_screen({"a.toml": f'{HEAD}\nsays = ["{phrase}"]'})
    return screen.find(text) is not None


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("red .. [green] .. blue", "red blue", True),
        ("red .. [green] .. blue", "red a blue", True),
        ("red .. [green] .. blue", "red a b green c d blue", True),
        ("red .. [green] .. blue", "red a b c d e f blue", True),
        ("red .. [green] .. blue", "red a b c d e f g blue", False),
        ("red .. [x] ... [y] .. blue", "red " + "a " * 12 + "blue", True),
        ("red .. [x] ... [y] .. blue", "red " + "a " * 13 + "blue", False),
        ("red [..] blue", "red a b c blue", True),
        ("red [..] [..] blue", "red a b c d blue", True),
        ("red ([..] green|x) .. [y] .. blue", "red a green b c d e blue", True),
        ("red ([..] green|x) .. [y] .. blue", "red a blue", False),
        ("[red] .. [green] blue", "blue", True),
        ("red ... blue", "oh red a. b c blue so", False),
        ("red .. blue", "red he blue", False),
        ("red blue", "red just blue", True),
        ("^ red $", "red", True),
        ("^ red $", "red blue", False),
    ],
)
def test_what_may_stand_between_the_words(phrase: str, text: str, *, found: bool) -> None:
    assert finds(phrase, text) is found


@given(st.integers(0, 8), st.sampled_from(["..", "...", "[..]", "[...]"]))
def test_two_gaps_in_a_row_are_one_as_wide_as_both(words: int, gap: str) -> None:
    width = {"..": 6, "...": 12}[gap.strip("[]")]

    assert finds(f"red {gap} {gap} blue", "red " + "a " * words + "blue") is (words <= width)


@pytest.mark.parametrize(
    ("text", "found"),
    [("to die", True), ("to due", True), ("to dei", True), ("to ie", True), ("to dice", True),
     ("to diet", False), ("to do", False), ("to dddd", False)],
)  # fmt: skip
def test_a_class_may_take_one_slip_but_for_words_kept_apart(text: str, *, found: bool) -> None:
    assert finds("to <die~>", text) is found


def test_a_slip_counts_nowhere_but_where_the_phrase_says_so() -> None:
    assert not finds("to <die>", "to due")


@pytest.mark.parametrize("phrase", ["<none~>", "<none>", "(a", "a)", "[a]", "", "a & b"])
def test_a_phrase_that_cannot_be_meant_stops_the_start(phrase: str) -> None:
    with pytest.raises(ScreenFault):
        finds(phrase, "a")
