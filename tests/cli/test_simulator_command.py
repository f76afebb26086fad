"""The carrier simulator as a process of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from requests.auth import HTTPBasicAuth

from tests.running_carrier import SID, until
from tests.stub_bot import TOKEN, StubBot

PROGRAM = [sys.executable, "-c", "from smsbot.cli import main; main()", "simulator"]


def environment(**more: str) -> dict[str, str]:
    own = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN}
    return {**os.environ, "PYTHONUNBUFFERED": "1", **own, **more}


@pytest.fixture
def bot() -> Iterator[StubBot]:
    stub = StubBot()
    yield stub
    stub.close()


@pytest.fixture
def started(bot: StubBot) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    process = subprocess.Popen(
        [*PROGRAM, "--bind", "127.0.0.1:0", "--pace", "0.01"],
        env=environment(SMSBOT_PUBLIC_URLS=bot.url),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line + process.stderr.read()
    yield found[0], process
    process.kill()
    process.wait()
    process.stderr.close()


def test_it_carries_a_text_to_the_bot_and_the_answer_back(
    bot: StubBot, started: tuple[str, "subprocess.Popen[str]"]
) -> None:
    url, _ = started
    requests.post(f"{url}/phone/api/phones/phone-1/texts", json={"body": "FDA"}, timeout=5)

    def answered() -> bool:
        screen = requests.get(f"{url}/phone/api/phones/phone-1/bubbles", timeout=5).json()
        return [b["body"] for b in screen["bubbles"]] == ["FDA", "You: FDA"]

    assert until(answered)
    assert bot.forgeries == 0


def test_it_is_twilio_to_who_has_the_token(started: tuple[str, "subprocess.Popen[str]"]) -> None:
    address = f"{started[0]}/2010-04-01/Accounts/{SID}/Messages.json"

    assert requests.get(address, auth=HTTPBasicAuth(SID, TOKEN), timeout=5).json()["messages"] == []
    assert requests.get(address, timeout=5).status_code == 401


def test_a_term_signal_ends_it_cleanly(started: tuple[str, "subprocess.Popen[str]"]) -> None:
    process = started[1]
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=5) == 0


def test_a_plan_and_a_journal_are_given_at_the_start(bot: StubBot, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    plan = {"seed": 3, "rules": [{"fault": "webhook_lost"}]}
    options = ["--bind", "127.0.0.1:0", "--pace", "0.01", "--journal", str(journal)]
    with subprocess.Popen(
        [*PROGRAM, *options],
        env=environment(SMSBOT_PUBLIC_URLS=bot.url, SMSBOT_SIMULATOR_TRIAL=json.dumps(plan)),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        url = process.stderr.readline().split()[-1]
        text = {"from": "+12065550101", "body": "FDA"}
        sent = requests.post(f"{url}/control/texts", json=text, timeout=5).json()
        told = [json.loads(line) for line in journal.read_text().splitlines()]
        until(lambda: "webhook_lost" in journal.read_text())
        process.kill()

    assert (told[0]["kind"], told[0]["sid"], told[0]["from"]) == (
        "inbound", sent["sid"], text["from"],
    )  # fmt: skip
    assert bot.forms == []


@pytest.mark.parametrize("plan", ["{", "[]", '{"rules": [{"fault": "earthquake"}]}'])
def test_a_malformed_plan_is_refused_in_words(plan: str) -> None:
    result = refused("127.0.0.1:0", SMSBOT_SIMULATOR_TRIAL=plan)

    assert result.returncode == 2
    assert "--trial" in result.stderr


def refused(bind: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PROGRAM, "--bind", bind],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("bind", ["nonsense", "127.0.0.1", "127.0.0.1:99999"])
def test_a_malformed_address_is_refused(bind: str) -> None:
    result = refused(bind)

    assert result.returncode == 2
    assert "HOST:PORT" in result.stderr


def test_a_taken_address_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = refused(f"127.0.0.1:{taken.getsockname()[1]}")

    assert result.returncode == 1
    assert "--bind" in result.stderr
    assert "Traceback" not in result.stderr


def test_production_has_no_simulated_carrier() -> None:
    result = refused(
        "127.0.0.1:0",
        SMSBOT_ENV="production",
        DATABASE_URL="postgresql+psycopg://localhost/none",
        REDIS_URL="redis://localhost",
        SECRET_KEY="s" * 40,
        TWILIO_AUTH_TOKEN="0123456789abcdef0123456789abcdef",
        TWILIO_FROM="+18005550100",
        SMSBOT_PUBLIC_URLS="https://bot.example",
        SMSBOT_DATA_KEY="ab" * 32,
        SMSBOT_INDEX_KEY="cd" * 32,
        SMSBOT_CONTACT="help@bot.example",
    )

    assert result.returncode == 1
    assert "for development" in result.stderr
