"""A pump with a provider that answers as told, and a clock of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from smsbot.core.outbound.sending import Accepted, Outgoing, SendResult
from smsbot.db import clock
from smsbot.db.store import Store, Transaction
from smsbot.services.pumps import Plan, pump_all
from smsbot.services.send import Pumped
from tests.builders import NOW, a_sid

Answer = SendResult | Callable[[Outgoing], SendResult]


class Provider:
    """Answers as told, in order, then accepts; keeps what it was given and how many at once."""

    def __init__(self, *answers: SendResult, at: datetime | None = NOW) -> None:
        self.answers = list(answers)
        self.given: list[Outgoing] = []
        self.now = at
        self.seconds = 0.0
        self.before: Callable[[Outgoing], Awaitable[None] | None] | None = None
        self.at_once = self.most_at_once = 0

    async def send(self, outgoing: Outgoing) -> SendResult:
        self.given.append(outgoing)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            if self.before is not None:
                waiting = self.before(outgoing)
                if waiting is not None:
                    await waiting
            await asyncio.sleep(self.seconds)
        finally:
            self.at_once -= 1
        if self.answers:
            return self.answers.pop(0)
        return Accepted(sid=a_sid(10_000 * outgoing.attempt + outgoing.outbox_id), status="queued")

    def clock(self, tx: Transaction) -> datetime:
        """The test's time; the database's own when the test has none."""
        return clock.now(tx) if self.now is None else self.now


def pump(
    store: Store,
    provider: Provider,
    *,
    mps: float = 100_000,
    linger: float = 0.0,
    is_over: Callable[[], bool] = lambda: False,
) -> Pumped:
    """Send what is due until nothing is."""
    plan = Plan(mps=mps, clock=provider.clock, linger=linger)
    return asyncio.run(pump_all(store, provider.send, plan, is_over))
