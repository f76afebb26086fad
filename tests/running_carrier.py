"""A carrier behind real sockets, and patience for what happens beside the test."""

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from smsbot.providers.simulator.app import build_server
from smsbot.providers.simulator.carrier import Account, Carrier
from smsbot.providers.simulator.texts import Text
from smsbot.providers.simulator.trial import Trial
from tests.stub_bot import TOKEN

SID = "AC" + "1" * 32
SERVICE = "MG" + "2" * 32
NUMBER = "+18005550100"
T = TypeVar("T")


def an_account(bot_url: str, **changes: object) -> Account:
    known = {
        "sid": SID,
        "auth_tokens": (TOKEN,),
        "number": NUMBER,
        "webhook_url": f"{bot_url}/message",
        "api_key": "SK" + "3" * 32,
        "api_secret": "key-secret",
        "service_sid": SERVICE,
    }
    return Account(**{**known, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True)
class RunningCarrier:
    carrier: Carrier
    url: str

    @property
    def phone(self) -> str:
        return self.carrier.phones.all()[0].number

    def screen(self, number: str | None = None) -> list[Text]:
        return [text for _, text in self.carrier.ledger.of_phone(number or self.phone)]

    def settled(self, texts: int, number: str | None = None) -> list[Text]:
        """The phone's texts once there are that many and none is under way."""

        def ready() -> list[Text] | None:
            shown = self.screen(number)
            done = len(shown) >= texts and all(text.status.is_final for text in shown)
            return shown if done else None

        return until(ready)


def until(probe: Callable[[], T | None], seconds: float = 30.0) -> T:
    """What `probe` gives once it gives something; fails when it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


@contextlib.contextmanager
def run_carrier(
    account: Account,
    *,
    trial: Trial | None = None,
    tls: tuple[str, str] | None = None,
    **options: float,
) -> Iterator[RunningCarrier]:
    carrier = Carrier(
        account,
        clock=lambda: datetime.now(UTC),
        chance=random.Random(7),
        trial=trial,
        **{"pace_seconds": 0.01, "hang_seconds": 2.0, **options},
    )
    server = build_server(carrier, "127.0.0.1", 0, tls=tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield RunningCarrier(carrier, f"http{'s' if tls else ''}://127.0.0.1:{server.port}")
    finally:
        carrier.close()
        server.shutdown()
        thread.join()
        server.server_close()
