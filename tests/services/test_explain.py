import json

from smsbot.core.contacts import Contact
from smsbot.core.text.segments import measure
from smsbot.db.store import Store
from smsbot.providers.twilio.twiml import render
from smsbot.services.explain import explain, explain_conversation, explain_sid
from smsbot.services.receive import Inbox
from tests.builders import NOW, a_sid, a_store, an_inbound, the_catalogue

FIELDS = {
    "text", "step", "crisis", "tier", "rule", "topic", "topics", "confidence", "lang", "reply",
    "segments", "encoding",
}  # fmt: skip


def of(text: str) -> dict[str, object]:
    return explain(text, Contact(greeted=True), the_catalogue(), NOW)


def test_it_has_every_field_that_checks_rely_on_and_is_json() -> None:
    for text in ("FDA", "i want to die", "", "\udcff\0", "qwx"):
        found = of(text)
        assert set(found) >= FIELDS
        json.dumps(found)


def test_a_crisis_text_says_so_with_its_tier() -> None:
    found = of("quiero morir")

    assert (found["crisis"], found["step"], found["topic"]) == (True, "crisis", "CRISIS")
    assert found["tier"] in {"active", "passive"}
    assert found["lang"] == "es"


def test_segments_and_encoding_are_those_of_the_reply() -> None:
    found = of("FDA")

    assert found["segments"] == sum(measure(body).segments for body in found["reply"])  # type: ignore[attr-defined]
    assert found["encoding"] == "GSM-7"


def test_silence_has_no_segments() -> None:
    found = explain("FDA", Contact(opted_out=True), the_catalogue(), NOW)

    assert (found["reply"], found["segments"], found["step"]) == ([], 0, "compliance")


def test_why_a_text_was_answered_so_can_be_asked_later(sqlite_url: str) -> None:
    store: Store = a_store(sqlite_url)
    inbox = Inbox(store, the_catalogue, render)
    message = an_inbound("what are the risks", sid=a_sid(91))
    inbox.receive(message)

    found = explain_sid(store, message.sid)

    assert found is not None
    assert (found["topic"], found["step"]) == ("RISKS", of("what are the risks")["step"])
    assert "text" not in found
    assert explain_sid(store, a_sid(92)) is None
    inbox.close()
    store.close()


def test_a_conversation_is_explained_text_by_text_with_what_came_before() -> None:
    texts = ("SPRAVATO", "2", "and in spanish?", "i want to", "die")

    first, second, third, _, crisis = explain_conversation(
        texts, Contact(greeted=True), the_catalogue(), NOW
    )

    assert first["offers"] == ["FDA", "VS", "RISKS"]
    assert (second["topic"], second["context"]) == (
        "VS",
        {"topic": None, "offered": ["FDA", "VS", "RISKS"]},
    )
    assert (third["lang"], third["context"]["topic"]) == ("es", "VS")
    assert crisis["crisis"], "a sentence sent in two texts is read as one"
