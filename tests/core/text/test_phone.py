import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.text.phone import read_number


@pytest.mark.parametrize(
    "written",
    ["202 555 0123", "(202) 555-0123", "+1 202 555 0123", "1-202-555-0123", "+12025550123"],
)
def test_a_number_is_read_however_it_is_written(written: str) -> None:
    assert read_number(written) == "+12025550123"


def test_another_countrys_number_needs_its_code() -> None:
    assert read_number("+52 55 1234 5678") == "+525512345678"
    assert read_number("5512345678", "MX") == "+525512345678"


@pytest.mark.parametrize("written", ["", "call me", "12", "988", "2" * 60, "+999999999999999"])
def test_what_can_be_no_number_is_none(written: str) -> None:
    assert read_number(written) is None


@given(st.text(max_size=60))
def test_it_never_raises_and_gives_e164_only(written: str) -> None:
    found = read_number(written)

    assert found is None or (found[0] == "+" and found[1:].isdecimal() and 7 <= len(found) <= 16)
