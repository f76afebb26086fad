"""`smsbot eval`: measure the crisis screen and the router on labelled texts of your own.

Only figures are printed. A text that was got wrong is written to no place but the file asked for.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import IO, TypeVar

import click

from smsbot.cli.eval_tables import crisis_table, question_table, with_shares
from smsbot.config import load_settings
from smsbot.core.evaluation.rows import RowFault, labelled_texts
from smsbot.core.evaluation.rows import questions as read_questions
from smsbot.core.inbound.crisis import self_test
from smsbot.services.evaluate import Miss, evaluate_crisis, evaluate_questions
from smsbot.services.read_screen import read_screen
from smsbot.wiring import clock, first_catalogue

_TELL_EVERY = 5_000

_Row = TypeVar("_Row")

paths = click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PATH...",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("eval")
def evaluation() -> None:
    """Measure the crisis screen and the router on labelled texts."""


@evaluation.command()
@paths
@click.option("--lexicon-only", is_flag=True, help="Without the learned layer.")
@json_option
@click.option(
    "--label",
    type=click.Choice(["crisis", "harmless"]),
    help="What rows without a label count as; left out, they are faults.",
)
@click.option(
    "--misses",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the texts that were got wrong to this file, readable by you alone.",
)
def crisis(
    paths: tuple[Path, ...],
    label: str | None,
    misses: Path | None,
    *,
    lexicon_only: bool,
    as_json: bool,
) -> None:
    """Screen the texts of PATH... and print recall, false alarms and latency.

    Each PATH is JSONL: {"text": ..., "label": ...}, with "tier" and "lang" if known. A label is
    crisis, a tier's name, pos, 1, true or yes; or harmless, none, neg, 0, false or no.
    Intervals are 95 %.
    """
    unlabelled = None if label is None else label == "crisis"
    with ExitStack() as open_files:
        keep: Callable[[Miss], None] = lambda _: None  # noqa: E731
        if misses is not None:
            keep = _keeper(open_files.enter_context(_private(misses, paths)))
        screen = read_screen(load_settings().content, learned=not lexicon_only)
        self_test(screen)
        rows = _all_rows(paths, partial(labelled_texts, unlabelled=unlabelled))
        report = evaluate_crisis(screen, rows, keep)
    if as_json:
        click.echo(json.dumps(with_shares(asdict(report))))
    else:
        click.echo("\n".join(crisis_table(report)))
    _finish(report.faults, report.figures.texts)


@evaluation.command()
@paths
@json_option
def questions(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Answer the questions of PATH... and print how often the right answer was sent.

    Each PATH is JSONL: {"text": ..., "expected": ["FDA", ...]}, with "lang" if known. The first
    keyword must lead; the others are right too. ["NONE"]: no topic may be claimed.
    """
    catalogue = first_catalogue(load_settings())
    report = evaluate_questions(catalogue, _all_rows(paths, read_questions), clock())
    if as_json:
        click.echo(json.dumps(with_shares(asdict(report))))
    else:
        click.echo("\n".join(question_table(report)))
    _finish(report.faults, report.figures.questions)


def _all_rows(
    paths: Iterable[Path], read: Callable[[str, Iterable[str]], Iterator[_Row]]
) -> Iterator[_Row]:
    done = 0
    for path in paths:
        # Cut at line feeds alone: a JSON string may hold the other ends of lines.
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
            for row in read(str(path), lines):
                yield row
                done += 1
                if done % _TELL_EVERY == 0:
                    click.echo(f"{done:,} texts", err=True)


def _private(path: Path, inputs: Iterable[Path]) -> IO[str]:
    if path.exists() and any(path.samefile(one) for one in inputs):
        raise click.UsageError(f"{path} is what is being read. Name another file for --misses.")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written ({error.strerror}).") from None
    return os.fdopen(descriptor, "w", encoding="utf-8")


def _keeper(file: IO[str]) -> Callable[[Miss], None]:
    def keep(miss: Miss) -> None:
        row = miss.row
        line = {
            "kind": "missed" if row.is_crisis else "false alarm",
            "source": row.source,
            "row": row.row,
            "text": row.text,
            "tier": row.tier,
            "lang": row.lang,
            "found": miss.found.value if miss.found else None,
            "rule": miss.rule,
        }
        file.write(json.dumps(line) + "\n")

    return keep


def _finish(faults: tuple[RowFault, ...], evaluated: int) -> None:
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        click.echo(f"{len(faults)} lines could not be read; the figures leave them out.", err=True)
    if not faults and not evaluated:
        click.echo("There are no texts in it. Write one JSON object a line.", err=True)
    if faults or not evaluated:
        sys.exit(1)
