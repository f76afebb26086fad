"""The last net: whatever a caller logs, no phone number and no query leaves the process."""

import io
import json
import logging
import sys

import pytest
import structlog

from smsbot import logs


@pytest.fixture
def written(monkeypatch):
    stream = io.StringIO()
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(as_json=True)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = kept
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        "from +16175550100 now",
        "From=%2B16175550100&To=1",
        "+1 (617) 555-0100",
        "6175550100",
        "1-617-555-0100",
        "617.555.0100",
        "(whatsapp:+442071838750)",
        "{'To': '+16175550100'}",
    ],
)
def test_a_number_in_any_writing_is_taken_out(text):
    scrubbed = logs.scrub(text)

    assert "[number]" in scrubbed
    assert not any(part in scrubbed for part in ("5550100", "555-0100", "555.0100", "71838750"))


@pytest.mark.parametrize(
    "text",
    [
        "SM0123456789abcdef0123456789abcdef",
        "2026-11-23T15:00:00.123456Z",
        "took 1500 ms, 12345 rows, id 7",
        "call or text 988",
        "code 21610 of 192.168.100.200:8080",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_what_is_no_number_stays(text):
    assert logs.scrub(text) == text


def test_the_query_of_an_address_is_taken_out():
    text = "GET /webhooks/twilio/status?o=1&k=abc HTTP/1.1 and https://x.net/y?To=%2B1617"

    assert logs.scrub(text) == "GET /webhooks/twilio/status HTTP/1.1 and https://x.net/y"


def test_our_loggers_and_the_libraries_are_scrubbed(written):
    structlog.get_logger("ours").info("sent", to="+16175550100", rows=[1, "+16175550100"])
    logging.getLogger("theirs").warning("POST to %s", "+16175550100")
    logging.getLogger("theirs").info("x", extra={"who": {"+16175550100": 6175550100}})

    lines = written()

    assert [line["event"] for line in lines] == ["sent", "POST to [number]", "x"]
    assert lines[0]["to"] == "[number]"
    assert lines[0]["rows"] == [1, "[number]"]
    assert "617" not in json.dumps([{**line, "timestamp": ""} for line in lines])
    assert {line["logger"] for line in lines} == {"ours", "theirs"}


def test_an_exception_is_written_and_scrubbed(written):
    try:
        raise ValueError("no route to +16175550100")  # noqa: TRY301
    except ValueError:
        logging.getLogger("theirs").exception("failed")
        structlog.get_logger("ours").exception("failed")

    for line in written():
        assert "ValueError: no route to [number]" in line["exception"]


def test_a_line_break_can_not_forge_a_second_line(monkeypatch):
    stream = io.StringIO()
    root = logging.getLogger()
    kept, level = list(root.handlers), root.level
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure()
    try:
        logging.getLogger("x").info("a\nlevel=error event=forged", extra={"odd key=": "b\nc"})
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
        structlog.reset_defaults()

    assert stream.getvalue().count("\n") == 1


def test_the_provider_client_may_not_log_its_requests(written):
    assert logging.getLogger("twilio.http_client").level == logging.WARNING
