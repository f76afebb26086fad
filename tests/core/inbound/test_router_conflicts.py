import pytest

from smsbot.core.inbound.router_conflicts import Clash, conflicts
from tests.builders import the_catalogue


@pytest.mark.parametrize(
    ("text", "keyword", "elsewhere", "clash"),
    [
        ("side effects", "WHAT", "RISKS", Clash.NAME),
        ("does it hurt your bladder", "WHAT", "BLADDER", Clash.QUESTION),
        ("can i have tequila while im on ketamine", "FIND", "MEDS", Clash.ALIKE),
    ],
)
def test_what_leads_elsewhere_is_named_with_how_and_how_surely(
    text: str, keyword: str, elsewhere: str, clash: Clash
) -> None:
    found = conflicts(text, keyword, the_catalogue().index)

    assert [(one.keyword, one.clash) for one in found] == [(elsewhere, clash)]
    assert (found[0].confidence == 1) is (clash is not Clash.ALIKE)


@pytest.mark.parametrize("text", ["side effects", "what are the side effects of it", "zzqx vvrk"])
def test_what_leads_to_the_same_answer_or_nowhere_is_no_conflict(text: str) -> None:
    assert conflicts(text, "RISKS", the_catalogue().index) == ()
