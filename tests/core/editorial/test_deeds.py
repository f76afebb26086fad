import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.editorial.deeds import LONGEST_NOTE, Deed, fit_to_keep
from tests.builders import NOW


def a_deed(**changes: str) -> Deed:
    return Deed(**{"who": "Ana", "what": "publish", "about": "answer FDA en", "at": NOW} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"who": ""},
        {"what": "Two words"},
        {"what": ""},
        {"about": "+12025550143"},
        {"about": "contact 202-555-0143"},
        {"about": "x" * 81},
    ],
    ids=str,
)
def test_what_must_not_be_in_the_log_is_refused_without_being_repeated(changes: dict) -> None:
    with pytest.raises(ValueError, match="name") as refused:
        a_deed(**changes)

    assert "0143" not in str(refused.value)


@pytest.mark.parametrize("about", ["contact 17", "outbox 123456", "SM" + "0" * 32, ""])
def test_things_are_named_by_their_ids(about: str) -> None:
    assert a_deed(about=about).about == about


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("She called from +1 (202) 555-0143.", "She called from (number)."),
        ("ring 202.555.0143 back", "ring (number) back"),
        ("expires 2027-01-31 as agreed", "expires 2027-01-31 as agreed"),
        ("two\n lines", "two lines"),
        ("988 and 911", "988 and 911"),
    ],
)
def test_a_note_is_kept_without_phone_numbers(note: str, kept: str) -> None:
    assert fit_to_keep(a_deed(note=note)).note == kept


@given(
    st.text(max_size=30).filter(lambda text: not text[-1:].isalnum()),
    st.from_regex(r"\A\+1[2-9][0-9]{9}\Z"),
    st.text(max_size=700).filter(lambda text: not text[:1].isalnum()),
)
def test_no_number_gets_into_a_note(before: str, number: str, after: str) -> None:
    kept = fit_to_keep(a_deed(note=f"{before} {number} {after}")).note

    assert number not in kept
    assert len(kept) <= LONGEST_NOTE
    assert not re.search(r"\s\s", kept)
