import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from bench.forms import AUTH_TOKEN, PATH, Forms, Post
from bench.load import BadAnswer, send

TWIML = b"<Response><Message><Body>988</Body></Message></Response>"


@contextmanager
def a_server(
    body: bytes = TWIML, status: int = 200, kind: str = "text/xml", *, closes: bool = False
) -> Iterator[tuple[int, list[bytes]]]:
    seen: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_POST(self) -> None:
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if closes:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            # Once a run is void, its other connections hang up in the middle of an answer.
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1], seen
        finally:
            server.shutdown()
            thread.join()


def posts(port: int, count: int) -> list[Post]:
    return Forms(port, screens=True).make(count)


@pytest.mark.parametrize("closes", [False, True], ids=["keep-alive", "the server closes"])
def test_every_post_arrives_once_and_every_answer_is_timed(closes: bool) -> None:
    with a_server(closes=closes) as (port, seen):
        load = send(port, posts(port, 60), 8)

    sids = [dict(parse_qsl(body.decode()))["MessageSid"] for body in seen]
    assert len(load.waits) == len(set(sids)) == len(sids) == 60
    assert load.waits == tuple(sorted(load.waits))
    assert (load.reconnects > 0) is closes


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 400},
        {"status": 503},
        {"body": b"<h1>Error</h1>", "kind": "text/html"},
        {"body": b"<Response><Message>988"},
        {"body": b"<Response/>"},
        {"body": b"<Response><Message>no number</Message></Response>"},
    ],
    ids=["refused", "down", "a page", "cut off", "empty", "a crisis without 988"],
)
def test_an_answer_that_is_none_voids_the_run(answer: dict[str, object]) -> None:
    with a_server(**answer) as (port, _), pytest.raises(BadAnswer):  # type: ignore[arg-type]
        send(port, posts(port, 30), 4)


def test_a_server_that_is_not_there_voids_the_run() -> None:
    with a_server() as (port, _):
        pass

    with pytest.raises(BadAnswer, match="no connection"):
        send(port, posts(port, 4), 2)


def test_a_post_is_signed_as_the_official_validator_wants_it() -> None:
    (post,) = posts(8000, 1)

    head, _, body = post.request.partition(b"\r\n\r\n")
    found = re.search(r"^X-Twilio-Signature: (.+)$", head.decode(), re.MULTILINE)
    assert found is not None
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    validator = RequestValidator(AUTH_TOKEN)  # type: ignore[no-untyped-call]
    url = f"http://127.0.0.1:8000{PATH}"
    assert validator.validate(url, fields, found[1].strip())  # type: ignore[no-untyped-call]
    assert b"\n" not in head.replace(b"\r\n", b"")
