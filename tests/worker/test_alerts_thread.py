"""The worker tells staff by itself: a text arrives in one part, the alert leaves from another."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from smsbot.config import load_settings
from smsbot.providers.twilio.twiml import render
from smsbot.services.receive import Inbox
from smsbot.wiring import clock, open_store
from tests.builders import an_inbound, the_catalogue
from worker import alerts


class Receiver(BaseHTTPRequestHandler):
    """Refuses the first post, takes the others."""

    got: list[dict[str, object]]

    def do_POST(self) -> None:
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(503 if len(self.got) == 1 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Receiver.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _settings(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("SMSBOT_VAR", str(tmp_path))
    monkeypatch.delenv("SMSBOT_ALERT_WEBHOOK", raising=False)


def test_staff_are_told_and_a_refusal_is_tried_again(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSBOT_ALERT_WEBHOOK", site)
    monkeypatch.setattr(alerts, "EVERY", 0.05)
    settings, ended = load_settings(), threading.Event()
    store = open_store(settings)
    inbox = Inbox(store, the_catalogue, render)
    thread = alerts.start(ended, settings)
    assert thread is not None

    inbox.receive(an_inbound("i want to kill myself", received_at=clock()))
    until = time.monotonic() + 10
    while len(Receiver.got) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    ended.set()
    thread.join(timeout=5)
    inbox.close()
    store.close()

    assert [set(one) for one in Receiver.got] == [{"tier", "count_today", "at"}] * 2
    assert Receiver.got[0] == Receiver.got[1]
    assert not thread.is_alive()


def test_without_a_webhook_nothing_runs() -> None:
    assert alerts.start(threading.Event(), load_settings()) is None
