from dataclasses import replace
from datetime import date, timedelta

import pytest

from smsbot.core.answers import Answer
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from smsbot.services.published import Preview, preview
from smsbot.services.receive import Inbox
from tests.builders import CONTACT, NOW, PROGRAM, an_inbound, bodies, the_catalogue
from tests.staff_site import the_answers

TODAY = NOW.date()
FDA = the_catalogue().answers.by_name["FDA", Lang.EN]


def shown(answer: Answer, today: date = TODAY) -> Preview:
    return preview(answer, today, PROGRAM, CONTACT)


def test_the_first_bubble_is_what_the_bot_says_and_more_is_every_part(inbox: Inbox) -> None:
    inbox.receive(an_inbound("KAP"))  # the first text of all says who this is besides
    (said,) = bodies(inbox.receive(an_inbound("FDA")).reply)

    found = shown(FDA)

    assert said.startswith(found.first.text)
    parts = [one.text for one in found.after_more]
    assert parts[0].startswith(f"1/{len(parts)} ")
    assert all(one.cost == measure(one.text) for one in (found.first, *found.after_more))


@pytest.mark.parametrize("answer", the_answers(), ids=lambda one: f"{one.keyword}.{one.lang}")
def test_no_placeholder_is_left_in_any_bubble(answer: Answer) -> None:
    found = shown(answer)

    assert not any("{" in one.text for one in (found.first, *found.after_more))


def test_what_comes_after_the_last_day_is_shown_until_it_is_what_is_said() -> None:
    ends = replace(FDA, expires_on=TODAY, stub="That has ended.")

    before, after = shown(ends), shown(ends, TODAY + timedelta(days=1))

    assert before.after_expiry is not None
    assert before.after_expiry.text == "That has ended."
    assert (after.first.text, after.after_more, after.after_expiry) == ("That has ended.", (), None)
