"""The pump that RQ starts, alone: rung for, it sends; told to end, it finishes what is out."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsbot.config.given import DEVELOPMENT
from smsbot.db.store import Store
from smsbot.queues.doorbell import Doorbell
from smsbot.sealing import Sealer
from tests.ledger import a_ledger
from tests.outbox_builders import queue, states
from tests.running_carrier import until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    keys = (DEVELOPMENT["SMSBOT_DATA_KEY"].encode(),), (DEVELOPMENT["SMSBOT_INDEX_KEY"].encode(),)
    store = Store(sqlite_url, Sealer(*keys))
    now = datetime.now(UTC)
    for number in range(150):
        queue(
            store, f"to:{number}", person=f"+1202556{number:04}",
            due_at=now - timedelta(seconds=1), expires_at=now + timedelta(hours=1),
        )  # fmt: skip
    yield store
    store.close()


def test_a_ring_starts_a_pump_and_sigterm_ends_it_in_time(store: Store, valkey_url: str) -> None:
    with a_ledger() as ledger:
        ledger.seconds = 0.4
        env = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DATABASE_URL": str(store.engine.url),
            "TWILIO_API_URL": ledger.url,
            "PYTHONPATH": str(ROOT),
        }
        script = f"from worker.process import _work; _work({valkey_url!r})"
        worker = subprocess.Popen([sys.executable, "-c", script], env=env, cwd=ROOT)
        try:
            bell = Doorbell(valkey_url)
            until(bell.ring, seconds=30)
            until(lambda: len(ledger.bodies) >= 5, seconds=60)
            started = time.monotonic()

            worker.terminate()
            worker.wait(timeout=40)
        finally:
            worker.kill()
            worker.wait()
        bell.close()

    assert time.monotonic() - started < 28
    left = Counter(states(store))
    assert set(left) <= {"accepted", "queued"}
    assert left["accepted"] == len(ledger.bodies) < 150
    assert set(Counter(ledger.bodies).values()) == {1}
