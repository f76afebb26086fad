"""Whole conversations at the one function that decides: what a text means after the ones before."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.contacts import MEMORY, Contact, Offer, Place
from smsbot.core.inbound.answering_replies import (
    ABOUT_A_PERSON,
    HARMFUL_TO_GUESS,
    WHOM_TO_SEE,
)
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from tests.builders import NOW, an_inbound, the_catalogue

KNOWN = Contact(greeted=True)
YES_PROMPT = re.compile(
    r"\b(?:reply|text|send|responde|envia|manda)\s+[\"']?(?:YES|SI|SÍ)\b", re.IGNORECASE
)


def after(*bodies: str, contact: Contact = KNOWN) -> Decision:
    """The decision on the last of these texts of one contact, a minute apart."""
    at, decision = NOW, None
    for body in bodies:
        decision = decide(an_inbound(body, received_at=at), contact, the_catalogue(), at)
        contact, at = decision.contact, at + timedelta(minutes=1)
    assert decision is not None
    return decision


def offered(*keywords: str, hours: float = 1, lang: Lang = Lang.EN) -> Contact:
    offer = Offer(keywords=keywords, expires_at=NOW + timedelta(hours=hours))
    return Contact(greeted=True, lang=lang, offer=offer)


# ---- choosing


@pytest.mark.parametrize("body", ["2", "2.", "#2", "two", "the second one", "dos", "la segunda"])
def test_a_number_brings_what_was_offered_in_that_place(body: str) -> None:
    decision = after(body, contact=offered("FDA", "RISKS", "WHO"))

    assert (decision.topic, decision.rule) == ("RISKS", "choice.number.RISKS")
    assert decision.context_offer == ("FDA", "RISKS", "WHO")


def test_the_topics_that_an_answer_names_at_its_end_can_be_picked_by_number() -> None:
    first = after("SPRAVATO")
    assert first.messages[0].index("FDA, VS or RISKS") > 0

    assert after("SPRAVATO", "the second one").topic == "VS"
    assert after("SPRAVATO", "3").topic == "RISKS"


def test_a_number_that_was_not_offered_gets_the_choices_again_and_no_topic() -> None:
    decision = after("7", contact=offered("FDA", "RISKS"))

    assert decision.topic is None
    assert decision.rule == "choice.number.none"
    assert decision.contact.offer is not None
    assert decision.contact.offer.keywords == ("FDA", "RISKS")
    assert measure(decision.messages[0]).segments == 1


def test_a_number_when_nothing_was_offered_says_so_and_gives_the_menu() -> None:
    decision = after("2")

    assert (decision.step, decision.rule) == (Step.MENU, "choice.number.nothing")
    assert decision.messages[0].startswith("Nothing on your screen has a number")
    assert "RISKS" in decision.messages[0]


@pytest.mark.parametrize("body", ["MENU", "hi", "2"])
def test_after_the_menu_a_number_picks_from_its_order(body: str) -> None:
    assert "Basics: WHAT, TYPES, FDA" in after(body).messages[0]

    assert after(body, "3").topic == "FDA"


def test_a_number_after_a_day_reaches_nothing() -> None:
    old = offered("FDA", hours=0)

    assert after("1", contact=old).rule == "choice.number.nothing"


@pytest.mark.parametrize("body", ["ok sure", "Sí", "yeah", "yes please"])
def test_agreeing_to_the_one_topic_offered_takes_it(body: str) -> None:
    assert after(body, contact=offered("HEART")).topic == "HEART"


def test_agreeing_to_several_asks_which() -> None:
    decision = after("sure", contact=offered("FDA", "RISKS"))

    assert decision.rule == "choice.yes.which"
    assert "Reply 1 or 2" in decision.messages[0]
    assert after("sure", "2", contact=offered("FDA", "RISKS")).topic == "RISKS"


def test_a_bare_yes_keeps_the_meaning_the_carriers_give_it() -> None:
    decision = after("YES", contact=offered("HEART"))

    assert (decision.step, decision.topic) == (Step.COMPLIANCE, "START")


@pytest.mark.parametrize("body", ["no", "neither", "ninguno", "None of those"])
def test_declining_gets_the_menu_in_place_of_the_offer(body: str) -> None:
    decision = after(body, contact=offered("KAP", "RISKS"))

    assert (decision.topic, decision.rule) == ("MENU", "choice.no")
    assert decision.contact.offer is not None
    assert decision.contact.offer.keywords[0] == "WHAT"


def test_both_brings_the_first_and_offers_the_second() -> None:
    decision = after("both", contact=offered("FDA", "MEDS"))

    assert decision.topic == "FDA"
    assert decision.topics == ("FDA", "MEDS")
    assert "MEDS" in decision.messages[0]


def test_thanks_keeps_what_was_offered() -> None:
    assert after("SPRAVATO", "thanks", "2").topic == "VS"


def test_a_crisis_ends_what_was_offered() -> None:
    contact = after("SPRAVATO", "i want to kill myself").contact

    assert contact.offer is None
    assert after("1", contact=contact).topic is None


@pytest.mark.parametrize("body", ["LINES", "abuse", "HOME"])
def test_a_number_after_a_helpline_never_brings_an_answer_on_ketamine(body: str) -> None:
    decision = after(body, "1")

    assert (decision.topic, decision.rule) == ("MENU", "choice.number.nothing")
    assert "988" in decision.messages[0]


@pytest.mark.parametrize("body", ["why", "1", "please", "i dont know", "porque"])
def test_a_text_that_says_nothing_soon_after_a_crisis_gets_988_again(body: str) -> None:
    decision = after("i want to kill myself", body)

    assert decision.rule.startswith("aftercare.")
    assert "988" in decision.messages[0][:40]
    assert measure(decision.messages[0]).segments == 1


def test_a_question_after_a_crisis_is_answered_with_the_line() -> None:
    decision = after("i want to kill myself", "VS")

    assert decision.topic == "VS"
    assert "988" in decision.messages[0]


def test_when_an_offered_answer_is_gone_no_number_is_right_any_more() -> None:
    assert after("2", contact=offered("FDA", "GONE", "RISKS")).rule == "choice.number.nothing"


# ---- going on


@pytest.mark.parametrize("body", ["why", "how come?", "por qué", "explain"])
def test_why_tells_more_and_then_the_sources(body: str) -> None:
    more, sources = after("RISKS", body), after("RISKS", body, body)

    assert (more.rule, more.topic) == ("follow_up.why.more", "RISKS")
    assert more.messages[0].startswith("1/")
    assert (sources.rule, sources.topic) == ("follow_up.why.sources", "SOURCES")
    assert "http" in sources.messages[0]


@pytest.mark.parametrize("body", ["who says", "how do you know that?", "según quién", "source?"])
def test_who_doubts_gets_the_sources(body: str) -> None:
    decision = after("FDA", body)

    assert decision.topic == "SOURCES"
    assert decision.context_topic == "FDA"
    assert "http" in decision.messages[0]


@pytest.mark.parametrize("body", ["more", "go on", "and then", "dime más", "tell me more about it"])
def test_more_in_many_words_is_more(body: str) -> None:
    assert after("FDA", body).messages[0].startswith("1/")


def test_why_with_nothing_before_it_says_that_there_is_nothing() -> None:
    assert after("why").rule == "follow_up.why.more.nothing"


@pytest.mark.parametrize(
    ("before", "body", "topic"),
    [
        ("SPRAVATO", "and the risks?", "RISKS"),
        ("ATHOME", "is it safe then", "RISKS"),
        ("ENCASA", "y los riesgos?", "RISKS"),
        ("SPRAVATO", "how long does it last", "LASTS"),
        ("SPRAVATO", "what about seniors", "WHO"),
    ],
)
def test_a_text_that_leans_on_the_last_answer_is_understood(
    before: str, body: str, topic: str
) -> None:
    assert after(before, body).topic == topic


def test_what_was_read_from_the_context_says_so() -> None:
    decision = after("ATHOME", "is it safe then")

    if decision.rule.startswith("follow_up."):
        assert decision.context_topic == "ATHOME"


def test_the_same_words_with_nothing_before_them_are_not_read_into() -> None:
    decision = after("and the risks?")

    assert decision.context_topic is None


@pytest.mark.parametrize("body", ["what about dinner", "lol", "see you there", "my cat is cute"])
def test_small_talk_after_an_answer_claims_no_topic(body: str) -> None:
    decision = after("SPRAVATO", body)

    # NOTCOVERED says that we have no answer to it: that claims nothing either.
    assert decision.topic in {None, "MENU", "NOTCOVERED"}, decision.rule


def test_a_day_later_nothing_leans_on_the_answer_any_more() -> None:
    contact = after("ATHOME").contact
    later = NOW + MEMORY + timedelta(minutes=1)

    decision = decide(an_inbound("why", received_at=later), contact, the_catalogue(), later)

    assert decision.rule == "follow_up.why.more.nothing"


def test_the_last_answer_comes_in_the_language_asked_for() -> None:
    spanish = after("RISKS", "and in spanish?")
    english = after("RISKS", "and in spanish?", "y en inglés")

    assert (spanish.lang, spanish.context_topic) == (Lang.ES, "RISKS")
    assert "La ketamina" in spanish.messages[0]
    assert english.lang is Lang.EN


@pytest.mark.parametrize(
    ("body", "lang"),
    [
        ("i dont speak spanish", Lang.EN), ("no entiendo ingles", Lang.ES),
        ("español por favor", Lang.ES), ("english please", Lang.EN),
    ],
)  # fmt: skip
def test_who_names_the_language_they_lack_gets_the_other(body: str, lang: Lang) -> None:
    decision = after(body, contact=Contact(greeted=True, lang=lang.other))

    assert (decision.topic, decision.contact.lang) == ("LANG", lang)


# ---- oneself, and what must not be guessed


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("would they take me", "I can't say what is right for you: ask a prescriber"),
        ("i have schizophrenia is this ok for me", "ask a prescriber"),
        ("tengo presión alta, puedo tomarla?", "pregunta a quien receta"),
    ],
)
def test_who_asks_for_themselves_gets_the_general_answer_and_is_sent_to_a_prescriber(
    body: str, line: str
) -> None:
    decision = after(body)

    assert decision.rule.endswith(".personal")
    assert line in decision.messages[0].split("\n\n")[0]
    assert decision.topic is not None
    vetted = the_catalogue().answers.get(decision.topic, decision.lang)
    assert vetted is not None
    assert vetted.short in decision.messages[0]
    assert not re.match(r"(?i)\W*(yes|no|si|sí)\b", decision.messages[0].replace("No puedo", ""))


def test_a_bare_keyword_is_not_a_question_about_oneself() -> None:
    assert "prescriber, who can check" not in after("NOTFOR").messages[0]


def test_who_wants_somebody_to_talk_to_is_not_sent_to_a_prescriber_first() -> None:
    decision = after("i just want a therapist to talk to about my dad")

    assert decision.topic == "THERAPY"
    assert not decision.rule.endswith(".personal")


def test_the_topics_that_the_code_names_are_answers() -> None:
    named = HARMFUL_TO_GUESS | WHOM_TO_SEE | set(ABOUT_A_PERSON)

    assert named <= {keyword for keyword, _ in the_catalogue().answers.by_name}


# ---- for any text


texts = st.text(max_size=80) | st.sampled_from(
    ["1", "2", "the last one", "sure", "no", "both", "why", "and the risks?", "ok", "más",
     "tell me more", "is it safe", "qué es", "i want to die", "STOP", "english", "FDA", "duele",
     "9"]
)  # fmt: skip
topics = st.sampled_from(["FDA", "RISKS", "HEART", "MEDS", "WHO", "KAP", "DV", "MENU", "GONE"])
contacts = st.builds(
    Contact,
    lang=st.sampled_from([None, *Lang]),
    lang_chosen=st.booleans(),
    greeted=st.booleans(),
    offer=st.none()
    | st.builds(
        Offer,
        keywords=st.lists(topics, min_size=1, max_size=9, unique=True).map(tuple),
        expires_at=st.sampled_from([NOW + timedelta(hours=1), NOW]),
    ),
    place=st.none()
    | st.builds(
        Place,
        keyword=topics,
        lang=st.sampled_from(Lang),
        part=st.integers(0, 1),
        expires_at=st.sampled_from([NOW + timedelta(hours=1), NOW]),
    ),
    care_until=st.sampled_from([None, NOW + timedelta(days=3)]),
)


@given(body=texts, contact=contacts)
def test_crisis_comes_first_whatever_was_offered(body: str, contact: Contact) -> None:
    decision = decide(an_inbound(body), contact, the_catalogue(), NOW)

    if the_catalogue().screen.find(body) is not None:
        assert decision.step is Step.CRISIS
        assert "988" in decision.messages[0][:40]


@given(contact=contacts, number=st.integers(1, 9), form=st.sampled_from(["{}", "#{}", "{}."]))
def test_a_number_never_reaches_a_topic_that_was_not_offered(
    contact: Contact, number: int, form: str
) -> None:
    decision = decide(an_inbound(form.format(number)), contact, the_catalogue(), NOW)
    offer = contact.offer
    there = offer is not None and offer.expires_at > NOW and "GONE" not in offer.keywords

    if there and offer is not None and number <= len(offer.keywords):
        assert decision.topic == offer.keywords[number - 1]
    else:
        assert decision.topic in {None, "MENU"}


@given(body=texts, contact=contacts)
def test_nobody_is_asked_to_reply_yes_and_no_reply_grows_past_its_limit(
    body: str, contact: Contact
) -> None:
    decision = decide(an_inbound(body), contact, the_catalogue(), NOW)

    for text in (*decision.messages, *decision.later):
        assert not YES_PROMPT.search(text)
        assert measure(text).encoding == "GSM-7" or decision.topic == "SOURCES"
    if decision.messages and decision.topic != "SOURCES":
        assert measure(decision.messages[0]).segments <= 5


@given(
    body=st.sampled_from(
        ["FDA", "RISKS", "spravato", "abuse", "riesgos", "HOME", "is it safe and legal", "why", "1",
         "is ketamine safe with xanax", "HEART", "ketamine for my cat", "corazon", "lista", "sure"]
    ),
    contact=contacts,
)  # fmt: skip
def test_only_what_was_shown_is_remembered_as_offered(body: str, contact: Contact) -> None:
    decision = decide(an_inbound(body), contact, the_catalogue(), NOW)

    shown = " ".join((*decision.messages, *decision.later))
    offer = decision.contact.offer
    if offer is None or (contact.offer and contact.offer.keywords == offer.keywords):
        return
    for keyword in offer.keywords:
        answer = the_catalogue().answers.by_name[keyword, decision.lang]
        assert any(name in shown for name in (keyword, *answer.aliases)), (keyword, shown)


def test_asked_back_in_care_the_line_is_there() -> None:
    contact = replace(offered("FDA", "RISKS"), care_until=NOW + timedelta(days=1))

    text = after("sure", contact=contact).messages[0]

    assert text.startswith("Which one: FDA (what is approved) or RISKS (all risks)?")
    assert "988" in text
