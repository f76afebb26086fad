"""All pumps of one process: one for each number of ours that has something to send."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from smsbot.core.errors import StoreUnavailable
from smsbot.db.store import Store
from smsbot.services.hold import Clock, Hold, addresses
from smsbot.services.pump import LINGER, Pump
from smsbot.services.send import Pumped, Send

_LOOK = 0.2
"""Seconds between two looks whether it is over."""

_ANEW = 1.0
"""Seconds between two looks for a number that has something to send and no pump here: a campaign
that keeps one busy for minutes must not hold up the replies of another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to pump: segments a second for each number, seconds to linger, the database's clock."""

    mps: float
    clock: Clock
    linger: float = LINGER


async def pump_all(  # noqa: C901 - one loop, three things to look at
    store: Store, send: Send, plan: Plan, is_over: Callable[[], bool]
) -> Pumped:
    """Pump every number of ours that has something queued, beside each other, until `is_over`.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    pumps: dict[str, Pump] = {}
    tasks: dict[asyncio.Task[Pumped], str] = {}
    done: list[asyncio.Task[Pumped]] = []

    async def begin() -> None:
        for address in await asyncio.to_thread(addresses, store):
            if address not in pumps:
                hold = Hold(store, address, plan.mps, plan.clock)
                pumps[address] = Pump(hold, send, linger=plan.linger)
                tasks[asyncio.create_task(pumps[address].run())] = address

    await begin()
    looked_at = asyncio.get_running_loop().time()
    while tasks:
        await asyncio.wait(tasks, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
        for task in [one for one in tasks if one.done()]:
            del pumps[tasks.pop(task)]
            done.append(task)
        if is_over():
            for pump in pumps.values():
                pump.stop()
        elif tasks and asyncio.get_running_loop().time() - looked_at >= _ANEW:
            looked_at = asyncio.get_running_loop().time()
            with suppress(StoreUnavailable):  # those that pump find out for themselves
                await begin()
    return Pumped.total([one.result() for one in done])
