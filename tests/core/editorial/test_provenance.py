from datetime import date

import pytest

from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.provenance import provenance_faults
from tests.core.editorial.builders import SOUND, TODAY, an_answer, some_claims, whats


def faults_of(folder: str = "topics", **changes: object) -> list[Fault]:
    parsed = an_answer(folder, **changes)
    assert parsed.answer is not None, parsed.faults
    return list(provenance_faults(parsed, some_claims(), TODAY))


def with_source(**changes: object) -> dict[str, object]:
    return {"sources": [{**SOUND["sources"][0], **changes}]}


def test_a_sound_answer_has_no_fault() -> None:
    assert faults_of() == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"claims": ["C99"]}, "There is no claim 'C99' in content/claims.toml."),
        ({"claims": ["C26"]}, "Claim C26 is contradicted by its sources: no answer may use it."),
        ({"claims": []}, "The answer names no claim."),
        ({"questions": []}, "The answer has no example questions."),
        ({"seed": ["S9"]}, "'S9' is no part of the explainer."),
        ({"sources": []}, "The answer has no source."),
        (with_source(read=date(2026, 11, 24)),
         "The source was read on 2026-11-24, which is yet to come."),
        (with_source(title="漢字"), "The source's title can't be texted in GSM-7."),
        ({"review_by": date(2026, 11, 22)}, "The review was due by 2026-11-22."),
        ({"reviewed_on": TODAY}, "The answer has a day of review but no reviewer."),
        ({"reviewer": "A. Doctor"}, "The answer has a reviewer but no day of review."),
        ({"reviewer": "A. Doctor", "reviewed_on": date(2026, 11, 24)},
         "The answer was reviewed on 2026-11-24, which is yet to come."),
        ({"reviewer": "Smsbot Project", "reviewed_on": TODAY},
         "The author has signed their own answer."),
        ({"stub": "Ask."}, "There is a `stub` but no day on which it takes over."),
    ],
)  # fmt: skip
def test_what_must_stand_behind_an_answer(changes: dict[str, object], what: str) -> None:
    assert whats(faults_of(**changes)) == [what]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("example.org", "is no web address"), ("ftp://example.org/a", "is no web address"),
        ("https://", "is no web address"), ("https://localhost/x", "is no web address"),
        ("https://bit.ly/abc", "is a shortened link"), ("http://www.tinyurl.com/a", "is a shorten"),
        ("https://t.co/abc", "is a shortened link"), ("https://a@b.org", "hides its host"),
        ("https://exa mple.org", "has characters"), ("https://exämple.org", "has characters"),
        ("https://[::1", "can't be read"),
    ],
)  # fmt: skip
def test_a_source_is_a_full_web_address(address: str, why: str) -> None:
    (what,) = whats(faults_of(**with_source(address=address)))

    assert what.startswith(f"The source's address {why}")


def test_today_still_counts() -> None:
    assert faults_of(review_by=TODAY, reviewer="A. Doctor", reviewed_on=TODAY) == []


def test_a_helpline_needs_sources_but_no_claims_and_the_bots_own_answers_need_neither() -> None:
    helpline = {"keyword": "LINES", "group": "safety", "claims": [], "questions": []}
    own = {"claims": [], "questions": [], "sources": []}

    assert faults_of("crisis", **helpline) == []
    assert whats(faults_of("crisis", **helpline, sources=[])) == ["The answer has no source."]
    assert faults_of(keyword="SOURCES", **own) == []
    assert faults_of(keyword="MENU", group="system", **own) == []


def test_an_answer_that_expires_needs_a_stub_and_its_year() -> None:
    dated = {"expires_on": date(2026, 12, 31)}
    short = "This holds until 31 Dec 2026."

    assert faults_of(**dated, short=short, stub="Ask a doctor.") == []
    assert whats(faults_of(**dated, short=short)) == [
        "The answer expires on 2026-12-31 and has nothing to say after that."
    ]
    assert whats(faults_of(**dated, short=short, long="Yes.", stub="Ask.")) == [
        "`long` holds only until 2026-12-31 and doesn't say so."
    ]


def test_a_broken_claims_file_does_not_blame_the_answers() -> None:
    parsed = an_answer()
    broken = type(some_claims())(
        file="content/claims.toml", statuses={}, sources={}, lines=parsed.lines
    )

    assert list(provenance_faults(parsed, broken, TODAY)) == []
