"""Tables for the terminal, and one JSON file for machines."""

import json
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench import routing
from bench.report_outbound import outbound_tables
from bench.table import table

RESULTS = Path(__file__).resolve().parent / "results"

_LIBRARIES = ("flask", "gunicorn", "psycopg", "sqlalchemy", "twilio", "werkzeug")


def describe_machine() -> dict[str, Any]:
    """What kind of machine this is, without its name."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "load_before": round(os.getloadavg()[0], 2),
        "sync_ms": _sync_ms(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def save(report: Mapping[str, Any], path: Path) -> None:
    """Write the report whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(path)


def started_at() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def tables(report: Mapping[str, Any]) -> str:
    """The figures as a person reads them."""
    return "\n".join(
        [
            *_inbound(report),
            *_core(report),
            *routing.tables(dict(report)),
            *_crisis(report),
            *outbound_tables(report),
        ]
    )


def _inbound(report: Mapping[str, Any]) -> Iterator[str]:
    if "inbound" not in report:
        return
    found = report["inbound"]
    yield f"\nInbound over HTTP, {found['rounds']} rounds of {found['posts_a_lap']:,} texts:"
    yield from table(
        "server|texts|conns|rps min|rps med|p50 ms|p99 ms|CPU us|DB us|ratio|of the rounds".split(
            "|"
        ),
        [
            (
                row["server"],
                row["texts"] if row["server"] != "baseline" else "any",
                row["connections"],
                row["rps_min"],
                row["rps_median"],
                row["p50_ms"],
                row["p99_ms"],
                row["cpu_us"],
                row["database_us"] or "",
                f"{row['ratio']:.2f}",
                f"{min(row['ratios']):.2f}-{max(row['ratios']):.2f}",
            )
            for row in found["results"]
        ],
    )
    stored = {name: rows for name, rows in found["rows_stored"].items() if rows is not None}
    yield "ratio: requests a second against the baseline, which stores nothing; above 1 is faster."
    yield "Every text sent is stored, once: " + ", ".join(f"{n} {r:,}" for n, r in stored.items())


def _core(report: Mapping[str, Any]) -> Iterator[str]:
    if "core" not in report:
        return
    found = report["core"]
    for name, title in (("decide", "decide()"), ("screen", "the crisis screen alone")):
        yield f"\n{title}, microseconds of processor time a text:"
        rows = found[name]
        yield from table(
            ["text", "p50", "p99"],
            [(row["text"], row["p50_us"], row["p99_us"]) for row in rows["everyday"]],
        )
        yield f"{title}, texts made to cost time, at 320 and at 1,600 characters:"
        yield from table(
            ["text", "p50", "p99", "p50 long", "p99 long", "growth"],
            [
                (
                    row["text"],
                    *(row[at][key] for at in ("at_320", "at_1600") for key in ("p50_us", "p99_us")),
                    row["growth"],
                )
                for row in rows["adversarial"]
            ],
        )
    yield "\nThe router as the answers grow, microseconds a text:"
    yield from table(
        ["answers", "p50", "p99", "compile s", "found"],
        [
            (f"{r['answers']:,}", r["p50_us"], r["p99_us"], r["compile_seconds"], r["found"])
            for r in found["router"]
        ],
    )
    explain = found["explain"]
    yield (
        f"\nsmsbot explain: {explain['lines']:,} lines in {explain['seconds']} s, "
        f"{explain['lines_a_second']:,} a second, its start included"
    )


def _crisis(report: Mapping[str, Any]) -> Iterator[str]:
    if "crisis" not in report:
        return
    found = report["crisis"]
    yield "\nThe crisis screen by length, microseconds of processor time a text, best of three:"
    yield from table(
        ["text", "characters", "p50", "p99", "bar", "within", "the costliest"],
        [
            (
                row["text"],
                f"{row['length']:,}",
                row["p50_us"],
                row["p99_us"],
                row["most_us"] or "",
                "yes" if row["within"] else "NO",
                row.get("worst", ""),
            )
            for row in found["rows"]
        ],
    )
    yield f"hostile: the costliest of {found['kinds']} kinds of text made to cost time."


def _sync_ms() -> float:
    """How long the disk takes to make 4 KiB durable: the floor under every commit."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    spent = []
    with tempfile.TemporaryFile(dir=RESULTS) as file:
        for _ in range(50):
            file.write(b"0" * 4096)
            file.flush()
            started = perf_counter()
            os.fdatasync(file.fileno())
            spent.append(perf_counter() - started)
    return round(median(spent) * 1000, 3)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
