import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.campaigns.audience import (
    STATES,
    Audience,
    AudienceFault,
    from_form,
    from_json,
    to_form,
    to_json,
)

words = st.lists(
    st.text("ABCXYZ019", min_size=1, max_size=10), max_size=3, unique=True
).map(tuple)  # fmt: skip
tags = st.lists(st.text("abc-_9", min_size=1).filter(lambda t: t[0] in "abc9"), max_size=3,
                unique=True).map(lambda some: tuple(t[:40] for t in some))  # fmt: skip
days = st.one_of(st.none(), st.integers(1, 3650))
audiences = st.builds(
    Audience,
    topic=st.sampled_from(["", "NEWS", "EVENTS"]),
    langs=st.sampled_from([(), ("en",), ("es",), ("en", "es")]),
    keywords=words,
    first_keywords=words,
    sources=words,
    states=st.lists(st.sampled_from(sorted(STATES)), max_size=4, unique=True).map(tuple),
    tags=tags.map(lambda some: tuple(dict.fromkeys(some))),
    seen_within=days,
    upload=st.one_of(st.none(), st.integers(1, 10**9)),
    without_topics=words,
    without_tags=tags.map(lambda some: tuple(dict.fromkeys(some))),
)


@given(one=audiences)
def test_a_rule_is_read_back_as_it_was_written(one: Audience) -> None:
    assert from_json(to_json(one)) == one
    assert from_form(to_form(one)) == (one, ())
    given = json.loads(to_json(one))
    assert list(given) == sorted(given)


@pytest.mark.parametrize(
    "rule",
    ["{", "[]", '{"sql": "1"}', '{"states": ["ZZ"]}', '{"seen_within": -1}', '{"upload": "x"}'],
)  # fmt: skip
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(AudienceFault):
        from_json(rule)


@pytest.mark.parametrize(
    ("field", "value"),
    [("keywords", "a b"), ("states", "New York"), ("tags", "<b>"), ("seen_within", "0"),
     ("seen_within", "soon"), ("langs", "fr"), ("upload", "-1"), ("sources", "K-7")],
)  # fmt: skip
def test_each_field_says_what_is_wrong(field: str, value: str) -> None:
    _, faults = from_form({field: value})

    assert [fault.field for fault in faults] == [field]


def test_nobody_is_seen_within_and_before() -> None:
    _, faults = from_form({"seen_within": "30", "seen_before": "60"})

    assert [fault.field for fault in faults] == ["seen_before"]
