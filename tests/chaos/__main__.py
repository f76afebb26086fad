"""`./dev chaos`: many conversations, everything dying under them, and a checker afterwards."""
# ruff: noqa: T201

import argparse
import re
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.chaos import play, script, world

MOST_SHOWN = 10
"""Sentences of one kind that are printed."""


def main() -> int:
    """Run once or several times; the exit status is 1 when a promise was broken."""
    options = _options()
    signal.signal(signal.SIGTERM, _leave)
    broken = False
    for turn in range(options.runs):
        seed = options.seed + turn
        broken |= _run(seed, options.histories, options.seconds or options.histories / 4 + 5)
    return int(broken)


def _leave(signum: int, _frame: object) -> None:
    """Unwind as Ctrl-C does, so that nothing stays behind."""
    raise SystemExit(128 + signum)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__)
    parser.add_argument("--histories", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--seconds", type=float, help="the length; default: 4 histories a second")
    parser.add_argument("--runs", type=int, default=1, help="so many seeds, one after the other")
    return parser.parse_args()


def _run(seed: int, histories: int, seconds: float) -> bool:
    written = script.write(seed, histories, seconds)
    print(f"seed {seed}: {histories} histories over {seconds:.0f} s, {len(written.blows)} blows")
    folder = Path(tempfile.mkdtemp(prefix="smsbot-chaos-", dir="/tmp"))
    started = time.monotonic()
    with world.running(folder, written.plan()) as running:
        played = play.play(running, written, lambda line: print(line, flush=True))
    _report(played, time.monotonic() - started)
    if played.findings.broken:
        print(f"BROKEN with --seed {seed} --histories {histories}; logs, journal, tables: {folder}")
        return True
    shutil.rmtree(folder)
    print(f"seed {seed}: all promises held")
    return False


def _report(played: play.Played, took: float) -> None:
    for title, counts in (
        ("blows", played.blows),
        ("failpoints that fired", played.fired),
        ("failpoints armed and not reached", played.armed - played.fired),
        ("carrier faults that struck", played.struck),
        ("counted", played.findings.counted),
    ):
        print(f"{title}: " + ", ".join(f"{name} {n}" for name, n in sorted(counts.items())))
    for line in by_kind(played.findings.broken):
        print(line)
    print(f"{len(played.findings.broken)} broken promises; {took:.0f} s in all")


def by_kind(sentences: Sequence[str]) -> Iterator[str]:
    """What was broken, kind by kind, so that many of one kind hide no other."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        kinds[re.sub(r"[0-9a-f]*\d[0-9a-f]*", "N", sentence)].append(sentence)
    for same in kinds.values():
        yield from (f"BROKEN: {sentence}" for sentence in same[:MOST_SHOWN])
        if len(same) > MOST_SHOWN:
            yield f"BROKEN: and {len(same) - MOST_SHOWN} more like it"


if __name__ == "__main__":
    sys.exit(main())
