from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.contacts import ConsentChange, Contact, Place
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Finding, Step, Tier
from smsbot.core.messages import Lang, OptOutType
from smsbot.core.text.segments import measure
from tests.builders import NOW, an_inbound, the_catalogue

KNOWN = Contact(greeted=True)

moments = st.one_of(
    st.none(), st.integers(-40 * 24, 40 * 24).map(lambda hours: NOW + timedelta(hours=hours))
)
contacts = st.builds(
    Contact,
    lang=st.sampled_from([None, *Lang]),
    lang_chosen=st.booleans(),
    greeted=st.booleans(),
    opted_out=st.booleans(),
    place=st.one_of(
        st.none(),
        st.builds(
            Place,
            keyword=st.sampled_from(["FDA", "RISKS", "MENU", "LINES", "GONE"]),
            lang=st.sampled_from(Lang),
            part=st.integers(0, 1),
            expires_at=moments.filter(bool),
        ),
    ),
    care_until=moments,
    crisis_at=moments,
)
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
crisis_words = st.sampled_from(
    ["i want to kill myself", "quiero morir", "988", "STOP i want to die", "suicide",
     "my friend wants to die", "i took all my pills", "can ketamine stop suicidal thoughts"]
)  # fmt: skip
topics = st.sampled_from(["FDA", "riesgos", "stop", "more", "english", "menu", "que es", "HOME"])
texts = st.one_of(anything, st.builds("{} {} {}".format, anything, crisis_words, topics), topics)


@given(body=texts, contact=contacts, opt_out_type=st.sampled_from([None, *OptOutType]))
def test_if_the_screen_fires_988_comes_first(
    body: str, contact: Contact, opt_out_type: OptOutType | None
) -> None:
    catalogue = the_catalogue()
    message = an_inbound(body[:1600], opt_out_type=opt_out_type)

    decision = decide(message, contact, catalogue, NOW)

    if catalogue.screen.find(message.body) is not None:
        assert decision.step is Step.CRISIS
        assert "988" in decision.messages[0][:40]


@given(body=texts, contact=contacts)
def test_every_reply_can_be_sent(body: str, contact: Contact) -> None:
    decision = decide(an_inbound(body[:1600]), contact, the_catalogue(), NOW)

    assert len(decision.messages) <= 10
    for text in (*decision.messages, *decision.later):
        assert 0 < len(text) <= 1600
        assert measure(text).segments <= 10
        text.encode("utf-8")


@given(body=texts, contact=contacts)
def test_who_opted_out_hears_nothing_but_crisis_start_and_help(body: str, contact: Contact) -> None:
    gone = Contact(**{**{f: getattr(contact, f) for f in contact.__slots__}, "opted_out": True})

    decision = decide(an_inbound(body[:1600]), gone, the_catalogue(), NOW)

    if decision.step is not Step.CRISIS and decision.topic not in {"START", "HELP"}:
        assert decision.messages == ()


class _BrokenScreen:
    def find(self, text: str) -> Finding | None:
        raise RuntimeError("damaged")


@pytest.mark.parametrize("body", ["FDA", "hello", "STOP", "", "quiero saber"])
def test_a_screen_that_fails_has_fired(body: str) -> None:
    catalogue = the_catalogue()
    broken = type(catalogue)(
        screen=_BrokenScreen(),  # type: ignore[arg-type]
        index=catalogue.index,
        answers=catalogue.answers,
    )

    decision = decide(an_inbound(body), KNOWN, broken, NOW)

    assert (decision.step, decision.rule) == (Step.CRISIS, "screen.failed")
    assert "988" in decision.messages[0][:40]


def test_crisis_wins_over_stop_and_stop_is_kept() -> None:
    decision = decide(an_inbound("STOP i want to die"), KNOWN, the_catalogue(), NOW)

    assert decision.step is Step.CRISIS
    assert "988" in decision.messages[0][:40]
    assert decision.consent is ConsentChange.OPT_OUT
    assert decision.contact.opted_out


def test_a_repeated_crisis_text_gets_a_shorter_reply_and_never_none() -> None:
    first = decide(an_inbound("i want to die"), KNOWN, the_catalogue(), NOW)
    second = decide(
        an_inbound("i want to die"), first.contact, the_catalogue(), NOW + timedelta(minutes=1)
    )

    assert 0 < len(second.messages[0]) < len(first.messages[0])
    assert "988" in second.messages[0][:40]


def test_after_a_crisis_the_next_answer_carries_the_line() -> None:
    after = decide(an_inbound("i want to die"), KNOWN, the_catalogue(), NOW).contact

    answer = decide(an_inbound("VS"), after, the_catalogue(), NOW + timedelta(days=2))

    assert "988" in answer.messages[0]


def test_a_question_that_mentions_suicide_gets_the_line_and_then_the_answer() -> None:
    decision = decide(
        an_inbound("can ketamine stop suicidal thoughts"), KNOWN, the_catalogue(), NOW
    )

    assert decision.tier is Tier.INFORMATION
    assert "988" in decision.messages[0][:40]
    assert decision.topics[0] == "CRISIS"


@pytest.mark.parametrize("word", ["HOME", "HOLA", "next", "Talk", "AYUDA"])
def test_a_word_meant_for_another_helpline_gets_988_first(word: str) -> None:
    decision = decide(an_inbound(word), Contact(), the_catalogue(), NOW)

    assert "988" in decision.messages[0][:40]


