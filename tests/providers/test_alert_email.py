"""A crisis alert by mail: taken by a real server on this machine, without a word of the text."""

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_string
from email.policy import default

import pytest
from structlog.testing import capture_logs

from smsbot.providers import alert_email
from smsbot.providers.alert_email import AlertEmail

ALERT = {"tier": "active", "count_today": 3, "at": "2026-11-23T15:00:00+00:00"}
TO = ("oncall@clinic.example", "lead@clinic.example")
PAGE = "https://bot.example.net/admin/alerts"


class Talk(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as one mail needs. `refuse` names a command that is refused."""

    refuse = ""
    mails: list[str]
    senders: list[str]
    people: list[str]

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split(" ")[0].upper()
            if self.refuse and line.upper().startswith(self.refuse):
                self.say("550 no")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.answer(word, line.partition("<")[2].partition(">")[0])

    def answer(self, word: str, address: str) -> None:
        if word == "DATA":
            self.say("354 go on")
            self.mails.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
        elif word == "MAIL":
            self.senders.append(address)
        elif word == "RCPT":
            self.people.append(address)
        known = {"EHLO", "HELO", "RSET", "NOOP", "DATA", "MAIL", "RCPT"}
        self.say("250 ok" if word in known else "502 what")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("mails", "senders", "people"):
        monkeypatch.setattr(Talk, name, [], raising=False)
    running = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"smtp://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    thread.join()
    running.server_close()


def test_it_is_mailed_to_everybody_and_says_where_to_look(server: str) -> None:
    assert AlertEmail(server, "bot@clinic.example", TO, PAGE).post(ALERT)

    (raw,) = Talk.mails
    mail = message_from_string(raw, policy=default)
    assert (Talk.senders, Talk.people) == (["bot@clinic.example"], list(TO))
    assert mail["Subject"] == "Crisis alert (active), 3 today"
    assert mail["To"] == ", ".join(TO)
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert PAGE in body
    assert "2026-11-23T15:00:00+00:00" in body


@pytest.mark.parametrize("command", ["MAIL", "DATA", "EHLO", "RCPT"])
def test_what_the_server_refuses_is_not_taken_and_no_address_is_logged(
    server: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(Talk, "refuse", command)
    if command == "EHLO":
        monkeypatch.setattr(Talk, "refuse", "E")
        monkeypatch.setattr(Talk, "say", lambda self, _: self.wfile.write(b"421 go away\r\n"))
    with capture_logs() as lines:
        assert not AlertEmail(server, "bot@clinic.example", TO, PAGE).post(ALERT)

    assert [line["event"] for line in lines] == ["alert_not_mailed"]
    assert "clinic.example" not in repr(lines)


def test_one_refused_address_does_not_keep_it_from_the_other(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Talk, "refuse", "RCPT TO:<ONCALL")
    with capture_logs() as lines:
        assert AlertEmail(server, "bot@clinic.example", TO, PAGE).post(ALERT)

    assert Talk.people == ["lead@clinic.example"]
    assert [line["refused"] for line in lines] == [1]


def test_a_server_that_hangs_or_is_not_there_ends_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alert_email, "TIMEOUT", 0.2)
    silent = socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler)
    address = f"smtp://127.0.0.1:{silent.server_address[1]}"
    with capture_logs():
        assert not AlertEmail(address, "bot@clinic.example", TO, PAGE).post(ALERT)
        silent.server_close()
        assert not AlertEmail(address, "bot@clinic.example", TO, PAGE).post(ALERT)


def test_a_password_never_crosses_a_line_without_tls(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Elsewhere than on this machine STARTTLS comes first; a server without it gets nothing.
    monkeypatch.setattr(alert_email, "_LOOPBACK", frozenset())
    secret = server.replace("smtp://", "smtp://bot:hunter2@")
    with capture_logs() as lines:
        assert not AlertEmail(secret, "bot@clinic.example", TO, PAGE).post(ALERT)

    assert Talk.mails == []
    assert "hunter2" not in repr(lines)
