import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from structlog.testing import capture_logs

from smsbot.providers import alert_webhook
from smsbot.providers.alert_webhook import AlertWebhook

ALERT = {"tier": "active", "count_today": 3, "at": "2026-11-23T15:00:00+00:00"}


class Receiver(BaseHTTPRequestHandler):
    """Answers with the status in its path; /slow begins to answer after five seconds."""

    got: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((str(self.headers["Content-Type"]), body))
        if self.path == "/slow":
            time.sleep(5)
        status = int(self.path[1:]) if self.path[1:].isdecimal() else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Receiver.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_it_posts_json_and_a_2xx_means_taken(site: str) -> None:
    assert AlertWebhook(f"{site}/204").post(ALERT)

    ((kind, body),) = Receiver.got
    assert kind == "application/json"
    assert body == (b'{"tier": "active", "count_today": 3, "at": "2026-11-23T15:00:00+00:00"}')


@pytest.mark.parametrize("status", [302, 400, 404, 500, 503])
def test_any_other_answer_means_not_taken_and_a_redirect_is_not_followed(
    site: str, status: int
) -> None:
    assert not AlertWebhook(f"{site}/{status}").post(ALERT)
    assert len(Receiver.got) == 1


def test_one_that_hangs_is_left_after_its_time(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_webhook, "TIMEOUT", 0.3)
    started = time.monotonic()

    assert not AlertWebhook(f"{site}/slow").post(ALERT)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/s3cret", "http://127.0.0.1:99999/s3cret", "http://[s3cret"]
)
def test_one_that_is_not_there_raises_nothing_and_logs_no_address(address: str) -> None:
    with capture_logs() as logs:
        assert not AlertWebhook(address).post(ALERT)

    assert [one["event"] for one in logs] == ["alert_not_taken"]
    assert "s3cret" not in repr(logs)
