"""All pumps of one process: one for each number of ours that has something to send."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smsbot.db.store import Store
from smsbot.services.hold import Clock, Hold, addresses
from smsbot.services.pump import LINGER, Pump
from smsbot.services.send import Pumped, Send

_LOOK = 0.2
"""Seconds between two looks whether it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to pump: segments a second for each number, seconds to linger, the database's clock."""

    mps: float
    clock: Clock
    linger: float = LINGER


async def pump_all(store: Store, send: Send, plan: Plan, is_over: Callable[[], bool]) -> Pumped:
    """Pump every number of ours that has something queued, beside each other, until `is_over`.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    pumps = [
        Pump(Hold(store, address, plan.mps, plan.clock), send, linger=plan.linger)
        for address in await asyncio.to_thread(addresses, store)
    ]
    watch = asyncio.create_task(_stop_when(is_over, pumps))
    try:
        done = await asyncio.gather(*(one.run() for one in pumps), return_exceptions=True)
    finally:
        watch.cancel()
    for one in done:
        if isinstance(one, BaseException):
            raise one
    return Pumped.total(one for one in done if isinstance(one, Pumped))


async def _stop_when(is_over: Callable[[], bool], pumps: Sequence[Pump]) -> None:
    while not is_over():  # noqa: ASYNC110 - it is another thread, or a signal, that ends it
        await asyncio.sleep(_LOOK)
    for pump in pumps:
        pump.stop()
