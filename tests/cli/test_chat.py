"""A phone in the terminal, texting a bot over real HTTP."""

import json
import socket
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from flask import Response

from smsbot.cli.chat import chat
from smsbot.core.errors import SmsbotError
from smsbot.providers.simulator import outbound
from smsbot.providers.simulator.outbound import NewText
from tests.running_carrier import SID, RunningCarrier, an_account, run_carrier
from tests.stub_bot import TOKEN, Form, StubBot, twiml


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubBot]:
    stub = StubBot()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("TWILIO_API_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", SID)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
        monkeypatch.setenv("SMSBOT_PUBLIC_URLS", stub.url)
        yield stub
    stub.close()


def type_in(*lines: str, options: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(chat, ["--wait", "0", *options], input="\n".join(lines) + "\n")


def test_each_line_is_a_signed_text_and_its_replies_are_shown(bot: StubBot) -> None:
    bot.answer = lambda form: twiml(f"about {form['Body']}", "and 💙")
    result = type_in("FDA", "", "risks")

    assert result.exit_code == 0, result.output
    assert bot.forgeries == 0
    assert [form["Body"] for form in bot.forms] == ["FDA", "risks"]
    assert {form["From"] for form in bot.forms} == {"+12065550142"}
    assert len({form["MessageSid"] for form in bot.forms}) == 2
    assert "  about FDA\n  [GSM-7, 1 segment, " in result.output
    assert "  and 💙\n  [UCS-2, 1 segment, " in result.output


def test_the_number_in_hand_can_be_chosen(bot: StubBot) -> None:
    type_in("FDA", options=("--number", "+13055550111"))
    bad = type_in("FDA", options=("--number", "305"))

    assert [form["From"] for form in bot.forms] == ["+13055550111"]
    assert bad.exit_code == 2


def test_json_gives_one_object_a_text(bot: StubBot) -> None:
    result = type_in("FDA", "HELP", options=("--json",))

    shown = [json.loads(line) for line in result.output.splitlines()]
    assert [entry["text"] for entry in shown] == ["FDA", "HELP"]
    assert shown[0]["replies"] == [{"body": "You: FDA", "encoding": "GSM-7", "segments": 1}]
    assert shown[0]["twiml"].startswith("<Response>")


def test_raw_shows_the_twiml_and_silence_is_said(bot: StubBot) -> None:
    bot.answer = lambda _: twiml()
    result = type_in("FDA", options=("--raw",))

    assert "<Response></Response>" in result.output
    assert "(no reply)" in result.output


def test_a_bot_that_is_not_up_is_said_with_the_cure(bot: StubBot) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
        result = type_in("FDA", options=("--url", nowhere))

    assert isinstance(result.exception, SmsbotError)
    assert "start the bot" in str(result.exception)


def refuse(_form: Form) -> Response:
    return Response("broken", status=500)


def test_an_answer_twilio_could_not_use_is_named(bot: StubBot) -> None:
    bot.answer = refuse
    result = type_in("FDA")

    assert isinstance(result.exception, SmsbotError)
    assert "HTTP 500" in str(result.exception)
    assert "11200" in str(result.exception)


def test_a_refused_signature_names_the_settings_to_compare(
    bot: StubBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "another token")
    result = type_in("FDA")

    assert isinstance(result.exception, SmsbotError)
    assert "TWILIO_AUTH_TOKEN" in str(result.exception)
    assert bot.forms == []


@pytest.fixture
def carrier(bot: StubBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningCarrier]:
    with run_carrier(an_account(bot.url)) as running:
        monkeypatch.setenv("TWILIO_API_URL", running.url)
        yield running


def test_texts_that_leave_through_the_queue_are_shown_too(
    bot: StubBot, carrier: RunningCarrier
) -> None:
    def answer(form: Form) -> Response:
        new = NewText(recipient=form["From"], body="the rest of it")
        outbound.create(carrier.carrier, new)
        return twiml("the first part")

    bot.answer = answer
    outbound.create(carrier.carrier, NewText(recipient="+12065550142", body="old news"))
    result = type_in("MORE")

    assert "the first part" in result.output
    assert "  the rest of it\n  [GSM-7, 1 segment, through the queue]" in result.output
    assert "old news" not in result.output
