"""Sending through the official client against a real socket that answers, fails, hangs, breaks."""

import asyncio
import json
import logging
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from smsbot.core.outbound.sending import (
    Accepted,
    Failure,
    NotProcessed,
    Outgoing,
    Refused,
    SendResult,
    Unknown,
)
from smsbot.providers.twilio import http
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.send import Account, TwilioSender

ACCOUNT_SID = "AC" + "1a" * 16
SID = "SM" + "0f" * 16
MARK = CallbackMark("s" * 32)
TEXT = Outgoing(
    outbox_id=41,
    attempt=2,
    recipient="+16175550100",
    body="Señal: 988 & más",
    valid_for=timedelta(minutes=15),
)
RESET = b"RESET"
HANG = b"HANG"


class Provider:
    """Answers each connection with the bytes it is given; keeps the requests it got."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.requests: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.over = threading.Event()

    def serve(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.handle(connection)

    def handle(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        received = b""
        while b"\r\n\r\n" not in received:
            received += connection.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
        self.requests.append((head + b"\r\n\r\n" + body).decode())
        if self.answer == HANG:
            self.over.wait(5)
        elif self.answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.sendall(self.answer)


@contextmanager
def provider(answer: bytes) -> Iterator[Provider]:
    one = Provider(answer)
    thread = threading.Thread(target=one.serve, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        one.over.set()
        one.listener.shutdown(socket.SHUT_RDWR)
        one.listener.close()
        thread.join(timeout=5)


def answer(status: int, body: object, *, cut: int = 0) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close\r\n"
    whole = f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
    return whole[: len(whole) - cut]


CREATED = {"sid": SID, "status": "queued", "to": "+16175550100", "body": "x"}


def refused(code: int, status: int = 400) -> bytes:
    message = "The 'To' number +16175550100 is not welcome."
    return answer(status, {"code": code, "message": message, "status": status})


def an_account(url: str, **changes: object) -> Account:
    values = {
        "account_sid": ACCOUNT_SID,
        "user": "SK" + "2b" * 16,
        "password": "api-secret",
        "sender": "+15005550006",
        "messaging_service_sid": None,
        "api_url": url,
        "public_url": "https://bot.example.net",
    }
    return Account(**(values | changes))


def send(account: Account, *outgoing: Outgoing) -> list[SendResult]:
    """What one sender's tries end in, all of them at once."""

    async def run() -> list[SendResult]:
        sender = TwilioSender(account, MARK)
        try:
            return await asyncio.gather(*map(sender.send, outgoing))
        finally:
            await sender.close()

    return asyncio.run(run())


def try_once(reply: bytes, **changes: object):
    with provider(reply) as one:
        (result,) = send(an_account(one.url, **changes), TEXT)
    return result, one.requests


def test_a_text_is_accepted_with_its_sid():
    result, requests = try_once(answer(201, CREATED))

    assert result == Accepted(sid=SID, status="queued")
    head, _, body = requests[0].partition("\r\n\r\n")
    assert head.startswith(f"POST /2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json HTTP/1.1")
    form = {key: values[0] for key, values in parse_qs(body).items()}
    assert form.pop("StatusCallback").startswith("https://bot.example.net/webhooks/twilio/status?")
    assert form == {
        "To": "+16175550100",
        "From": "+15005550006",
        "Body": "Señal: 988 & más",
        "ValidityPeriod": "900",
    }


def test_the_status_callback_names_the_attempt():
    _, requests = try_once(answer(201, CREATED))

    address = parse_qs(requests[0].partition("\r\n\r\n")[2])["StatusCallback"][0]
    assert MARK.read(urlsplit(address).query) == (41, 2)


def test_a_messaging_service_sends_in_place_of_the_number():
    _, requests = try_once(answer(201, CREATED), messaging_service_sid="MG" + "3c" * 16)

    form = parse_qs(requests[0].partition("\r\n\r\n")[2])
    assert form["MessagingServiceSid"] == ["MG" + "3c" * 16]
    assert "From" not in form


