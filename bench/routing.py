"""The router as the answers grow, and on the real ones: does an answer more slow every text?"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench import texts
from bench.table import table
from bench.timing import time_calls
from smsbot.core.answers import Answer, Group
from smsbot.core.inbound.router import route
from smsbot.core.inbound.router_index import compile_index
from smsbot.core.messages import Lang
from smsbot.services.check_content import read_content
from smsbot.services.read_vocabulary import read_vocabulary

CONTENT = Path(__file__).resolve().parents[1] / "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything. Of several times the lowest counts: the rest is other programs."""

    calls: int = 2_000
    answers: tuple[int, ...] = (10, 1_000, 10_000)
    times: int = 3


def measure(plan: Plan, say: Callable[[str], None]) -> dict[str, Any]:
    """Microseconds of processor time a text at each size, and the largest over the smallest."""
    rows = []
    for count in plan.answers:
        say(f"routing: {count:,} made-up answers")
        rows.append(min((grown(count, plan.calls) for _ in range(plan.times)), key=_p50))
    say("routing: the answers of this repository")
    return {"rows": rows, "ratio": round(_p50(rows[-1]) / _p50(rows[0]), 2), "real": _real(plan)}


def tables(report: dict[str, Any]) -> Iterator[str]:
    """The figures as a person reads them."""
    if "routing" not in report:
        return
    found = report["routing"]
    yield "\nRouting as the answers grow, microseconds of processor time a text:"
    yield from table(
        ["answers", "p50", "p99", "compile s", "found"],
        [
            (f"{r['answers']:,}", r["p50_us"], r["p99_us"], r["compile_seconds"], r["found"])
            for r in found["rows"]
        ],
    )
    real = found["real"]
    yield f"p50 at the most answers over p50 at the fewest: {found['ratio']}"
    yield (
        f"the repository's {real['answers']} answers, {real['questions']:,} example questions: "
        f"p50 {real['p50_us']}, p99 {real['p99_us']}, compiled in {real['compile_seconds']} s"
    )


def _p50(row: dict[str, Any]) -> float:
    return float(row["p50_us"])


def _real(plan: Plan) -> dict[str, Any]:
    answers = read_content(CONTENT).answers
    vocabulary = read_vocabulary(CONTENT)
    started = time.process_time()
    index = compile_index(answers, vocabulary)
    compiled = time.process_time() - started
    result = min(
        (
            time_calls(lambda body: route(body, index), texts.QUESTIONS, plan.calls)
            for _ in range(plan.times)
        ),
        key=_p50,
    )
    return {
        "answers": len(answers),
        "questions": sum(len(answer.questions) for answer in answers),
        **result,
        "compile_seconds": round(compiled, 2),
    }


def grown(count: int, calls: int) -> dict[str, Any]:
    """The router with so many answers: microseconds a text, and what compiling them took."""
    answers = tuple(synthetic(count))
    started = time.process_time()
    index = compile_index(answers)
    compiled = time.process_time() - started
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


def synthetic(count: int) -> Iterable[Answer]:
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
