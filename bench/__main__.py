"""`python -m bench`: runs the benchmarks, prints tables, writes bench/results/latest.json."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bench import (
    audience,
    campaigns,
    claims,
    core,
    crisis,
    inbound,
    mps,
    outbound,
    pages,
    report,
    routing,
)
from bench.load import BadAnswer
from bench.servers import NotStarted
from tests.postgres import NoPostgres

PARTS = (
    "all", "inbound", "core", "routing", "crisis", "outbound", "mps", "claims", "audience",
    "campaigns", "pages",
)  # fmt: skip
QUICK_OUTBOUND = outbound.Plan(texts_at_once=2_000, texts_slow=500, rounds=1)
QUICK_MPS = mps.Plan(rates=(3, 75), seconds=4)
QUICK_CLAIMS = claims.Plan(sizes=(4_000, 40_000), times=10)
QUICK_AUDIENCE = audience.Plan(contacts=20_000, times=3)
QUICK_CAMPAIGNS = campaigns.Bench(contacts=20_000, seconds=3.0)
QUICK_PAGES = pages.Plan(texts=20_000, answers=200, times=5)
QUICK_RACE = inbound.Race(rounds=2, posts=500, warm_up=150)
QUICK_ROUTING = routing.Plan(calls=100, answers=(10, 300), times=1)
QUICK_CORE = core.Plan(calls=100, answers=(10, 300), lines=500)


@click.command()
@click.argument("part", type=click.Choice(list(PARTS)), default="all")
@click.option("--quick", is_flag=True, help="Under a minute; the figures are rough.")
@click.option("--rounds", type=click.IntRange(1, 100), help="Rounds of the race; 5 if absent.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=report.RESULTS / "latest.json",
    help="Where the figures go as JSON; bench/results/latest.json if absent.",
)
def main(part: str, *, quick: bool, rounds: int | None, output: Path) -> None:
    """Measure PART on this machine, or all of it (default).

    core: the pure core. routing: the router as the answers grow. crisis: the screen by length of
    text. outbound: texts a second of one worker. mps: a sender's speed kept. claims: claiming and
    receipts as the outbox grows. audience: counted among a million contacts. campaigns: one to a
    million people. pages: every staff page with a million texts. inbound: the inbound path over
    HTTP, against the quick-start.

    Starts its own servers and databases on loopback and ends them. Exit status 1 when a server
    gave a wrong answer or lost a text: such a run has no figures.
    """
    started = time.monotonic()
    found: dict[str, Any] = {
        "started_at": report.started_at(),
        "quick": quick,
        "machine": report.describe_machine(),
    }

    def say(line: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {line}", file=sys.stderr, flush=True)

    try:
        for name, measure in _measures(quick=quick, rounds=rounds, say=say).items():
            if part in {"all", name}:
                found[name] = measure()
    except (core.NotExplained, BadAnswer, inbound.Lost, NotStarted, NoPostgres) as error:
        raise click.ClickException(str(error)) from error
    found["seconds"] = round(time.monotonic() - started, 1)
    report.save(found, output)
    print(report.tables(found))
    # These draw on the others: the report can't import them without a circle.
    for drawn in (audience, campaigns, pages):
        print("\n".join(drawn.tables(found)))
    print(f"\n{found['seconds']} s in all; the figures are in {output}")


def _measures(
    *, quick: bool, rounds: int | None, say: Callable[[str], None]
) -> dict[str, Callable[[], Any]]:
    # The inbound race last: it keeps this process, and what it starts, to one core from then on.
    return {
        "core": lambda: core.measure(QUICK_CORE if quick else core.Plan(), say),
        "routing": lambda: routing.measure(QUICK_ROUTING if quick else routing.Plan(), say),
        "crisis": lambda: crisis.measure(120 if quick else 1_000, say),
        "outbound": lambda: outbound.measure(QUICK_OUTBOUND if quick else outbound.Plan(), say),
        "mps": lambda: mps.measure(QUICK_MPS if quick else mps.Plan(), say),
        "claims": lambda: claims.measure(QUICK_CLAIMS if quick else claims.Plan(), say),
        "audience": lambda: audience.measure(QUICK_AUDIENCE if quick else audience.Plan(), say),
        "campaigns": lambda: campaigns.measure(
            QUICK_CAMPAIGNS if quick else campaigns.Bench(), say
        ),
        "pages": lambda: pages.measure(QUICK_PAGES if quick else pages.Plan(), say),
        "inbound": lambda: inbound.race(
            _plan(QUICK_RACE if quick else inbound.Race(), rounds), say
        ),
    }


def _plan(plan: inbound.Race, rounds: int | None) -> inbound.Race:
    return (
        plan
        if rounds is None
        else inbound.Race(rounds=rounds, posts=plan.posts, warm_up=plan.warm_up)
    )


if __name__ == "__main__":
    main(prog_name="./dev bench")