@pytest.mark.parametrize(
    ("reply", "failure", "suppress"),
    [
        (refused(21610), Failure.RECIPIENT, True),
        (refused(21211), Failure.RECIPIENT, False),
        (refused(21617), Failure.CONTENT, False),
        (refused(20003, 401), Failure.ACCOUNT, False),
        (refused(0, 401), Failure.ACCOUNT, False),
        (refused(21606), Failure.ACCOUNT, False),
        (refused(21611), Failure.CAPACITY, False),
        (refused(29999), Failure.UNLISTED, False),
        (answer(400, b"<html>no</html>"), Failure.UNLISTED, False),
    ],
)
def test_a_refusal_says_what_to_do_about_it(reply, failure, suppress):
    result, requests = try_once(reply)

    assert isinstance(result, Refused)
    assert (result.failure, result.suppress) == (failure, suppress)
    assert result.reason
    assert "6175550100" not in repr(result)
    assert len(requests) == 1


def test_a_problem_in_the_newer_error_format_is_read_too():
    problem = {"type": "https://x", "title": "No", "status": 400, "code": 21614, "detail": "+1617"}

    result, _ = try_once(answer(400, problem))

    assert result == Refused(
        code=21614,
        failure=Failure.RECIPIENT,
        reason="The number can't receive texts; it may be a landline.",
    )


def test_too_many_requests_are_safe_to_repeat():
    result, requests = try_once(refused(20429, 429))

    assert result == NotProcessed(reason="Twilio asks us to slow down (429).", throttled=True)
    assert len(requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(refused(20500, 500), id="500"),
        pytest.param(answer(502, b"<html>Bad gateway</html>"), id="502 in HTML"),
        pytest.param(refused(20503, 503), id="503"),
        pytest.param(answer(408, {}), id="408"),
        pytest.param(answer(302, b""), id="redirect"),
        pytest.param(answer(201, CREATED, cut=10), id="cut off"),
        pytest.param(answer(201, b'{"sid": "SM'), id="bad JSON"),
        pytest.param(answer(201, b"[]"), id="other JSON"),
        pytest.param(answer(201, {"status": "queued"}), id="no SID"),
        pytest.param(b"", id="closed without a word"),
        pytest.param(b"HTTP/1.1 2", id="half a status line"),
        pytest.param(RESET, id="reset"),
    ],
)
def test_an_unclear_answer_is_unknown_and_nothing_is_sent_again(reply):
    result, requests = try_once(reply)

    assert isinstance(result, Unknown)
    assert len(requests) == 1
    assert "6175550100" not in repr(result)


def test_a_provider_that_hangs_is_given_up_on_and_unknown(monkeypatch):
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.3)
    started = time.monotonic()

    result, requests = try_once(HANG)

    assert isinstance(result, Unknown)
    assert time.monotonic() - started < 3
    assert len(requests) == 1


def test_a_refused_connection_is_safe_to_repeat():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    (result,) = send(an_account(f"http://127.0.0.1:{port}"), TEXT)

    assert isinstance(result, NotProcessed)
    assert not result.throttled


def test_a_name_that_does_not_resolve_is_safe_to_repeat():
    (result,) = send(an_account("https://api.invalid"), TEXT)

    assert isinstance(result, NotProcessed)


def test_a_handshake_that_breaks_is_safe_to_repeat():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak_plainly() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=speak_plainly)
        thread.start()
        (result,) = send(an_account(f"https://127.0.0.1:{listener.getsockname()[1]}"), TEXT)
        thread.join(timeout=5)

    assert isinstance(result, NotProcessed)


def test_a_handshake_that_never_ends_is_given_up_on_and_safe_to_repeat(monkeypatch):
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        (result,) = send(an_account(f"https://127.0.0.1:{silent.getsockname()[1]}"), TEXT)

    assert isinstance(result, NotProcessed)
    assert time.monotonic() - started < 3


