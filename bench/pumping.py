"""One worker process that pumps what is queued, as RQ's child does, and says how long it took.

`python -m bench.pumping MPS` with the settings in the environment; one JSON line on its output.
"""

import asyncio
import json
import resource
import sys
import time
from dataclasses import asdict

from smsbot.config import load_settings
from smsbot.core.outbound.sending import Outgoing, SendResult
from smsbot.db import clock
from smsbot.services.pumps import Plan, pump_all
from smsbot.wiring import open_store
from smsbot.wiring_sending import provider_sender, rest_the_collector


async def pump(mps: float) -> None:
    settings = load_settings()
    store = open_store(settings, patience_ms=20_000)
    sender = provider_sender(settings)
    plan = Plan(mps=mps, clock=clock.now, linger=0.0)
    await sender.prepare()
    rest_the_collector()
    starts = []

    async def send(outgoing: Outgoing) -> SendResult:
        starts.append(time.time())
        return await sender.send(outgoing)

    started, used = time.monotonic(), _cpu()
    done = await pump_all(store, send, plan, lambda: False)
    seconds, cpu = time.monotonic() - started, _cpu() - used
    await sender.close()
    store.close()
    print(json.dumps({**asdict(done), "seconds": seconds, "cpu": cpu, "starts": starts}))


def _cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    asyncio.run(pump(float(sys.argv[1])))
