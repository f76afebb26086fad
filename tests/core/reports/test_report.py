"""Figures put together: nothing is counted twice or lost, by day or by week."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.reports.counts import Count, Subject
from smsbot.core.reports.report import MOST_BY_DAY, build

FIRST = date(2026, 8, 1)


def a_count(day: int, subject: Subject, item: str, number: int, lang: str = "en") -> Count:
    return Count(
        day=FIRST + timedelta(days=day), subject=subject, item=item, lang=lang, number=number
    )


some_counts = st.lists(
    st.builds(
        a_count,
        st.integers(-3, 150),
        st.just(Subject.STEP),
        st.sampled_from(["crisis", "keyword", "question", "menu", "compliance"]),
        st.integers(0, 99),
        st.sampled_from(["en", "es"]),
    ),
    max_size=40,
)


@given(some_counts, st.integers(0, 140))
def test_every_text_of_the_span_is_in_it_once(some: list[Count], length: int) -> None:
    last = FIRST + timedelta(days=length)

    found = build(some, FIRST, last)

    within = [one for one in some if FIRST <= one.day <= last]
    assert found.total == sum(one.number for one in within)
    assert found.crisis.total == sum(one.number for one in within if one.item == "crisis")
    assert found.days_each == (1 if length < MOST_BY_DAY else 7)
    assert {len(one.values) for one in (*found.texts, found.crisis)} == {len(found.days)}


def test_the_share_answered_leaves_out_what_was_asked_in_vain() -> None:
    found = build(
        [
            a_count(0, Subject.STEP, "keyword", 6),
            a_count(0, Subject.STEP, "question", 4),
            a_count(0, Subject.STEP, "menu", 9),
            a_count(0, Subject.MISSED, "unknown", 3),
            a_count(0, Subject.MISSED, "notcovered", 2, "es"),
            a_count(1, Subject.STEP, "menu", 1),
        ],
        FIRST,
        FIRST + timedelta(days=1),
    )

    # Two of the four questions led to "we don't answer that": 8 of 13 were answered.
    assert (found.questions_answered, found.questions) == (8, 13)
    assert found.answered.values == (61.5, None)
    assert [one.values[0] for one in found.missed] == [3, 2, 0]


def test_topics_and_outcomes_come_most_frequent_first() -> None:
    found = build(
        [
            a_count(0, Subject.TOPIC, "FDA", 2),
            a_count(1, Subject.TOPIC, "FDA", 3, "es"),
            a_count(0, Subject.TOPIC, "RISKS", 9),
            a_count(0, Subject.TOPIC, "MENU", 99),
            a_count(0, Subject.SENT, "delivered:0", 7, ""),
            a_count(1, Subject.SENT, "failed:30003", 8, ""),
        ],
        FIRST,
        FIRST + timedelta(days=1),
    )

    assert [(one.keyword, one.en, one.es) for one in found.topics] == [
        ("RISKS", 9, 0),
        ("FDA", 2, 3),
    ]
    assert [(one.state, one.error_code, one.number) for one in found.outcomes] == [
        ("failed", 30003, 8),
        ("delivered", 0, 7),
    ]


def test_times_to_reply_are_those_of_the_day_and_of_all() -> None:
    found = build(
        [
            a_count(0, Subject.REPLY_MS, "5", 98, ""),
            a_count(0, Subject.REPLY_MS, "500", 2, ""),
            a_count(2, Subject.REPLY_MS, "20", 1, ""),
        ],
        FIRST,
        FIRST + timedelta(days=2),
    )

    assert found.reply_p50.values == (5, None, 20)
    assert found.reply_p99.values == (500, None, 20)
    assert (found.reply_p50_in_all, found.reply_p99_in_all) == (5, 500)
