"""What a person in crisis is told keeps its rules, whatever tier, language or repetition."""

# Tables of texts read best a row a line.
# ruff: noqa: E501

import re

import pytest

from smsbot.core.inbound.crisis_replies import LAST_RESORT, crisis_reply, safety_line
from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure

REPLIES = [
    pytest.param(
        crisis_reply(tier, lang, repeated=again),
        id=f"{tier}-{lang}-{'again' if again else 'first'}",
    )
    for tier in Tier
    for lang in Lang
    for again in (False, True)
]
LINES = [
    pytest.param(safety_line(tier, lang), id=f"{tier}-{lang}") for tier in Tier for lang in Lang
]


@pytest.mark.parametrize("text", [*REPLIES, *LINES, LAST_RESORT])
def test_every_crisis_text_is_one_gsm7_segment_with_988_at_its_head(text):
    size = measure(text)

    assert (size.encoding, size.segments) == ("GSM-7", 1)
    assert "988" in text[:40]


@pytest.mark.parametrize("text", LINES)
def test_a_line_before_an_answer_is_short(text):
    assert measure(text).units <= 110


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    "tier", [Tier.EMERGENCY, Tier.ACTIVE, Tier.PASSIVE, Tier.THIRD_PARTY, Tier.VIOLENCE]
)
def test_911_is_in_the_same_segment(tier, lang, again):
    assert "911" in crisis_reply(tier, lang, repeated=again)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("again", [False, True])
def test_an_emergency_names_911_early_and_poison_help(lang, again):
    text = crisis_reply(Tier.EMERGENCY, lang, repeated=again)

    assert "911" in text[:70]
    assert "1-800-222-1222" in text


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("again", [False, True])
def test_violence_names_the_hotline(lang, again):
    assert "1-800-799-7233" in crisis_reply(Tier.VIOLENCE, lang, repeated=again)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("tier", Tier)
def test_a_repeated_reply_is_shorter_but_never_absent(tier, lang):
    again = crisis_reply(tier, lang, repeated=True)

    assert 0 < len(again) < len(crisis_reply(tier, lang, repeated=False))


def test_spanish_says_how_to_reach_988_in_spanish():
    for tier in Tier:
        assert "oprime 2" in crisis_reply(tier, Lang.ES, repeated=False)
    assert "AYUDA al 988" in LAST_RESORT


@pytest.mark.parametrize("text", [*REPLIES, *LINES, LAST_RESORT])
def test_no_reply_names_a_method_a_drug_or_blame(text):
    forbidden = r"ketamin|pill|pastilla|gun|arma|rope|bridge|jump|commit|cometer|successful|failed attempt|STOP"

    assert not re.search(forbidden, text, re.IGNORECASE)


@pytest.mark.parametrize("text", [*REPLIES, *LINES, LAST_RESORT])
def test_only_known_numbers_are_given(text):
    numbers = set(re.findall(r"\d[\d-]{2,}\d", text))

    assert numbers <= {"988", "911", "1-800-222-1222", "1-800-799-7233"}
