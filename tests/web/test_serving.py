"""The real server in a real process: bodies in chunks and too large, faults, stopping."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from smsbot.core.inbound.crisis_replies import LAST_RESORT
from tests.web.fake_system import ACCOUNT, PUBLIC, TOKEN

ROOT = Path(__file__).resolve().parents[2]
PATH = "/webhooks/twilio/message"
FORM = {
    "AccountSid": ACCOUNT,
    "MessageSid": "SM" + "0f" * 16,
    "From": "+16175550100",
    "To": "+15005550006",
    "NumMedia": "0",
}


@dataclass
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


@dataclass
class Served:
    port: int
    process: "subprocess.Popen[bytes]"
    folder: Path

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextmanager
def serving(folder: Path, workers: int = 1) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.web.serve_fake", str(port), str(folder), str(workers)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
            stdout=log,
            stderr=log,
        )
    one = Served(port, process, folder)
    try:
        wait_until_it_serves(one)
        yield one
    finally:
        process.terminate()
        process.wait(timeout=15)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as one:
        yield one


def wait_until_it_serves(one: Served) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert one.process.poll() is None, one.log()
        try:
            if ask(one, "GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(one.log())


def sign(form: dict[str, str], path: str = PATH) -> dict[str, str]:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature,
        "Host": "evil.example.net",
    }


def ask(one: Served, method: str, path: str, *arguments, **more) -> Answer:
    with closing(HTTPConnection("127.0.0.1", one.port, timeout=10)) as connection:
        connection.request(method, path, *arguments, **more)
        with connection.getresponse() as response:
            return Answer(response.status, response.headers, response.read())


def post(one: Served, body: str, path: str = PATH, *, chunked: bool = False) -> Answer:
    form = FORM | {"Body": body}
    data = urlencode(form).encode()
    pieces = [data[at : at + 7000] for at in range(0, len(data), 7000)]
    return ask(
        one, "POST", path, pieces if chunked else data, sign(form, path), encode_chunked=chunked
    )


def test_a_signed_text_is_answered_and_no_cookie_is_set(served):
    response = post(served, "señal 🙂 & <b>")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert "Set-Cookie" not in response.headers
    assert "You said: señal 🙂 &amp; &lt;b&gt;" in response.body.decode()


def test_the_raw_query_is_what_is_signed(served):
    assert post(served, "fda", PATH + "?a=%2b&b=%C3%A9+").status == 200


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_body_in_one_piece_or_in_chunks_is_read(served, chunked):
    assert b"You said: fda" in post(served, "fda", chunked=chunked).body


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_a_body_too_large_is_refused_quickly(served, size, chunked):
    started = time.monotonic()
    try:
        status = post(served, "x" * size, chunked=chunked).status
    except (BrokenPipeError, ConnectionResetError):
        # Allowed for a caller that goes on writing megabytes after the answer.
        status = 413 if size > 1_000_000 else 0

    assert status == 413
    assert time.monotonic() - started < 2
    assert post(served, "fda").status == 200


def test_a_length_that_is_a_lie_is_refused_without_waiting_for_the_rest(served):
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as line:
        line.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nBody=".encode()
        )
        assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", [PATH, "http://evil.example.net" + PATH], ids=["path", "whole"])
def test_a_request_line_may_hold_a_whole_address(served, path):
    form = FORM | {"Body": "fda"}

    assert ask(served, "POST", path, urlencode(form), sign(form)).status == 200


def test_get_and_unknown_addresses_are_bare(served):
    for method, path, status in [("GET", PATH, 405), ("POST", "/webhooks/x", 404)]:
        answer = ask(served, method, path)
        assert (answer.status, answer.body) == (status, b"")


def test_a_fault_gives_988_and_the_log_has_neither_number_nor_query(served):
    response = post(served, "boom", PATH + "?secret=42")

    assert response.status == 200
    assert LAST_RESORT.encode() in response.body
    assert "webhook_failed" in served.log()
    assert "boom for [number]" in served.log()
    assert "6175550100" not in served.log()
    assert "secret=42" not in served.log()


def test_forty_texts_at_once_are_all_answered(served):
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(post(served, "fda").status))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert statuses == [200] * 40


def test_several_processes_add_their_figures_up(tmp_path):
    with serving(tmp_path, workers=2) as served:
        sent = 0
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and (sent < 10 or processes_in(tmp_path) < 2):
            assert post(served, "fda").status == 200
            sent += 1
        text = ask(served, "GET", "/metrics").body.decode()

    assert processes_in(tmp_path) == 2
    count = f'smsbot_requests_total{{route="{PATH}",status="200"}} {sent:.1f}'
    assert count in text


def processes_in(folder: Path) -> int:
    return len({path.stem.rpartition("_")[2] for path in (folder / "metrics").glob("*.db")})


def test_stopping_finishes_what_has_begun_and_closes_the_system(tmp_path):
    with serving(tmp_path) as served:
        answers: list[Answer] = []
        thread = threading.Thread(target=lambda: answers.append(post(served, "slow")))
        thread.start()
        time.sleep(0.4)

        served.process.send_signal(signal.SIGTERM)
        thread.join(timeout=30)

        assert answers[0].status == 200
        assert served.process.wait(timeout=30) == 0
        assert (served.folder / "closed").exists()
        assert not (served.folder / ".gunicorn").exists()


def test_sqlite_with_several_processes_is_refused_in_one_line(tmp_path):
    result = run_web(tmp_path, "--workers", "2", DATABASE_URL="sqlite:///x.sqlite3")

    assert result.returncode == 2
    assert "SQLite takes one process" in result.stderr


def test_wrong_settings_are_named_and_nothing_starts(tmp_path):
    result = run_web(tmp_path, SMSBOT_ENV="production")

    assert result.returncode == 1
    assert "SECRET_KEY is not set" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_answers_nothing_starts(tmp_path):
    result = run_web(tmp_path, "--bind", "127.0.0.1:0", SMSBOT_CONTENT=str(tmp_path / "none"))

    assert result.returncode == 1
    assert result.stderr.count("Can't start: There is no folder") == 1
    assert "Traceback" not in result.stderr


def run_web(folder: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from smsbot.cli.web import web; web()", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
