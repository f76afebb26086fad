from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsbot.core.answers import Answer, Group
from smsbot.core.editorial.claims import PARTS, ClaimStatus
from smsbot.core.editorial.lint import coverage_faults
from smsbot.core.editorial.names import COMMANDS, HELPLINE_WORDS
from smsbot.core.inbound import paging
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from smsbot.services.check_content import ContentSet, check_content, read_content

FOLDER = Path(__file__).parents[2] / "content"
KEYWORDS = frozenset((
    "WHAT", "TYPES", "ATHOME", "CLINIC", "SPRAVATO", "VS", "KAP", "FDA", "OFFLABEL", "WARNING",
    "EVIDENCE", "LASTS", "LONGTERM", "RISKS", "DISSOCIATION", "HEART", "BLADDER", "ADDICTION",
    "MEDS", "WHO", "NOTFOR", "TRD", "STEPS", "FIND", "REDFLAGS", "PRESCRIBE", "THERAPY",
    "THRIVETALK",
    "SOURCES", "CRISIS", "EMERGENCY", "LINES", "RECOVERY", "DV", "ABROAD", "MENU", "PRIVACY",
    "LANG", "HELP", "STOP", "START", "NOTCOVERED",
))  # fmt: skip


@pytest.fixture(scope="module")
def content() -> ContentSet:
    return read_content(FOLDER)


def answers_in(content: ContentSet, lang: Lang) -> list[Answer]:
    return [answer for answer in content.answers if answer.lang is lang]


def test_the_answers_obey_every_publishing_rule_today(content: ContentSet) -> None:
    report = check_content(content, datetime.now(UTC).date())

    assert [str(fault) for fault in report.faults] == []


def test_every_keyword_of_the_catalogue_answers_in_both_languages(content: ContentSet) -> None:
    for lang in Lang:
        assert {answer.keyword for answer in answers_in(content, lang)} >= KEYWORDS


@pytest.mark.parametrize("lang", Lang)
def test_every_part_of_the_explainer_is_reached_by_a_keyword(
    content: ContentSet, lang: Lang
) -> None:
    reached = {part: set[str]() for part in PARTS}
    for answer in answers_in(content, lang):
        for part in answer.seed:
            reached[part].add(answer.keyword)

    assert [part for part, keywords in reached.items() if not keywords] == []


@pytest.mark.parametrize("lang", Lang)
def test_every_claim_that_holds_is_reached_by_a_keyword_and_no_other_is(
    content: ContentSet, lang: Lang
) -> None:
    statuses = content.claims.statuses
    brought = {claim for answer in answers_in(content, lang) for claim in answer.claims}

    holding = {
        claim for claim, status in statuses.items() if status is not ClaimStatus.CONTRADICTED
    }
    assert len(statuses) == 70
    assert set(statuses) - holding == {"C26", "C56", "C62", "C69"}
    assert brought == holding


def test_the_mapping_test_can_fail(content: ContentSet) -> None:
    without_fda = [file for file in content.files if file.keyword != "FDA"]

    lost = {fault.what for fault in coverage_faults(without_fda, content.claims)}

    assert "Claim C18 is in no answer in 'en'." in lost


def test_no_clinician_is_invented(content: ContentSet) -> None:
    for answer in content.answers:
        assert (answer.reviewer is None) == (answer.reviewed_on is None), answer.keyword


def test_helplines_fit_their_short_text_and_begin_with_the_lifeline(content: ContentSet) -> None:
    helplines = [answer for answer in content.answers if answer.group is Group.SAFETY]

    assert len(helplines) >= 12
    for answer in helplines:
        assert "988" in answer.short[:40], answer.keyword
        assert measure(answer.short).encoding == "GSM-7", answer.keyword


def test_only_the_command_itself_may_be_named_like_a_command(content: ContentSet) -> None:
    assert COMMANDS <= paging.NAMES
    for answer in content.answers:
        if answer.keyword != "SOURCES":
            taken = {answer.keyword, *answer.aliases} & (paging.NAMES | HELPLINE_WORDS)
            assert taken <= ({"AYUDA"} if answer.keyword == "HELP" else set()), answer.keyword
