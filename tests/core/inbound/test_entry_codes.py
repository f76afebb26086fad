"""A code from a poster is counted and costs nobody their answer: 988, STOP and the rest go on."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsbot.core.contacts import ConsentChange, Contact, Topic
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.inbound.entry_codes import EntryCode, take_off
from smsbot.core.messages import Lang
from tests.builders import NOW, an_inbound, the_catalogue

CODES = {
    "K7": EntryCode(code="K7", word="FDA", lang=Lang.EN),
    "M4": EntryCode(code="M4", word="RIESGOS", lang=Lang.ES),
    "R96": EntryCode(code="R96", word="FIND", lang=Lang.EN),
}
NEWS = Topic(
    keyword="NEWS", keyword_es="NOTICIAS", name_en="News", name_es="Noticias",
    words_en="news, up to 2 texts a month", words_es="noticias, hasta 2 mensajes al mes",
)  # fmt: skip
KNOWN = Contact(greeted=True, lang=Lang.EN)


def the_posters() -> Catalogue:
    return replace(the_catalogue(), entry_codes=CODES, topics=(NEWS,))


def say(body: str, contact: Contact = KNOWN) -> Decision:
    return decide(an_inbound(body), contact, the_posters(), NOW)


def without_code(decision: Decision) -> Decision:
    contact = replace(decision.contact, source_code=None)
    return replace(decision, entry_code=None, contact=contact)


@pytest.mark.parametrize(
    ("written", "meant", "code"),
    [
        ("FDA K7", "FDA", "K7"),
        ("fda k7", "fda", "K7"),
        ("FDA #K7", "FDA", "K7"),
        ("Fda, k 7.", "Fda", "K7"),
        ("FDA-K7", "FDA", "K7"),
        ("FDAK7", "FDA", "K7"),
        ('"FDA K7"', '"FDA', "K7"),
        ("RIESGOS M4", "RIESGOS", "M4"),
        ("riesgos m4!", "riesgos", "M4"),
        ("find r96", "find", "R96"),
        ("is it approved by the fda K7", "is it approved by the fda", "K7"),
        # The code is for counting only: the word in the text is what is answered.
        ("RISKS K7", "RISKS", "K7"),
        ("K7", "FDA", "K7"),
        ("#m4", "RIESGOS", "M4"),
    ],
)
def test_it_is_answered_as_if_the_word_were_alone_and_the_code_is_known(written, meant, code):
    decision = say(written)

    assert decision.entry_code == code
    assert without_code(decision) == say(meant)


@pytest.mark.parametrize(
    "written", ["FDA K8", "FDA KK7", "FDA 7K", "FDA #K", "fda #77", "FDA k7x", "FDA #7", "FDA Q22"]
)
def test_a_slip_in_the_code_costs_nobody_the_answer(written: str) -> None:
    decision = say(written)

    assert decision.entry_code is None
    assert decision == say("FDA")


@pytest.mark.parametrize("written", ["FDA", "fda 2", "i live at 14 k street", "what is b12", "7"])
def test_what_has_no_code_is_read_as_before(written: str) -> None:
    bare = decide(an_inbound(written), KNOWN, the_catalogue(), NOW)

    assert say(written) == bare


@pytest.mark.parametrize("code", [" K7", " #K7", " k9", "K7"])
@pytest.mark.parametrize("word", ["CRISIS", "988", "suicide", "quiero morir", "HOLA", "HOME"])
def test_crisis_words_come_first_with_a_code_too(word: str, code: str) -> None:
    if not the_catalogue().screen.find(word) and say(word).step is not Step.CRISIS:
        assert "988" in say(word + code).messages[0][:60]
        return

    decision = say(word + code)

    assert decision.step is Step.CRISIS
    assert "988" in decision.messages[0][:40]
    assert decision.entry_code is None
    assert decision.contact.source_code is None


@pytest.mark.parametrize("written", ["STOP K7", "stop #k7", "STOP K8", "alto m4", "stopk7"])
def test_stop_is_stop_with_a_code_too(written: str) -> None:
    decision = say(written)

    assert decision.consent is ConsentChange.OPT_OUT
    assert decision.contact.opted_out


def test_a_topic_is_joined_with_a_code_too() -> None:
    decision = say("JOIN NEWS K7")

    assert [one.change for one in decision.joining] == [ConsentChange.ASKED]
    assert decision.entry_code == "K7"
    assert say("NEWS K8").joining == decision.joining


def test_the_poster_says_the_language_where_the_word_does_not() -> None:
    spanish = say("FDA M4", Contact())

    assert spanish.lang is Lang.ES
    assert say("FDA M4", KNOWN).lang is Lang.EN


def test_who_was_never_answered_before_is_known_by_the_first_code_only() -> None:
    new = say("FDA K7", Contact())

    assert new.contact.source_code == "K7"
    assert say("RIESGOS M4", new.contact).contact.source_code == "K7"
    assert say("FDA K7", KNOWN).contact.source_code is None


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from(["", " K7", " #K7", " k8", "K7.", " m4", " 7", " #"]),
)
def test_with_a_code_the_screen_never_finds_less(body: str, code: str) -> None:
    text = body + code
    if the_catalogue().screen.find(text) is not None:
        assert say(text).step is Step.CRISIS
        assert "988" in say(text).messages[0][:40]


@given(st.text(max_size=1600), st.booleans())
def test_what_is_left_of_a_text_is_never_empty(body: str, is_name: bool) -> None:
    entered = take_off(body, CODES, lambda text: is_name and bool(text.strip()))

    assert entered is None or entered.body.strip()


def test_the_day_is_no_code() -> None:
    assert take_off(f"FDA {date(2026, 11, 23)}", CODES, lambda text: text == "FDA") is None
