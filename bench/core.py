"""The pure core, timed call by call: the decision, the crisis screen alone, the router as it grows.

Also `smsbot explain` from outside, over many lines: the contract gives 20,000 of them a minute.
"""

import functools
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import routing, texts
from bench.timing import FEWEST, time_calls
from smsbot.core.contacts import Contact
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.messages import E164, InboundMessage, MessageSid
from smsbot.services.load_catalogue import from_files

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

EVERYDAY: dict[str, Sequence[str]] = {
    "keyword": texts.KEYWORDS,
    "question": texts.QUESTIONS,
    "crisis": texts.CRISIS,
    "plain, 320 characters": (texts.plain(320),),
    "plain, 1,600 characters": (texts.plain(1_600),),
}

Say = Callable[[str], None]


class NotExplained(Exception):
    """`smsbot explain` failed, or did not answer every line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything."""

    calls: int = 2_000
    answers: tuple[int, ...] = (10, 1_000, 10_000)
    lines: int = 20_000


def measure(plan: Plan, say: Say) -> dict[str, Any]:
    """All of it; the figures in microseconds, ready for JSON."""
    say("core: reading the catalogue")
    catalogue = from_files(ROOT / "content", "Ketamine Info Line", "help@example.org")
    say("core: decide()")
    decisions = _texts(functools.partial(_decide, catalogue), plan.calls)
    say("core: the crisis screen alone")
    screens = _texts(catalogue.screen.find, plan.calls)
    routers = []
    for count in plan.answers:
        say(f"core: the router with {count:,} answers")
        routers.append(routing.grown(count, plan.calls))
    say(f"core: smsbot explain over {plan.lines:,} lines")
    return {
        "decide": decisions,
        "screen": screens,
        "router": routers,
        "explain": _explain(plan.lines),
    }


def _decide(catalogue: Catalogue, body: str) -> object:
    message = InboundMessage(
        sid=MessageSid("SM" + "0" * 32),
        sender=E164("+12025550101"),
        recipient=E164("+15005550006"),
        body=body,
        received_at=NOW,
    )
    return decide(message, Contact(greeted=True), catalogue, NOW)


def _texts(call: Callable[[str], object], calls: int) -> dict[str, Any]:
    """Everyday texts of each kind, then those made to cost time."""
    return {
        "everyday": [
            {"text": kind, **time_calls(call, bodies, calls)} for kind, bodies in EVERYDAY.items()
        ],
        "adversarial": _worst(call, max(FEWEST, calls // 20)),
    }


def _worst(call: Callable[[str], object], calls: int) -> list[dict[str, Any]]:
    """Each adversarial text at both lengths; a `growth` of 5 is work in proportion to it."""
    rows = []
    short, long = texts.adversarial(320), texts.adversarial(1_600)
    for name in short:
        at_320, at_1600 = (time_calls(call, (body,), calls) for body in (short[name], long[name]))
        growth = round(at_1600["p50_us"] / at_320["p50_us"], 1)
        rows.append({"text": name, "at_320": at_320, "at_1600": at_1600, "growth": growth})
    return rows


def _explain(count: int) -> dict[str, Any]:
    """The program itself, started once, with so many lines at its standard input."""
    lines = list(itertools.islice(texts.everyday(), count))
    # No two lines alike: nothing could be remembered from one to the next.
    text = "".join(f"{line} {number}\n" for number, line in enumerate(lines))
    program = Path(sys.executable).with_name("smsbot")
    started = time.perf_counter()
    done = subprocess.run(
        [program, "explain"], input=text, text=True, capture_output=True, check=False, cwd=ROOT
    )
    seconds = time.perf_counter() - started
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != count:
        said = done.stderr.strip()[-400:]
        raise NotExplained(f"explain answered {len(answers)} of {count} lines: {said}")
    return {
        "lines": count,
        "seconds": round(seconds, 2),
        "lines_a_second": round(count / seconds),
        "start_included": True,
    }
