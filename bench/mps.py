"""A sender's speed kept: texts at 1, 3, 75 and 225 segments a second, counted where they arrive."""

from collections import deque
from dataclasses import dataclass
from typing import Any

from bench.inbound import Lost, Say
from bench.outbound import carrier, check, databases, fill, pump


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which speeds, and for how long each."""

    rates: tuple[float, ...] = (1, 3, 75, 225)
    seconds: float = 15.0


def measure(plan: Plan, say: Say) -> dict[str, Any]:
    """Run it all on SQLite and PostgreSQL; the figures, ready for JSON.

    Raises:
        Lost, NotStarted, NoPostgres: the run is void.
    """
    rows = []
    with databases() as both, carrier(20) as one:
        for database in both:
            name, url = database.name, database.url
            for rate in plan.rates:
                count = max(int(rate * plan.seconds), 3) + 1
                say(f"{count} texts at {rate:g} a second out of {name}")
                fill(url, count)
                one.taken()
                done = pump(url, one, rate)
                seen = one.taken()
                check(url, seen, count)
                rows.append(_figures(name, rate, done["starts"], seen["times"]))
    return {"results": rows}


def _figures(name: str, rate: float, starts: list[float], arrivals: list[float]) -> dict[str, Any]:
    starts = sorted(starts)
    if len(starts) < 2:
        raise Lost("too few texts to tell a speed")
    reached = (len(starts) - 1) / (starts[-1] - starts[0])
    return {
        "database": name,
        "mps": rate,
        "reached": round(reached, 2),
        "share": round(reached / rate, 4),
        "worst_second": worst_second(starts),
        "worst_arriving": worst_second(sorted(arrivals)),
    }


def worst_second(times: list[float]) -> int:
    """The most texts within any one second, wherever it begins."""
    window: deque[float] = deque()
    most = 0
    for at in times:
        window.append(at)
        while window[0] <= at - 1.0:
            window.popleft()
        most = max(most, len(window))
    return most
