"""The error table: every code once, with a class and a sentence that holds no placeholder."""

import pytest

from smsbot.core.outbound.sending import Failure, Refused
from smsbot.providers.twilio.codes import TABLE, look_up


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_has_a_sentence_for_staff(code):
    failure, sentence = look_up(code, 400)

    assert failure is not Failure.UNLISTED
    assert sentence.endswith(".")
    assert 10 < len(sentence) < 120


def test_every_class_but_unlisted_has_a_code():
    assert {failure for failure, _ in TABLE.values()} == set(Failure) - {Failure.UNLISTED}


@pytest.mark.parametrize(
    ("failure", "permanent"),
    [
        (Failure.RECIPIENT, True),
        (Failure.CONTENT, True),
        (Failure.UNLISTED, True),
        (Failure.ACCOUNT, False),
        (Failure.CAPACITY, False),
        (Failure.UNREACHABLE_NOW, False),
    ],
)
def test_only_what_will_be_refused_again_is_permanent(failure, permanent):
    assert Refused(code=1, failure=failure, reason="x").permanent is permanent


def test_a_new_code_is_shown_to_a_person_with_its_page():
    assert look_up(39999, 400) == (
        Failure.UNLISTED,
        "Twilio refused with 39999: see twilio.com/docs/api/errors/39999.",
    )
