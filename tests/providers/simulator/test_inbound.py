"""A text from a phone reaches the bot signed, and its TwiML comes back as texts."""

import re
import time

import pytest
from flask import Response

from smsbot.core.errors import SmsbotError
from smsbot.providers.simulator import inbound
from smsbot.providers.simulator.texts import Direction, Leg, Status
from tests.running_carrier import NUMBER, SERVICE, SID, RunningCarrier, an_account, run_carrier
from tests.stub_bot import StubBot, twiml


def test_a_text_reaches_the_bot_with_twilios_fields(bot: StubBot, running: RunningCarrier) -> None:
    sent = inbound.send(running.carrier, running.phone, "Is it FDA approved? ñ 💙 a&b=c +1")
    running.settled(2)

    (form,) = bot.forms
    assert form["Body"] == "Is it FDA approved? ñ 💙 a&b=c +1"
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == sent.sid
    assert re.fullmatch(r"SM[0-9a-f]{32}", sent.sid)
    assert (form["From"], form["To"]) == (running.phone, NUMBER)
    assert (form["AccountSid"], form["MessagingServiceSid"]) == (SID, SERVICE)
    assert (form["NumMedia"], form["NumSegments"], form["SmsStatus"]) == ("0", "1", "received")
    assert (form["FromCity"], form["FromState"], form["FromCountry"]) == ("SEATTLE", "WA", "US")
    assert len(form) == 20
    assert bot.forgeries == 0


def test_the_replies_arrive_in_order_and_name_their_question(
    bot: StubBot, running: RunningCarrier
) -> None:
    bot.answer = lambda _: twiml("one & first", "two", "three")
    question = inbound.send(running.carrier, running.phone, "FDA")

    shown = running.settled(4)

    assert [text.body for text in shown] == ["FDA", "one & first", "two", "three"]
    assert {text.reply_to for text in shown[1:]} == {question.sid}
    assert {text.direction for text in shown[1:]} == {Direction.OUTBOUND_REPLY}
    assert [text.status for text in shown] == [Status.RECEIVED] + [Status.DELIVERED] * 3


def test_the_signature_covers_the_public_address(bot: StubBot) -> None:
    public = an_account(bot.url, signed_as="https://bot.example/message")
    with run_carrier(public) as running:
        inbound.send(running.carrier, running.phone, "FDA")
        running.settled(1)

    # The stub checks against its own address, so a signature for another one is refused.
    assert bot.forgeries == 2
    assert bot.forms == []


def test_a_failing_webhook_is_asked_again_as_the_fallback(
    bot: StubBot, running: RunningCarrier
) -> None:
    bot.answer = lambda form: (
        twiml("call 988") if "ErrorCode" in form else Response("broken", status=500)
    )
    sent = inbound.send(running.carrier, running.phone, "help me")
    shown = running.settled(2)

    first, second = bot.forms
    assert second["ErrorCode"] == "11200"
    assert second["ErrorUrl"] == running.carrier.account.webhook_url
    assert first["MessageSid"] == second["MessageSid"] == sent.sid
    assert [text.body for text in shown] == ["help me", "call 988"]
    exchanges = shown[0].exchanges
    assert [(e.leg, e.http_status, e.error_code) for e in exchanges] == [
        (Leg.PRIMARY, 500, 11200),
        (Leg.FALLBACK, 200, None),
    ]


def test_an_unreachable_webhook_is_lost_before_the_bot_sees_it(
    bot: StubBot, running: RunningCarrier
) -> None:
    running.carrier.switch({"webhook": "unreachable"})
    inbound.send(running.carrier, running.phone, "FDA")
    running.settled(2)

    assert [form.get("ErrorCode") for form in bot.forms] == ["11205"]


def test_a_lost_answer_makes_two_requests_and_one_reply(
    bot: StubBot, running: RunningCarrier
) -> None:
    running.carrier.switch({"webhook": "answer_lost"})
    inbound.send(running.carrier, running.phone, "FDA")
    shown = running.settled(2)

    assert [form.get("ErrorCode") for form in bot.forms] == [None, "11200"]
    assert [text.body for text in shown] == ["FDA", "You: FDA"]


@pytest.mark.parametrize("repeat", ["parallel", "afterwards"])
def test_a_repeat_is_the_same_request_and_sends_no_second_reply(
    bot: StubBot, running: RunningCarrier, repeat: str
) -> None:
    running.carrier.switch({"repeat": repeat})
    inbound.send(running.carrier, running.phone, "FDA")
    shown = running.settled(2)
    time.sleep(0.1)

    first, second = bot.forms
    assert first == second
    assert len(running.screen()) == len(shown) == 2


def test_a_late_text_leaves_later(bot: StubBot, running: RunningCarrier) -> None:
    running.carrier.switch({"late_seconds": 1})
    started = time.monotonic()
    inbound.send(running.carrier, running.phone, "FDA")
    running.settled(2)

    assert time.monotonic() - started >= 2.0, "one second to the bot and one back"


def test_half_a_surrogate_pair_and_a_very_long_text_are_sent_as_twilio_would(
    bot: StubBot, running: RunningCarrier
) -> None:
    bot.answer = lambda _: twiml("ok")
    inbound.send(running.carrier, running.phone, "\ud83d\udc99 \ud800" + "x" * 2000)
    running.settled(2)

    (form,) = bot.forms
    assert form["Body"].startswith("💙 \ufffdxxx")
    assert len(form["Body"]) == 1600
    assert bot.forgeries == 0


def test_an_unknown_switch_or_value_changes_nothing(running: RunningCarrier) -> None:
    for bad in ({"gravity": True}, {"repeat": "thrice"}, {"late_seconds": -1}, {"throttle": 1}):
        with pytest.raises(SmsbotError):
            running.carrier.switch({"out_of_order": True, **bad})

    assert not running.carrier.faults.out_of_order


def test_no_number_or_body_reaches_the_log(
    bot: StubBot, running: RunningCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    bot.answer = lambda _: Response("", status=500)
    inbound.send(running.carrier, running.phone, "a very private sentence")
    running.settled(1)

    assert running.phone not in caplog.text
    assert "private" not in caplog.text
