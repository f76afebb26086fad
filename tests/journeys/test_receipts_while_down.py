"""The whole bot: chores are done and shown, and a receipt is kept while the database is locked."""

import sqlite3
from contextlib import closing
from pathlib import Path

import requests

from smsbot.providers.twilio.callback import CallbackMark
from tests import running_bot
from tests.running_bot import ACCOUNT, NO_REDIS, OUR_NUMBER, SECRET, Bot, a_person, a_sid
from tests.running_carrier import until

CHORES = {"find_missed", "invariants", "orphans", "poll", "publish", "reconcile", "retention"}


def chores(bot: Bot) -> dict[str, object]:
    part: dict[str, object] = requests.get(f"{bot.site}/readyz", timeout=10).json()["chores"]
    return part


def tell(bot: Bot, row: int, sid: str, status: str) -> requests.Response:
    query = CallbackMark(SECRET).address("", row, 1).partition("?")[2]
    form = {
        "AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": status,
        "From": OUR_NUMBER, "To": "+12025550199",
    }  # fmt: skip
    return bot.post(f"status?{query}", form)


def test_chores_are_done_and_a_receipt_outlives_a_locked_database(tmp_path: Path) -> None:
    file = tmp_path / "smsbot.sqlite3"
    bot = Bot(folder=tmp_path, database_url=f"sqlite:///{file}", redis_url=NO_REDIS)
    with running_bot.running(running_bot.prepare(bot)):
        bot.twiml("RISKS", person := a_person())
        bot.twiml("MORE", person)
        # Only after the carrier's own last word may the row be put back: that word would come
        # between otherwise, on a slow machine.
        until(lambda: bot.ask("SELECT id FROM outbox WHERE id = 1 AND state = 'delivered'"))
        with bot.sql() as connection:
            # With the look at it that an accepted row waits for: the worker may be so late that it
            # looks for rows nobody asks about just now.
            connection.exec_driver_sql(
                "UPDATE outbox SET state = 'accepted', next_look_at = '2099-01-01 00:00:00'"
                " WHERE id = 1"
            )
        ((sid,),) = bot.ask("SELECT sid FROM outbox WHERE id = 1")

        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN EXCLUSIVE")
            answer = tell(bot, 1, str(sid), "undelivered")
            assert (answer.status_code, answer.content) == (204, b"")
            spooled = list((tmp_path / "spool" / "receipts").glob("*.receipt"))
            assert len(spooled) == 1
            assert str(sid).encode() not in spooled[0].read_bytes()

        until(lambda: bot.ask("SELECT id FROM receipt WHERE status = 'undelivered'"), seconds=30)
        until(lambda: not list((tmp_path / "spool" / "receipts").glob("*.receipt")))
        assert bot.ask("SELECT state FROM outbox WHERE id = 1") == [("undelivered",)]

        def all_done() -> bool:
            part = chores(bot)
            return {f"{name}_age_seconds" for name in CHORES} <= part.keys()

        until(all_done, seconds=40)
        assert {key for key in chores(bot) if key.endswith("_fault")} == set()
        metrics = requests.get(f"{bot.site}/metrics", timeout=10).text
        assert 'figure="reconcile_age_seconds"' in metrics
        assert 'figure="inbound_found_late"' in metrics
        assert tell(bot, 1, a_sid(), "sent").status_code == 204
