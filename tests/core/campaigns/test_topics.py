"""What a topic must say, and which words can be its own."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.core.campaigns.topics import NEEDED, faults, unheard
from smsbot.core.contacts import Topic
from smsbot.core.inbound.joining import shown
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from tests.builders import EVENTS, NEWS, NOW, PROGRAM, the_catalogue

STUDIES = replace(
    NEWS, keyword="STUDIES", keyword_es="ESTUDIOS", words_en="new studies, once a month",
    words_es="estudios nuevos, 1 mensaje al mes",
)  # fmt: skip


def wrong(one: Topic) -> dict[str, str]:
    return {fault.field: fault.what for fault in faults(one, PROGRAM)}


@pytest.mark.parametrize("one", [NEWS, EVENTS, STUDIES], ids=lambda one: one.keyword)
def test_a_topic_in_order_has_no_faults(one: Topic) -> None:
    assert wrong(one) == {}
    assert unheard(one, the_catalogue(), NOW) == ()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("new answers", "how often"),
        ("new answers, every so often", "how often"),
        ("news a month from now", "how often"),
        ("", "at most 200"),
        ("{program} news, up to 2 texts a month", "without {"),
        ("new answers, up to 2 texts a month.", "full stop"),
        ("new answers \u2014 up to 2 texts a month", "\u2014 cannot be sent"),
        ("new answers and " * 10 + "up to 2 texts a month", "segments: shorten"),
    ],
)
def test_words_that_cannot_be_shown_are_refused_at_their_field(words: str, says: str) -> None:
    found = wrong(replace(STUDIES, words_en=words))

    assert list(found) == ["words_en"]
    assert says in found["words_en"]


@pytest.mark.parametrize(
    "words", ["up to 4 texts a week", "one text every month", "twice a year", "a weekly text"]
)
def test_how_often_can_be_said_in_many_ways(words: str) -> None:
    assert wrong(replace(STUDIES, words_en=words)) == {}


@pytest.mark.parametrize("words", ["hasta 2 al mes", "un mensaje por semana", "resumen mensual"])
def test_and_in_spanish(words: str) -> None:
    assert wrong(replace(STUDIES, words_es=words)) == {}


@pytest.mark.parametrize(
    "word",
    ["STOP", "HELP", "YES", "START", "ALTO", "AYUDA", "INFO", "MORE", "JOIN", "SALIR", "CRISIS",
     "SUICIDE", "LIST", "K7", "AB", "TWO WORDS", "NOTICI\u00c1S", "NEWS1", "X" * 21, ""],
)  # fmt: skip
def test_a_word_with_another_meaning_is_no_keyword(word: str) -> None:
    assert "keyword" in wrong(replace(STUDIES, keyword=word))
    assert "keyword_es" in wrong(replace(STUDIES, keyword_es=word))


@pytest.mark.parametrize("word", ["DYING", "SUICIDARME", "STOPP", "OVERDOSING"])
def test_a_word_that_is_heard_as_something_else_is_no_keyword(word: str) -> None:
    found = unheard(replace(STUDIES, keyword=word), the_catalogue(), NOW)

    assert [fault.field for fault in found] == ["keyword"]


@given(
    words=st.text("abc \u20ac~\u00f1\u00e9\u2019,up to2texsamonh", max_size=260),
    lang=st.sampled_from(list(Lang)),
)
def test_whatever_passes_is_shown_whole_in_two_plain_segments(words: str, lang: Lang) -> None:
    often = ", 2 texts a month" if lang is Lang.EN else ", 2 mensajes al mes"
    given_words = " ".join((words + often).split())
    field = f"words_{lang.value}"
    one = replace(STUDIES, **{field: given_words})
    if wrong(one):
        return
    for text in shown(one, lang, PROGRAM):
        cost = measure(text)
        assert (cost.encoding, cost.segments <= 2) == ("GSM-7", True)
        assert given_words in text
    asked = shown(one, lang, PROGRAM)[0]
    assert all(needed in asked for needed in NEEDED[lang])
    assert re.search(rf"\b{one.called(lang)}\b", asked)
