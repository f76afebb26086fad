"""The pure core, timed call by call: the decision, the crisis screen alone, the router as it grows.

Also `smsbot explain` from outside, over many lines: the contract gives 20,000 of them a minute.
"""

import functools
import gc
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from time import thread_time_ns
from typing import Any

from bench import texts
from smsbot.core.answers import Answer, Group
from smsbot.core.contacts import Contact
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.router import route
from smsbot.core.inbound.router_index import compile_index
from smsbot.core.messages import E164, InboundMessage, Lang, MessageSid
from smsbot.services.load_catalogue import from_files

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

FEWEST = 5
"""Calls with one text, however long each takes."""
PATIENCE_NS = 500_000_000
"""After half a second enough has been seen of one text."""

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
        routers.append(_router(count, plan.calls))
    say(f"core: smsbot explain over {plan.lines:,} lines")
    return {
        "decide": decisions,
        "screen": screens,
        "router": routers,
        "explain": _explain(plan.lines),
    }


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


def _router(count: int, calls: int) -> dict[str, Any]:
    answers = tuple(_synthetic(count))
    started = time.perf_counter()
    index = compile_index(answers)
    compiled = time.perf_counter() - started
    chosen = random.Random(1).sample(answers, min(count, 20))
    # Asked as nobody has written it down: the words of a known question in another order.
    asked = [" ".join(reversed(answer.questions[0].split())) for answer in chosen]
    result = time_calls(lambda body: route(body, index), asked, calls)
    found = sum(
        route(body, index).topics[:1] == (answer.keyword,)
        for body, answer in zip(asked, chosen, strict=True)
    )
    return {
        "answers": count,
        **result,
        "compile_seconds": round(compiled, 2),
        "found": f"{found}/{len(chosen)}",
    }


def _synthetic(count: int) -> Iterable[Answer]:
    """Answers about nothing, in made-up words: two words of its own each, the others shared."""
    chance = random.Random(988)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    shared = ["".join(chance.choices(syllables, k=3)) for _ in range(400)]
    for number in range(count):
        own = ["".join(chance.choices(syllables, k=4)) for _ in range(2)]
        questions = tuple(
            " ".join([*chance.sample(shared, 3), *own, *chance.sample(shared, 2)]) for _ in range(6)
        )
        yield Answer(
            keyword=f"TOPIC{number}",
            lang=Lang.EN,
            group=Group.CONTENT,
            aliases=(own[0].upper(),),
            loose=frozenset(),
            questions=questions,
            short=" ".join(chance.sample(shared, 20)) + ".",
            long=None,
            claims=(),
            seed=(),
            sources=(),
            author="the benchmark",
            reviewer=None,
            reviewed_on=None,
            review_by=date(2027, 2, 28),
        )


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
