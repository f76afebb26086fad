import pytest

from smsbot.core.editorial.links import host_of, links

KNOWN = frozenset({"fda.gov", "example.org"})


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("See https://www.fda.gov/drugs.", ["https://www.fda.gov/drugs"]),
        ("See fda.gov/drugs, or (example.org).", ["fda.gov/drugs", "example.org"]),
        ("Twice fda.gov and fda.gov", ["fda.gov"]),
        ("Write to help@example.org", []),
        ("No link. Not e.g. this, nor 3.5 or U.S.", []),
    ],
)
def test_the_addresses_of_a_text_are_found_once_each(text: str, written: list[str]) -> None:
    found = list(links(text, KNOWN))

    assert [one.written for one in found] == written
    assert all(one.objection is None for one in found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://fda.gov/a", "not encrypted"),
        ("https://elsewhere.com/a", "no site of our sources"),
        ("https://fda.gov.elsewhere.com", "no site of our sources"),
        ("https://[broken/", "can't be read"),
    ],
)
def test_what_to_look_at_twice_is_said(text: str, why: str) -> None:
    (found,) = links(text, KNOWN)

    assert found.objection is not None
    assert why in found.objection


def test_a_host_is_read_with_and_without_the_rest_of_the_address() -> None:
    assert host_of("https://www.FDA.gov/a?b") == host_of("fda.gov") == "fda.gov"
    assert host_of("https://[broken") == ""
