"""What a person in crisis is told keeps its rules, whatever tier, language or repetition."""

# Tables of texts read best a row a line.
# ruff: noqa: E501

import re

import pytest

from smsbot.core.contacts import Contact
from smsbot.core.inbound.crisis_replies import LAST_RESORT, crisis_reply, safety_line
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Finding, Step, Tier
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from tests.builders import NOW, an_inbound, the_catalogue

TOPICS = {Tier.EMERGENCY: ("EMERGENCY", "CRISIS"), Tier.VIOLENCE: ("DV", "CRISIS")}


def a_finding(tier, topics=None):
    topics = topics or TOPICS.get(tier, ("CRISIS",))
    return Finding(tier=tier, rule="a.rule", lang=None, topics=topics)


HURT = a_finding(Tier.VIOLENCE)
MAY_HURT = a_finding(Tier.VIOLENCE, ("EMERGENCY", "CRISIS"))
FINDINGS = {**{tier.value: a_finding(tier) for tier in Tier}, "threat": MAY_HURT}
REPLIES = [
    pytest.param(
        crisis_reply(finding, lang, repeated=again),
        id=f"{name}-{lang}-{'again' if again else 'first'}",
    )
    for name, finding in FINDINGS.items()
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
    "name", ["emergency", "active", "passive", "third_party", "violence", "threat"]
)
def test_911_is_in_the_same_segment(name, lang, again):
    assert "911" in crisis_reply(FINDINGS[name], lang, repeated=again)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("again", [False, True])
def test_an_emergency_names_911_early_and_poison_help(lang, again):
    text = crisis_reply(a_finding(Tier.EMERGENCY), lang, repeated=again)

    assert "911" in text[:70]
    assert "1-800-222-1222" in text


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("again", [False, True])
def test_violence_names_the_hotline(lang, again):
    assert "1-800-799-7233" in crisis_reply(HURT, lang, repeated=again)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", FINDINGS)
def test_a_repeated_reply_is_shorter_but_never_absent(name, lang):
    again = crisis_reply(FINDINGS[name], lang, repeated=True)

    assert 0 < len(again) < len(crisis_reply(FINDINGS[name], lang, repeated=False))


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("again", [False, True])
def test_who_may_hurt_somebody_is_not_told_what_who_is_hurt_is_told(lang, again):
    text = crisis_reply(MAY_HURT, lang, repeated=again)

    assert text != crisis_reply(HURT, lang, repeated=again)
    assert "1-800-799-7233" not in text
    assert not re.search(r"fault|culpa|domestic|violencia en casa", text, re.IGNORECASE)
    assert text.index("988") < text.index("911")


def test_spanish_says_how_to_reach_988_in_spanish():
    for finding in FINDINGS.values():
        assert "oprime 2" in crisis_reply(finding, Lang.ES, repeated=False)
    assert "AYUDA al 988" in LAST_RESORT


@pytest.mark.parametrize("text", [*REPLIES, *LINES, LAST_RESORT])
def test_no_reply_names_a_method_a_drug_or_blame(text):
    forbidden = r"ketamin|pill|pastilla|gun|arma|rope|bridge|jump|commit|cometer|successful|failed attempt|STOP"

    assert not re.search(forbidden, text, re.IGNORECASE)


@pytest.mark.parametrize("text", [*REPLIES, *LINES, LAST_RESORT])
def test_only_known_numbers_are_given(text):
    numbers = set(re.findall(r"\d[\d-]{2,}\d", text))

    assert numbers <= {"988", "911", "1-800-222-1222", "1-800-799-7233"}


@pytest.mark.parametrize("body", ["im going to shoot up my work", "voy a matarlos a todos"])
def test_who_threatens_others_is_not_answered_as_one_who_is_hurt(body):
    decision = decide(an_inbound(body), Contact(greeted=True), the_catalogue(), NOW)

    assert (decision.step, decision.tier) == (Step.CRISIS, Tier.VIOLENCE)
    assert "988" in decision.messages[0][:40]
    assert "911" in decision.messages[0]
    assert "1-800-799-7233" not in decision.messages[0]