def test_stop_is_confirmed_once_with_988_in_it() -> None:
    first = decide(an_inbound("STOP"), KNOWN, the_catalogue(), NOW)
    second = decide(an_inbound("STOP"), first.contact, the_catalogue(), NOW)

    assert len(first.messages) == 1
    assert "988" in first.messages[0]
    assert second.messages == ()
    assert second.consent is ConsentChange.OPT_OUT


def test_help_names_the_programme_how_to_stop_the_rates_and_988() -> None:
    text = decide(an_inbound("HELP"), KNOWN, the_catalogue(), NOW).messages[0]

    for needed in ("Ketamine Info Line", "help@example.org", "STOP", "rates", "988"):
        assert needed in text


@pytest.mark.parametrize("kind", list(OptOutType))
def test_what_the_provider_has_answered_is_only_recorded(kind: OptOutType) -> None:
    decision = decide(an_inbound(kind.value, opt_out_type=kind), KNOWN, the_catalogue(), NOW)

    assert decision.messages == ()
    assert decision.topic == kind.value


def test_the_programme_line_comes_once() -> None:
    first = decide(an_inbound("FDA"), Contact(), the_catalogue(), NOW)
    second = decide(an_inbound("RISKS"), first.contact, the_catalogue(), NOW)

    assert "STOP to end" in first.messages[0]
    assert "988" in first.messages[0], "the first text to anybody carries it"
    assert "STOP to end" not in second.messages[0]


def test_more_back_and_sources_follow_the_last_answer() -> None:
    catalogue = the_catalogue()
    answered = decide(an_inbound("RISKS"), KNOWN, catalogue, NOW)
    more = decide(an_inbound("more"), answered.contact, catalogue, NOW)
    end = decide(an_inbound("more"), more.contact, catalogue, NOW)
    back = decide(an_inbound("back"), more.contact, catalogue, NOW)
    sources = decide(an_inbound("sources"), more.contact, catalogue, NOW)

    assert answered.messages[0].endswith("Text MORE for details.")
    assert more.messages[0].startswith(f"1/{len(more.later) + 1} ")
    assert end.rule == "paging.more.end"
    assert back.messages == more.messages
    assert "http" in sources.messages[0]
    assert "2026-11-23" in sources.messages[0]


def test_each_part_of_a_long_answer_fits_two_segments() -> None:
    catalogue = the_catalogue()
    for keyword, lang in catalogue.answers.by_name:
        contact = Contact(
            greeted=True,
            lang=lang,
            lang_chosen=True,
            place=Place(keyword=keyword, lang=lang, part=0, expires_at=NOW + timedelta(hours=1)),
        )
        decision = decide(an_inbound("MORE"), contact, catalogue, NOW)
        for part in (*decision.messages, *decision.later):
            assert measure(part).segments <= 2, (keyword, lang, part)


def test_a_place_is_forgotten_after_a_day() -> None:
    answered = decide(an_inbound("RISKS"), KNOWN, the_catalogue(), NOW)

    later = decide(an_inbound("more"), answered.contact, the_catalogue(), NOW + timedelta(hours=25))

    assert later.rule == "paging.more.nothing"


def test_a_time_limited_answer_falls_back_to_its_stub() -> None:
    catalogue = the_catalogue()
    answer = catalogue.answers.get("OFFLABEL", Lang.EN)
    assert answer is not None
    assert answer.expires_on == date(2026, 12, 31)

    late = decide(an_inbound("OFFLABEL"), KNOWN, catalogue, datetime(2027, 1, 1, tzinfo=NOW.tzinfo))

    assert "2026" not in late.messages[0]


def test_the_language_follows_the_text_and_can_be_chosen() -> None:
    catalogue = the_catalogue()
    spanish = decide(an_inbound("que riesgos tiene la ketamina"), KNOWN, catalogue, NOW)
    remembered = decide(an_inbound("FDA"), spanish.contact, catalogue, NOW)
    switched = decide(an_inbound("english"), spanish.contact, catalogue, NOW)
    kept = decide(an_inbound("FDA"), switched.contact, catalogue, NOW)

    assert (spanish.lang, remembered.lang) == (Lang.ES, Lang.ES)
    assert (switched.lang, kept.lang) == (Lang.EN, Lang.EN)
    assert switched.contact.lang_chosen


def test_a_picture_without_words_is_answered_in_words() -> None:
    decision = decide(an_inbound("", media_count=1), KNOWN, the_catalogue(), NOW)

    assert "words" in decision.messages[0]


@pytest.mark.parametrize(
    ("body", "rule"), [("hi", "greeting"), ("thanks!", "thanks"), ("qwxz plmk", "unknown")]
)
def test_small_talk_claims_no_topic(body: str, rule: str) -> None:
    decision = decide(an_inbound(body), KNOWN, the_catalogue(), NOW)

    assert decision.rule == rule
    assert decision.step is Step.MENU


@pytest.mark.parametrize("word", ["SUICIDIO", "Emergencia", "sobredosis", "veneno"])
def test_a_spanish_crisis_word_alone_is_answered_in_spanish(word: str) -> None:
    decision = decide(an_inbound(word), KNOWN, the_catalogue(), NOW)

    assert decision.lang is Lang.ES
    assert "oprime 2" in decision.messages[0]


def test_a_clock_set_back_does_not_shorten_crisis_replies_for_ever() -> None:
    first = decide(an_inbound("i want to die"), KNOWN, the_catalogue(), NOW)

    earlier = decide(
        an_inbound("i want to die"), first.contact, the_catalogue(), NOW - timedelta(days=400)
    )

    assert earlier.messages == first.messages
