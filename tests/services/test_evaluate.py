import json
from pathlib import Path

from smsbot.core.evaluation.rates import Rate
from smsbot.core.evaluation.rows import labelled_texts, questions
from smsbot.core.inbound.decision import Finding, Tier
from smsbot.services.evaluate import Miss, evaluate_crisis, evaluate_questions
from tests.builders import NOW, the_catalogue

QUESTIONS = Path(__file__).parent.parent / "questions" / "seen.jsonl"


def lines(*rows: object) -> list[str]:
    return [json.dumps(row) for row in rows]


LABELLED = lines(
    {"text": "i want to kill myself", "label": "crisis", "tier": "active", "lang": "en"},
    {"text": "quiero morir", "label": 1, "tier": "active", "lang": "es"},
    {"text": "what time is the train", "label": "crisis", "tier": "veiled"},
    {"text": "what is spravato", "label": "harmless", "lang": "en"},
    {"text": "i took all my pills", "label": "neg", "lang": "en"},
)


def test_the_real_screen_is_measured_and_what_it_got_wrong_is_handed_over() -> None:
    missed: list[Miss] = []

    report = evaluate_crisis(
        the_catalogue().screen, labelled_texts("set", [*LABELLED, "broken"]), missed.append
    )

    assert report.figures.recall == Rate(hits=2, n=3)
    assert report.figures.recall_by_tier == {
        "active": Rate(hits=2, n=2),
        "veiled": Rate(hits=0, n=1),
    }
    assert report.figures.alarms.urgent == Rate(hits=1, n=2)
    assert report.figures.latency.p50 is not None
    assert report.figures.latency.p50 > 0
    assert [(miss.row.row, miss.found) for miss in missed] == [(3, None), (5, Tier.EMERGENCY)]
    assert [fault.row for fault in report.faults] == [6]


def test_a_screen_that_raises_counts_as_found_and_is_told_of() -> None:
    class Broken:
        def find(self, text: str) -> Finding | None:
            raise RuntimeError(text)

    report = evaluate_crisis(Broken(), labelled_texts("set", LABELLED))  # type: ignore[arg-type]

    assert report.raised == 5
    assert report.figures.recall == Rate(hits=3, n=3)
    assert report.figures.alarms.urgent == Rate(hits=2, n=2)


def test_questions_are_answered_by_the_real_catalogue() -> None:
    rows = lines(
        {"text": "FDA", "expected": ["FDA"], "lang": "en"},
        {"text": "riesgos", "expected": ["RISKS"], "lang": "es"},
        {"text": "FDA", "expected": ["RISKS"], "lang": "en"},
        {"text": "qwxz plmk", "expected": ["FDA"], "lang": "en"},
        {"text": "FDA"},
    )

    report = evaluate_questions(the_catalogue(), questions("set", rows), NOW)

    overall = report.figures.overall
    assert (overall.lead.hits, overall.wrong.hits, overall.unknown.hits) == (2, 1, 1)
    assert report.figures.by_lang["es"].lead == Rate(hits=1, n=1)
    assert report.figures.confusions[0].times == 1
    assert [fault.row for fault in report.faults] == [5]


def test_each_question_is_asked_as_if_nothing_had_been_asked_before() -> None:
    rows = lines(
        {"text": "que riesgos tiene la ketamina", "expected": ["RISKS"], "lang": "es"},
        {"text": "FDA", "expected": ["FDA"], "lang": "en"},
    )

    report = evaluate_questions(the_catalogue(), questions("set", rows), NOW)

    assert report.figures.by_lang["en"].language == Rate(hits=1, n=1)


def test_our_own_questions_can_be_evaluated() -> None:
    with QUESTIONS.open(encoding="utf-8") as file:
        report = evaluate_questions(the_catalogue(), questions("seen", file), NOW)

    assert report.faults == ()
    assert report.figures.questions > 200
    assert report.figures.overall.lead.n == report.figures.questions
