"""A pump that is killed anywhere loses no text and sends none twice, over a real socket."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from smsbot.config.given import DEVELOPMENT
from smsbot.db import clock
from smsbot.db.store import Store, Transaction
from smsbot.db.tables_outbox import outbox
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.send import Account, TwilioSender
from smsbot.sealing import Sealer
from smsbot.services.pumps import Plan, pump_all
from smsbot.services.send import sweep
from tests.ledger import a_ledger
from tests.outbox_builders import queue, states

ROOT = Path(__file__).resolve().parents[2]
TEXTS = 12
LATER = timedelta(seconds=70)
"""Longer than any lease."""


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    keys = (DEVELOPMENT["SMSBOT_DATA_KEY"].encode(),), (DEVELOPMENT["SMSBOT_INDEX_KEY"].encode(),)
    store = Store(sqlite_url, Sealer(*keys))
    now = datetime.now(UTC)
    for number in range(TEXTS):
        queue(
            store, f"to:{number}", person=f"+1202556{number:04}",
            due_at=now - timedelta(seconds=5), expires_at=now + timedelta(hours=1),
        )  # fmt: skip
    yield store
    store.close()


def pump_in_a_process(store: Store, url: str, **more: str) -> int:
    """Its exit status."""
    given = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {
        "DATABASE_URL": str(store.engine.url),
        "TWILIO_API_URL": url,
        "PYTHONPATH": str(ROOT),
        **more,
    }
    command = [sys.executable, "-m", "tests.pump_process"]
    return subprocess.run(
        command, env=given | own, cwd=ROOT, check=False, timeout=60, capture_output=True
    ).returncode


def pump_on(store: Store, url: str) -> None:
    """What another worker does once all leases are over."""

    def later(tx: Transaction) -> datetime:
        return clock.now(tx) + LATER

    async def run() -> None:
        account = Account(
            account_sid="AC" + "0" * 32, user="AC" + "0" * 32, password="x",
            sender="+15005550006", messaging_service_sid=None, api_url=url,
            public_url="https://bot.example.net",
        )  # fmt: skip
        sender = TwilioSender(account, CallbackMark("s" * 32))
        try:
            plan = Plan(mps=1000, clock=later, linger=0.0)
            await pump_all(store, sender.send, plan, lambda: False)
        finally:
            await sender.close()

    sweep(store, later)
    asyncio.run(run())


POINTS = {
    "claim.before_commit": 0,
    "claim.after_commit": 0,
    "begin.before_commit": 0,
    "begin.after_commit": 0,
    "send.before_socket:5": None,
    "send.after_answer": 1,
    "finish.before_commit": 1,
    "finish.mid_batch": 1,
    "finish.after_commit": 1,
}
"""Where it is killed, and how many texts have left by then: none, at least one, nobody knows."""


@pytest.mark.parametrize("point", POINTS)
def test_a_pump_killed_there_loses_no_text_and_sends_none_twice(store: Store, point: str) -> None:
    with a_ledger() as ledger:
        assert pump_in_a_process(store, ledger.url, SMSBOT_FAILPOINT=point) == -9
        left_by_then = len(ledger.bodies)
        pump_on(store, ledger.url)

    assert set(Counter(ledger.bodies).values()) <= {1}
    with store.read() as tx:
        found = tx.execute(select(outbox.c.sequence_key, outbox.c.state))
        by_state = {f"{row[0]} 1": row[1] for row in found}
    assert set(by_state.values()) <= {"accepted", "unknown"}
    never_sent = set(by_state) - set(ledger.bodies)
    assert {by_state[body] for body in never_sent} <= {"unknown"}
    if POINTS[point] == 0:
        assert left_by_then == 0
    if point.startswith("claim") or point == "begin.before_commit":
        # No intent was on record, so nothing is a riddle and everything has left.
        assert set(by_state.values()) == {"accepted"}
        assert len(ledger.bodies) == TEXTS
    if point == "begin.after_commit":
        assert set(by_state.values()) == {"unknown"}
    if POINTS[point] == 1:
        assert left_by_then >= 1


def test_a_sweep_that_is_killed_before_it_commits_has_done_nothing(store: Store) -> None:
    with a_ledger() as ledger:
        pump_in_a_process(store, ledger.url, SMSBOT_FAILPOINT="begin.after_commit")

    assert set(states(store)) == {"sending"}
    script = (
        "from datetime import timedelta; from smsbot.config import load_settings;"
        "from smsbot.db import clock; from smsbot.wiring import open_store;"
        "from smsbot.services.send import sweep;"
        "sweep(open_store(load_settings()), lambda tx: clock.now(tx) + timedelta(seconds=70))"
    )
    given = {"PATH": os.environ["PATH"], "DATABASE_URL": str(store.engine.url),
             "PYTHONPATH": str(ROOT)}  # fmt: skip
    for point, state in (("sweep.before_commit", "sending"), ("sweep.after_commit", "unknown")):
        done = subprocess.run(
            [sys.executable, "-c", script], env=given | {"SMSBOT_FAILPOINT": point}, cwd=ROOT,
            check=False, capture_output=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == -9
        assert set(states(store)) == {state}


def test_only_the_first_process_of_all_dies_when_told_to_die_once(
    store: Store, tmp_path: Path
) -> None:
    own = {"SMSBOT_FAILPOINT": "claim.after_commit", "SMSBOT_FAILPOINT_ONCE": str(tmp_path / "x")}
    with a_ledger() as ledger:
        assert pump_in_a_process(store, ledger.url, **own) == -9
        assert pump_in_a_process(store, ledger.url, **own) == 0


def test_production_does_not_start_with_a_failpoint_and_a_wrong_name_is_refused(
    store: Store,
) -> None:
    assert pump_in_a_process(store, "http://127.0.0.1:9", SMSBOT_FAILPOINT="no.such") == 1
    own = {"SMSBOT_FAILPOINT": "claim.after_commit", "SMSBOT_ENV": "production"}
    assert pump_in_a_process(store, "http://127.0.0.1:9", **own) == 1
