"""Calls timed one by one, in processor time."""

import gc
import itertools
from collections.abc import Callable, Iterable
from time import thread_time_ns
from typing import Any

FEWEST = 5
"""Calls with one text, however long each takes."""
PATIENCE_NS = 500_000_000
"""After half a second enough has been seen of one text."""


def time_calls(call: Callable[[str], object], bodies: Iterable[str], count: int) -> dict[str, Any]:
    """Time up to `count` calls, the texts in turn: median and 99th percentile in microseconds.

    Processor time, not the clock: a call that another program interrupted is no slower.
    """
    ready = tuple(bodies)
    for body in ready:
        call(body)
    spent: list[int] = []
    gc.collect()
    gc.disable()
    deadline = thread_time_ns() + PATIENCE_NS
    for body in itertools.islice(itertools.cycle(ready), count):
        started = thread_time_ns()
        call(body)
        spent.append(thread_time_ns() - started)
        if started > deadline and len(spent) >= FEWEST:
            break
    gc.enable()
    spent.sort()
    count = len(spent)
    return {
        "calls": count,
        "p50_us": round(spent[count // 2] / 1000, 1),
        "p99_us": round(spent[min(count - 1, count * 99 // 100)] / 1000, 1),
    }