def test_an_answer_that_takes_longer_than_connecting_may_is_waited_for(monkeypatch):
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.2)
    with provider(answer(201, CREATED)) as one:
        quick = one.handle

        def slow(connection: socket.socket) -> None:
            time.sleep(0.6)
            quick(connection)

        one.handle = slow
        (result,) = send(an_account(one.url), TEXT)

    assert isinstance(result, Accepted)


def test_what_twilio_says_of_its_load_comes_with_a_429():
    reply = refused(20429, 429).replace(b"\r\n", b"\r\nTwilio-Concurrent-Requests: 61\r\n", 1)

    result, _ = try_once(reply)

    assert isinstance(result, NotProcessed)
    assert (result.throttled, result.in_use) == (True, 61)


def test_many_texts_at_once_share_one_sender_and_none_is_mixed_up():
    texts = [
        Outgoing(outbox_id=number, attempt=1, recipient="+16175550100", body=f"body {number}")
        for number in range(30)
    ]
    with provider(answer(201, CREATED)) as one:
        results = send(an_account(one.url), *texts)

    assert results == [Accepted(sid=SID, status="queued")] * 30
    sent = {parse_qs(said.partition("\r\n\r\n")[2])["Body"][0] for said in one.requests}
    assert sent == {text.body for text in texts}


def test_edge_and_region_of_the_process_do_not_move_the_address(monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")

    result, _ = try_once(answer(201, CREATED))

    assert isinstance(result, Accepted)


def test_a_proxy_of_the_process_is_not_used_on_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    result, _ = try_once(answer(201, CREATED))

    assert isinstance(result, Accepted)


def test_a_proxy_of_the_process_is_asked_for_the_provider_and_what_it_refuses_never_left(
    monkeypatch,
):
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def refuse() -> None:
            connection, _ = proxy.accept()
            with connection:
                asked.append(connection.recv(65536).decode())
                connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")

        for name in ("NO_PROXY", "no_proxy", "HTTPS_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("https_proxy", f"http://me:mine@127.0.0.1:{proxy.getsockname()[1]}")
        thread = threading.Thread(target=refuse)
        thread.start()
        (result,) = send(an_account("https://api.invalid"), TEXT)
        thread.join(timeout=5)

    assert isinstance(result, NotProcessed)
    head, *fields = asked[0].split("\r\n")
    assert head == "CONNECT api.invalid:443 HTTP/1.1"
    assert "Proxy-Authorization: Basic bWU6bWluZQ==" in fields
    assert "6175550100" not in asked[0]
    assert "api-secret" not in asked[0]


@pytest.mark.parametrize("url", ["http://api.example.net", "http://10.0.0.1:80"])
def test_plain_http_beyond_this_machine_is_refused(url):
    with pytest.raises(ValueError, match="https"):
        TwilioSender(an_account(url), MARK)


@pytest.mark.parametrize(("valid_for", "sent"), [(timedelta(0), "1"), (timedelta(days=3), "36000")])
def test_the_validity_stays_in_twilios_range(valid_for, sent):
    with provider(answer(201, CREATED)) as one:
        outgoing = Outgoing(
            outbox_id=1, attempt=1, recipient="+16175550100", body="x", valid_for=valid_for
        )
        send(an_account(one.url), outgoing)

    assert parse_qs(one.requests[0].partition("\r\n\r\n")[2])["ValidityPeriod"] == [sent]


def test_neither_number_nor_text_reaches_the_log(caplog):
    with caplog.at_level(logging.INFO):
        try_once(answer(201, CREATED))
        try_once(refused(21211))

    assert "6175550100" not in caplog.text
    assert "988" not in caplog.text
    assert "api-secret" not in repr(an_account("http://127.0.0.1:9"))
