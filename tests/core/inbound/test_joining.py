from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.contacts import Asked, ConsentChange, Contact, Topic
from smsbot.core.inbound import joining
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.inbound.joining import CONFIRM_WITHIN, Kind
from smsbot.core.inbound.joining_words import SENTENCES
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from tests.builders import EVENTS, NEWS, NOW, an_inbound, the_catalogue_with_topics

TOPICS = (NEWS, EVENTS)
KNOWN = Contact(greeted=True)


def text(body: str, contact: Contact = KNOWN) -> Decision:
    return decide(an_inbound(body), contact, the_catalogue_with_topics(), NOW)


def asked(topic: str = "NEWS", **more: object) -> Contact:
    one = Asked(topic=topic, words="What was shown.", expires_at=NOW + CONFIRM_WITHIN)
    return Contact(**{"greeted": True, "asked": one, **more})  # type: ignore[arg-type]


def changes(decision: Decision) -> list[tuple[str, str]]:
    return [(one.change.value, one.topic) for one in decision.joining]


@pytest.mark.parametrize(
    ("body", "kind", "topic", "lang"),
    [
        ("JOIN NEWS", Kind.JOIN, NEWS, None),
        ("join the news list please", Kind.JOIN, NEWS, None),
        ("News!", Kind.JOIN, NEWS, None),
        ("noticias", Kind.JOIN, NEWS, Lang.ES),
        ("unirme a eventos", Kind.JOIN, EVENTS, Lang.ES),
        ("JOIN NOTICIAS", Kind.JOIN, NEWS, Lang.ES),
        ("JOIN", Kind.JOIN, None, None),
        ("Únirme", Kind.JOIN, None, Lang.ES),
        ("leave events", Kind.LEAVE, EVENTS, None),
        ("LEAVE", Kind.LEAVE, None, None),
        ("salir de noticias", Kind.LEAVE, NEWS, Lang.ES),
        ("stop news", Kind.LEAVE, NEWS, None),
        ("no eventos", Kind.LEAVE, EVENTS, Lang.ES),
    ],
)
def test_it_reads_a_wish(body: str, kind: Kind, topic: Topic | None, lang: Lang | None) -> None:
    wish = joining.read(body, TOPICS)

    assert wish is not None
    assert (wish.kind, wish.topic, wish.lang) == (kind, topic, lang)


@pytest.mark.parametrize(
    "body",
    ["", "any news on FDA", "can i join a study", "join the army", "leave me alone", "FDA",
     "is there news about ketamine for my mother", "what events are there", "i want to leave"],
)  # fmt: skip
def test_a_question_is_no_wish(body: str) -> None:
    assert joining.read(body, TOPICS) is None


def test_without_topics_nobody_joins() -> None:
    assert joining.read("JOIN", ()) is None


def test_joining_takes_two_texts_and_keeps_the_words_that_were_shown() -> None:
    first = text("JOIN NEWS")

    assert changes(first) == [("asked", "NEWS")]
    (shown,) = first.messages
    assert first.joining[0].words == shown
    for needed in ("Ketamine Info Line", NEWS.words_en, "JOIN", "Msg & data rates", "STOP", "HELP"):
        assert needed in shown

    second = text("join", first.contact)

    assert changes(second) == [("joined", "NEWS")]
    assert second.joining[0].words == shown
    assert second.contact.asked is None


def test_in_spanish_it_says_it_all_in_spanish() -> None:
    first = text("noticias")
    second = text("Unirme", first.contact)

    assert NEWS.words_es in first.messages[0]
    assert "UNIRME" in first.messages[0]
    assert "ALTO" in second.messages[0]
    assert changes(second) == [("joined", "NEWS")]


def test_a_late_confirmation_is_asked_again() -> None:
    old = Asked(topic="NEWS", words="Shown.", expires_at=NOW - timedelta(seconds=1))

    assert changes(text("JOIN", Contact(asked=old))) == [("asked", "NEWS")]


@pytest.mark.parametrize("body", ["JOIN", "join news", "noticias"])
def test_nobody_in_care_is_signed_up(body: str) -> None:
    decision = text(body, asked(care_until=NOW + timedelta(days=1)))

    assert decision.joining == ()
    assert "988" in decision.messages[0]


@pytest.mark.parametrize("body", ["YES", "START", "si", "ok", "FDA"])
def test_nothing_but_join_confirms(body: str) -> None:
    assert text(body, asked()).joining == ()


@pytest.mark.parametrize("body", ["STOP", "i want to kill myself", "STOP i want to die"])
def test_stop_and_a_crisis_forget_what_was_asked(body: str) -> None:
    decision = text(body, asked())

    assert decision.joining == ()
    assert decision.contact.asked is None


def test_leaving_one_topic_keeps_the_others() -> None:
    both = Contact(greeted=True, joined=frozenset({"NEWS", "EVENTS"}))

    assert changes(text("LEAVE NEWS", both)) == [("left", "NEWS")]
    assert changes(text("LEAVE", both)) == [("left", "NEWS"), ("left", "EVENTS")]
    assert changes(text("LEAVE", KNOWN)) == []


def test_who_has_joined_is_told_so_and_not_asked_again() -> None:
    decision = text("JOIN NEWS", Contact(greeted=True, joined=frozenset({"NEWS"})))

    assert decision.joining == ()
    assert "LEAVE NEWS" in decision.messages[0]


@pytest.mark.parametrize("lang", Lang)
def test_every_sentence_is_plain_gsm(lang: Lang) -> None:
    for name in SENTENCES[lang].__slots__:
        assert measure(getattr(SENTENCES[lang], name)).encoding == "GSM-7", name


wishes = st.sampled_from(
    ["JOIN", "JOIN NEWS", "NEWS", "unirme", "noticias", "LEAVE", "LEAVE NEWS", "salir", "stop news",
     "STOP", "START", "i want to die", "FDA", "JOIN EVENTS"]
)  # fmt: skip
people = st.builds(
    Contact,
    lang=st.sampled_from([None, *Lang]),
    greeted=st.booleans(),
    opted_out=st.booleans(),
    care_until=st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    asked=st.sampled_from([None, asked().asked, asked("EVENTS").asked]),
    joined=st.frozensets(st.sampled_from(["NEWS", "EVENTS"])),
)


@given(body=wishes, contact=people)
def test_only_an_asked_person_who_may_be_asked_joins(body: str, contact: Contact) -> None:
    decision = text(body, contact)

    for one in decision.joining:
        assert not contact.opted_out
        assert decision.step is Step.COMPLIANCE
        assert one.words
        if one.change is ConsentChange.JOINED:
            assert contact.asked is not None
            assert contact.asked.topic == one.topic
        if one.change is not ConsentChange.LEFT:
            assert contact.care_until is None or contact.care_until <= NOW
