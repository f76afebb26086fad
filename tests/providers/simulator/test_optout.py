"""Twilio's own filter: STOP blocks with 21610, START unblocks, and the webhook is told anyway."""

import pytest

from smsbot.providers.simulator import inbound, outbound
from smsbot.providers.simulator.errors import Refusal
from smsbot.providers.simulator.outbound import NewText
from smsbot.providers.simulator.texts import Status, Text
from tests.running_carrier import RunningCarrier
from tests.stub_bot import StubBot

STOP_WORDS = ["STOP", "stopall", " Unsubscribe ", "CANCEL", "end", "Quit", "REVOKE", "optout"]


def send_over_rest(running: RunningCarrier) -> Text | Refusal:
    return outbound.create(running.carrier, NewText(recipient=running.phone, body="news"))


@pytest.mark.parametrize("word", STOP_WORDS)
def test_each_stop_word_blocks_replies_and_rest(
    bot: StubBot, running: RunningCarrier, word: str
) -> None:
    running.carrier.switch({"opt_out": "standard"})
    inbound.send(running.carrier, running.phone, word)
    shown = running.settled(3)

    assert "OptOutType" not in bot.forms[0]
    confirmation, reply = shown[-2:] if shown[-1].error_code else (shown[-1], shown[-2])
    assert confirmation.by_carrier
    assert confirmation.status is Status.DELIVERED
    assert (reply.status, reply.error_code) == (Status.FAILED, 21610)
    refused = send_over_rest(running)
    assert isinstance(refused, Refusal)
    assert refused.code == 21610


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_each_start_word_unblocks(bot: StubBot, running: RunningCarrier, word: str) -> None:
    running.carrier.switch({"opt_out": "standard"})
    inbound.send(running.carrier, running.phone, "STOP")
    running.settled(3)
    inbound.send(running.carrier, running.phone, word)
    shown = running.settled(6)

    assert shown[-1].error_code is None
    assert isinstance(send_over_rest(running), Text)


def test_advanced_opt_out_tells_the_bot_what_twilio_answered(
    bot: StubBot, running: RunningCarrier
) -> None:
    running.carrier.switch({"opt_out": "advanced"})
    for word in ("STOP", "START", "HELP", "FDA"):
        inbound.send(running.carrier, running.phone, word)
        running.settled(len(running.screen()))

    kinds = {form["Body"]: form.get("OptOutType") for form in bot.forms}
    assert kinds == {"STOP": "STOP", "START": "START", "HELP": "HELP", "FDA": None}
    own = [text for text in running.screen() if text.by_carrier]
    assert len(own) == 3
    assert all("988" in text.body for text in own)


def test_a_sentence_with_stop_in_it_is_not_an_opt_out(
    bot: StubBot, running: RunningCarrier
) -> None:
    running.carrier.switch({"opt_out": "standard"})
    inbound.send(running.carrier, running.phone, "STOP i want to die")
    shown = running.settled(2)

    assert [text.status for text in shown] == [Status.RECEIVED, Status.DELIVERED]


def test_with_the_filter_off_only_the_bot_obeys_stop(bot: StubBot, running: RunningCarrier) -> None:
    inbound.send(running.carrier, running.phone, "STOP")
    shown = running.settled(2)

    assert [text.body for text in shown] == ["STOP", "You: STOP"]
    assert isinstance(send_over_rest(running), Text)


def test_a_stop_is_for_one_phone_only(bot: StubBot, running: RunningCarrier) -> None:
    running.carrier.switch({"opt_out": "standard"})
    other = running.carrier.phones.all()[1].number
    inbound.send(running.carrier, running.phone, "STOP")
    running.settled(3)
    inbound.send(running.carrier, other, "FDA")

    assert running.settled(2, other)[-1].status is Status.DELIVERED
