"""TwiML: always well-formed, always within Twilio's limits, whatever the texts hold."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsbot.providers.twilio.twiml import VOICE, render


def bodies(document: bytes) -> list[str]:
    root = ET.fromstring(document)
    assert root.tag == "Response"
    return ["".join(message.itertext()) for message in root]


def test_nothing_to_say_is_an_empty_response():
    assert render(()) == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert bodies(render(("", "  \n"))) == []


def test_what_xml_gives_a_meaning_is_escaped():
    text = "<script>&amp; ]]> \"q\" 'a' señor 🙂"

    assert bodies(render((text, "two"))) == [text, "two"]


def test_what_xml_forbids_is_left_out():
    assert bodies(render(("a\x00b\x0bc\ud800d\ufffee",))) == ["abcde"]


def test_only_a_first_text_that_leads_with_988_asks_to_be_told_of():
    address = "https://bot.example.net/status?o=0&a=0&k=1"

    crisis = ET.fromstring(render(("Call or text 988 now.", "988"), address))
    other = ET.fromstring(render(("x" * 40 + " 988",), address))

    assert [message.attrib for message in crisis] == [{"action": address}, {}]
    assert [message.attrib for message in other] == [{}]
    assert render(("988",)) == render(("988",), None)


def test_no_more_than_ten_messages_of_1600_characters_leave():
    sent = bodies(render(tuple(f"{n}" + "x" * 2000 for n in range(12))))

    assert [len(text) for text in sent] == [1600] * 10
    assert sent[0].startswith("0")


def test_a_reply_stays_under_64_kilobytes_and_keeps_its_first_messages():
    sent = render(("first", *("&" * 1600 for _ in range(9))))

    assert len(sent) <= 64 * 1024
    assert bodies(sent)[0] == "first"


@given(st.lists(st.text(st.characters(), max_size=1700), max_size=12).map(tuple))
def test_any_texts_make_a_document_twilio_takes(texts):
    document = render(texts)

    assert len(document) <= 64 * 1024
    sent = bodies(document)
    assert len(sent) <= 10
    assert all(0 < len(text) <= 1600 for text in sent)


@pytest.mark.parametrize("language", ["en-US", "es-US"])
def test_a_caller_hears_988_first_in_both_languages(language):
    root = ET.fromstring(VOICE)
    said = [say for say in root if say.get("language") == language]

    first = "".join(said[0].itertext())
    assert "988" in first[:20]
    assert len(said) == 2


def test_a_caller_hears_988_before_anything_else_and_then_the_line_ends():
    verbs = list(ET.fromstring(VOICE))

    assert all("988" in "".join(say.itertext()) for say in verbs[:2])
    assert verbs[-1].tag == "Hangup"
