"""Texts through the whole house: real processes, real signatures, SQLite and PostgreSQL."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest
import requests

from smsbot.providers.twilio.callback import CallbackMark
from tests import running_bot
from tests.builders import bodies
from tests.running_bot import SECRET, Bot, a_person, a_sid
from tests.running_carrier import until


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("bot")
    url = f"sqlite:///{folder}/smsbot.sqlite3"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.create())
    house = running_bot.prepare(Bot(folder=folder, database_url=url))
    with running_bot.running(house):
        yield house


def read_on(bot: Bot, keyword: str, person: str) -> tuple[list[str], bytes]:
    """Ask, ask for more: what the outbox must bring, and the first part as it was answered."""
    bot.twiml(keyword, person)
    first = bot.twiml("MORE", person)
    shown = bodies(first)[0]
    assert shown.startswith("1/"), shown
    count = int(shown[2])
    return [f"{part}/{count} " for part in range(2, count + 1)], first


def test_a_keyword_is_answered_with_its_vetted_text(bot: Bot) -> None:
    reply = bot.says("FDA")

    assert "FDA" in reply
    assert "STOP to end" in reply, "who we are comes with the first text"


@pytest.mark.parametrize(
    ("body", "spanish"),
    [("i want to kill myself", False), ("ya no quiero vivir, me voy a matar", True)],
    ids=["english", "spanish"],
)
def test_a_crisis_text_gets_988_in_the_first_words(bot: Bot, body: str, spanish: bool) -> None:
    reply = bot.says(body)

    assert "988" in reply[:40]
    assert "911" in reply
    assert ("oprime 2" in reply) is spanish


def test_the_rest_of_a_long_answer_arrives_in_order_and_once(bot: Bot) -> None:
    person = a_person()

    rest, _ = read_on(bot, "RISKS", person)

    arrived = until(lambda: len(got := bot.arrived(person)) >= len(rest) and got, seconds=30)
    time.sleep(2.5)  # longer than the sweeper's round: a second copy would be here
    assert [text[:4] for text in arrived] == rest
    assert bot.arrived(person) == arrived


def test_fifty_at_once_with_one_sid_are_one_text(bot: Bot) -> None:
    person, sid = a_person(), a_sid()
    bot.twiml("RISKS", person)

    with ThreadPoolExecutor(50) as pool:
        replies = list(pool.map(lambda _: bot.twiml("MORE", person, sid), range(50)))

    assert len(set(replies)) == 1
    assert bot.ask("SELECT count(*) FROM inbound WHERE sid = :sid", sid=sid) == [(1,)]
    parts = bot.ask(
        "SELECT part FROM outbox WHERE sequence_key = :key ORDER BY part", key=f"reply:{sid}"
    )
    shown = bodies(replies[0])[0]
    assert [part for (part,) in parts] == list(range(1, int(shown[2])))


def test_after_stop_the_later_parts_never_leave(bot: Bot) -> None:
    person = a_person()
    bot.kill("worker", signal.SIGSTOP)
    try:
        rest, _ = read_on(bot, "RISKS", person)
        confirmation = bot.says("please stop texting me", person)
    finally:
        bot.kill("worker", signal.SIGCONT)

    def settled() -> bool:
        states = bot.ask(
            "SELECT o.state FROM outbox o JOIN inbound i ON o.sequence_key = 'reply:' || i.sid"
            " WHERE o.contact_id = (SELECT max(id) FROM contact)"
        )
        return len(states) == len(rest) and {s for (s,) in states} == {"suppressed"}

    until(settled, seconds=30)
    assert "988" in confirmation
    assert bot.arrived(person) == []


def test_an_answer_published_by_plain_sql_is_given_within_two_seconds(bot: Bot) -> None:
    person = a_person()
    bot.twiml("KAP", person)
    vetted = bot.twiml("KAP", person)
    for name, role in (("Kim", "author"), ("Lee", "reviewer")):
        bot.once("staff", "add", name, "--role", role)

    def run(statement: str) -> None:
        with bot.sql() as connection:
            connection.exec_driver_sql(statement)

    columns = "category, aliases, loose, questions, cues, hints, claims, seed, sources, review_by"
    run(
        f"INSERT INTO revision (keyword, lang, n, short, author, {columns})"
        f" SELECT keyword, lang, 2, 'Changed by hand.', 'Kim', {columns} FROM answer"
        " WHERE keyword = 'KAP' AND lang = 'en'"
    )
    of_it = "WHERE keyword = 'KAP' AND lang = 'en' AND n = 2"
    run(f"UPDATE revision SET state = 'in_review' {of_it}")
    run(f"UPDATE revision SET state = 'approved', approved_by = 'Lee' {of_it}")
    assert bot.twiml("KAP", person) == vetted
    run(f"UPDATE revision SET state = 'published' {of_it}")

    time.sleep(2)

    assert bot.says("KAP", person).startswith("Changed by hand.")


def test_a_text_whose_web_process_died_gets_the_bytes_that_were_stored(bot: Bot) -> None:
    person, sid = a_person(), a_sid()
    bot.twiml("RISKS", person)

    def send() -> None:
        with contextlib.suppress(requests.RequestException):
            bot.post("message", bot.form("MORE", person, sid))

    sender = threading.Thread(target=send)
    sender.start()
    until(lambda: bot.ask("SELECT 1 FROM inbound WHERE sid = :sid", sid=sid), seconds=20)
    bot.kill("web")
    sender.join()
    stored = bot.ask("SELECT reply FROM inbound WHERE sid = :sid", sid=sid)[0][0]
    rows = bot.ask("SELECT count(*) FROM outbox")
    bot.start("web")
    bot.wait_for_web()

    again = bot.twiml("MORE", person, sid)

    assert again == bytes(stored)  # type: ignore[call-overload]
    assert bodies(again)[0].startswith("1/")
    assert bot.ask("SELECT count(*) FROM outbox") == rows
    assert bot.ask("SELECT count(*) FROM inbound WHERE sid = :sid", sid=sid) == [(1,)]


def test_receipts_only_lead_upward(bot: Bot) -> None:
    person = a_person()
    read_on(bot, "HEART", person)

    def delivered() -> tuple[object, ...] | None:
        rows = bot.ask(
            "SELECT id, sid, state FROM outbox WHERE contact_id = (SELECT max(id) FROM contact)"
            " ORDER BY part"
        )
        return rows[0] if rows and rows[0][2] == "delivered" else None

    row, sid, _ = until(delivered, seconds=30)

    assert receipt(bot, sid, "sent", row=row) == 204
    assert receipt(bot, sid, "sent", row=row) == 204
    assert receipt(bot, sid, "undelivered", row=row, ErrorCode="30003") == 204
    assert receipt(bot, a_sid(), "delivered") == 204
    assert receipt(bot, sid, "teleported", row=row) == 204
    assert receipt(bot, sid, "failed", row=row, mark="0" * 32) == 403
    state = bot.ask("SELECT state FROM outbox WHERE id = :id", id=row)
    kept = bot.ask("SELECT count(*) FROM receipt WHERE sid = :sid AND status = 'sent'", sid=sid)
    assert (state, kept[0][0]) == ([("delivered",)], 1)


def receipt(bot: Bot, sid: object, status: str, *, row: object = None, **more: str) -> int:
    mark = more.pop("mark", None)
    path = "status"
    if row is not None:
        address = CallbackMark(SECRET).address("", int(str(row)), 1)
        path += "?" + address.partition("?")[2]
    if mark:
        path = f"{path[: path.index('&k=')]}&k={mark}"
    form = {"MessageSid": str(sid), "AccountSid": running_bot.ACCOUNT, "MessageStatus": status}
    answer = bot.post(path, form | more)
    assert answer.content == b""
    return answer.status_code


STRANGE = {
    "nul": "\0\0FDA\0",
    "right to left": "\u200fFDA",
    "zero width": "F\u200bD\u200bA",
    "markup": "\x07<b>&]]>",
    "json": '{"$ne": 1}',
    "sql": "'; DROP TABLE answer;--",
    "long": "ß" * 1600,
    "emoji": "😀" * 800,
    "arabic": "مرحبا كيف الحال",
    "empty": "",
}


def test_whatever_is_texted_is_answered_in_well_formed_twiml(bot: Bot) -> None:
    for name, body in STRANGE.items():
        messages = [one.findtext("Body") or "" for one in ET.fromstring(bot.twiml(body))]
        assert messages, name
        assert all(0 < len(message) <= 1600 for message in messages), name
