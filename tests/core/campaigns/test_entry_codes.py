"""Codes are short, told apart with ease, mean nothing else, and never given out twice."""

import re
from itertools import pairwise

from smsbot.core.campaigns.entry_codes import candidates, next_code
from tests.builders import the_catalogue

ALL = list(candidates())


def test_there_are_a_thousand_codes_and_none_comes_twice() -> None:
    assert len(ALL) == len(set(ALL)) == 119 + 833
    assert all(re.fullmatch(r"[A-Z][2-9]{1,2}", code) for code in ALL)


def test_codes_given_out_one_after_the_other_share_neither_letter_nor_digit() -> None:
    for one, other in pairwise(ALL[:119]):
        assert one[0] != other[0]
        assert one[1] != other[1]


def test_no_letter_or_digit_is_taken_for_another() -> None:
    assert not set("".join(ALL)) & set("IL1O0S5BDGQZ")


def test_a_code_is_no_word_that_is_answered_nor_a_drug_or_vitamin() -> None:
    names = set(the_catalogue().index.names)
    given: set[str] = set()
    while (code := next_code(given, names | {"K7"})) is not None:
        assert code not in names
        given.add(code)

    assert not given & {"K2", "T3", "C4", "K7"}
    assert len(given) > 900
