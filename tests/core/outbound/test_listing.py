from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.outbound.listing import BY_REPLY, INBOUND, Listing, Wanted, candidates, same_text
from tests.builders import NOW
from tests.outbox_builders import later
from tests.silence_builders import OTHER_SID, SID, a_listed


def found(*texts: object, now: float = 20, skew: float = 0, **more: object) -> set[str]:
    wanted = Wanted(
        **{"first_began": NOW, "last_began": NOW, "taken": frozenset(), **more}  # type: ignore[arg-type]
    )
    listing = Listing(texts=texts, provider_time=later(now + skew))  # type: ignore[arg-type]
    return {text.sid for text in candidates(wanted, listing, later(now))}


@pytest.mark.parametrize(
    ("seconds", "fits"), [(-31, False), (-30, True), (0, True), (120, True), (121, False)]
)
def test_a_text_fits_that_was_made_while_the_attempt_was_under_way(
    seconds: float, fits: bool
) -> None:
    assert bool(found(a_listed(created_at=later(seconds)))) is fits


def test_only_what_left_through_the_api_and_is_nobody_elses_fits() -> None:
    assert not found(a_listed(direction=INBOUND), a_listed(direction=BY_REPLY))
    assert found(a_listed(), a_listed(sid=OTHER_SID), taken={SID}) == {OTHER_SID}


@pytest.mark.parametrize("skew", [-3600, 3600])
def test_a_clock_that_was_wrong_or_turned_does_not_hide_the_text(skew: float) -> None:
    # Wrong all along: the provider's times are off by the same. Turned since: they are not.
    assert found(a_listed(created_at=later(skew + 1)), skew=skew)
    assert found(a_listed(created_at=later(1)), skew=skew)


def test_every_attempt_that_may_have_left_is_looked_for() -> None:
    texts = [a_listed(created_at=later(1)), a_listed(sid=OTHER_SID, created_at=later(600))]

    assert found(*texts, now=700, last_began=NOW + timedelta(seconds=590)) == {SID, OTHER_SID}


@pytest.mark.parametrize(
    ("ours", "listed"),
    [
        ("One\r\ntwo ", "One\ntwo"),
        ("It\u2019s \u201cfine\u201d \u2013 really", 'It\'s "fine" - really'),
        ("988", "Sent from your Twilio trial account - 988"),
        ("caf\u00e9", "cafe\u0301"),
    ],
    ids=["line ends", "plain signs", "trial account", "composed"],
)
def test_what_a_provider_may_rewrite_is_the_same_text(ours: str, listed: str) -> None:
    assert same_text(ours, listed)


@given(st.text(min_size=1), st.text(alphabet="abcdefgh123", min_size=1))
def test_another_word_is_another_text(one: str, more: str) -> None:
    assert same_text(one, one)
    assert not same_text(one, f"{one} {more}")


def test_parts_of_one_answer_are_different_texts() -> None:
    assert not same_text("1/2 the same words", "2/2 the same words")
