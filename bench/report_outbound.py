"""The tables of texts that leave."""

from collections.abc import Iterator, Mapping
from typing import Any

from bench.table import table


def outbound_tables(report: Mapping[str, Any]) -> Iterator[str]:
    """What was measured of the way out, as a person reads it."""
    if "outbound" in report:
        yield from _outbound(report["outbound"])
    if "mps" in report:
        yield from _mps(report["mps"])
    if "claims" in report:
        yield from _claims(report["claims"])


def _outbound(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"\nTexts that leave over TLS, one worker process, {found['rounds']} rounds:"
    yield from table(
        ["database", "carrier ms", "texts", "a second min", "median", "max", "CPU us", "of bound"],
        [
            (
                row["database"],
                row["latency_ms"],
                f"{row['texts']:,}",
                row["rate_min"],
                row["rate_median"],
                row["rate_max"],
                row["cpu_us"],
                row.get("of_the_bound", ""),
            )
            for row in found["results"]
        ],
    )
    yield f"bound: {found['most_at_once']} at once, so 1,000 a second at 100 ms; of the best round."
    yield "Every text reached the carrier once and is on record as accepted."


def _mps(found: Mapping[str, Any]) -> Iterator[str]:
    yield "\nA sender's speed, segments a second:"
    yield from table(
        ["database", "set", "reached", "share", "worst second", "as it arrived"],
        [
            (
                row["database"],
                f"{row['mps']:g}",
                row["reached"],
                f"{row['share']:.3f}",
                row["worst_second"],
                row["worst_arriving"],
            )
            for row in found["results"]
        ],
    )


def _claims(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"\nAs the outbox grows, ms; {found['times']} times, a claim is of {found['batch']}:"
    yield from table(
        ["database", "rows", "claim p50", "min", "CPU", "receipt p50", "min", "CPU"],
        [
            (
                f"{row['database']}{name}",
                f"{row['rows']:,}",
                *(row[f"{what}{later}_{figure}_ms"] for what in _TIMED for figure in _FIGURES),
            )
            for row in found["results"]
            for later, name in (("", ", first"), ("_later", ", later"))
        ],
    )
    for what in (f"{one}{when}_{figure}" for one in _TIMED for when in _WHEN for figure in _RATIOS):
        said = ", ".join(f"{name} {ratio}" for name, ratio in growth(found, f"{what}_ms").items())
        yield f"{what.replace('_', ' ')}, largest outbox to least: {said}"


_TIMED, _WHEN = ("claim", "receipt"), ("", "_later")
_FIGURES, _RATIOS = ("p50", "min", "cpu"), ("p50", "cpu")


def growth(found: Mapping[str, Any], what: str) -> dict[str, float]:
    """For each database: how many times as long it took in the largest outbox as in the least."""
    names = dict.fromkeys(row["database"] for row in found["results"])
    ratios = {}
    for name in names:
        mine = [row for row in found["results"] if row["database"] == name]
        ratios[name] = round(mine[-1][what] / mine[0][what], 2)
    return ratios
