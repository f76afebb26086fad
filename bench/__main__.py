"""`python -m bench`: runs the benchmarks, prints tables, writes bench/results/latest.json."""

import sys
import time
from pathlib import Path
from typing import Any

import click

from bench import core, inbound, report
from bench.load import BadAnswer
from bench.servers import NotStarted
from tests.postgres import NoPostgres

QUICK_RACE = inbound.Race(rounds=2, posts=500, warm_up=150)
QUICK_CORE = core.Plan(calls=100, answers=(10, 300), lines=500)


@click.command()
@click.argument("part", type=click.Choice(["all", "inbound", "core"]), default="all")
@click.option("--quick", is_flag=True, help="Under a minute; the figures are rough.")
@click.option("--rounds", type=click.IntRange(1, 100), help="Rounds of the race; 5 if absent.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=report.RESULTS / "latest.json",
    help="Where the figures go as JSON; bench/results/latest.json if absent.",
)
def main(part: str, *, quick: bool, rounds: int | None, output: Path) -> None:
    """Measure PART on this machine: the inbound path over HTTP, the pure core, or all (default).

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
        # The core first: the race keeps this process to one core from then on.
        if part in {"all", "core"}:
            found["core"] = core.measure(QUICK_CORE if quick else core.Plan(), say)
        if part in {"all", "inbound"}:
            plan = _plan(QUICK_RACE if quick else inbound.Race(), rounds)
            found["inbound"] = inbound.race(plan, say)
    except (core.NotExplained, BadAnswer, inbound.Lost, NotStarted, NoPostgres) as error:
        raise click.ClickException(str(error)) from error
    found["seconds"] = round(time.monotonic() - started, 1)
    report.save(found, output)
    print(report.tables(found))
    print(f"\n{found['seconds']} s in all; the figures are in {output}")


def _plan(plan: inbound.Race, rounds: int | None) -> inbound.Race:
    return (
        plan
        if rounds is None
        else inbound.Race(rounds=rounds, posts=plan.posts, warm_up=plan.warm_up)
    )


if __name__ == "__main__":
    main(prog_name="./dev bench")
