from dataclasses import replace
from datetime import date, timedelta

import pytest

from smsbot.core.editorial.standing import standing
from tests.staff_site import the_answers

DAY = date(2026, 12, 1)


def an_answer(**changes: object):
    return replace(the_answers()[0], **{"review_by": DAY, "expires_on": DAY, **changes})


@pytest.mark.parametrize(("days", "passed"), [(-1, False), (0, False), (1, True)])
def test_a_date_holds_to_the_end_of_its_day(days: int, *, passed: bool) -> None:
    found = standing(an_answer(), DAY + timedelta(days=days))

    assert found.is_overdue is passed
    assert found.is_expired is passed


def test_an_answer_without_a_last_day_never_expires() -> None:
    assert not standing(an_answer(expires_on=None), date.max).is_expired


@pytest.mark.parametrize("reviewer", [None, ""])
def test_an_answer_nobody_has_signed_waits(reviewer: str | None) -> None:
    assert standing(an_answer(reviewer=reviewer), DAY).waits


def test_a_signed_answer_names_who_signed_it_and_when() -> None:
    found = standing(an_answer(reviewer="A Clinician", reviewed_on=DAY), DAY)

    assert (found.waits, found.signed_by, found.signed_on) == (False, "A Clinician", DAY)
