from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.contacts import Contact, Place
from smsbot.core.inbound.decide import decide
from smsbot.core.messages import Lang
from tests.builders import NOW, an_inbound, the_catalogue

KNOWN = Contact(greeted=True)
contacts = st.builds(
    Contact,
    lang=st.sampled_from([None, *Lang]),
    lang_chosen=st.booleans(),
    greeted=st.booleans(),
    place=st.none()
    | st.builds(
        Place,
        keyword=st.sampled_from(["FDA", "RISKS", "MENU", "GONE"]),
        lang=st.sampled_from(Lang),
        part=st.integers(0, 1),
        expires_at=st.just(NOW + timedelta(hours=1)),
    ),
    care_until=st.sampled_from([None, NOW + timedelta(days=1)]),
)


@pytest.mark.parametrize(
    "body", ["cancel my subscription", "how do i cancel my appointment", "how do i unsub my wife"]
)
def test_what_only_sounds_like_stop_is_never_told_that_it_is_done(body: str) -> None:
    catalogue = the_catalogue()
    stop = catalogue.answers.get("STOP", Lang.EN)
    assert stop is not None

    decision = decide(an_inbound(body), KNOWN, catalogue, NOW)

    assert not decision.contact.opted_out
    assert decision.topic not in {"STOP", "START"}
    assert stop.short not in decision.messages[0]


@given(
    body=st.sampled_from(
        ["FDA", "riesgos", "menu", "", "hi", "qwx", "SOURCES", "MORE", "español", "help me",
         "cancel my subscription", "HOME", "is it safe and legal", "can ketamine stop suicide"]
    ),
    missing=st.sets(st.sampled_from(["FDA", "RISKS", "MENU", "SOURCES", "LANG", "OFFLABEL"])),
    contact=contacts,
)  # fmt: skip
def test_whoever_deletes_answers_leaves_nobody_without_a_reply(
    body: str, missing: set[str], contact: Contact
) -> None:
    whole = the_catalogue()
    left = {name: one for name, one in whole.answers.by_name.items() if name[0] not in missing}
    # As in the moment after the deletion: the look-ups still know what the answers lack.
    catalogue = replace(whole, answers=replace(whole.answers, by_name=left))

    decision = decide(an_inbound(body), contact, catalogue, NOW)

    assert decision.messages
    assert all(decision.messages)
