"""`smsbot consent`: the consent ledger, from a shell.

A number is given as an argument or, with -, on the standard input, so that no shell keeps it.
"""

import sys
from pathlib import Path

import click

from smsbot.cli.number_lists import (
    acting,
    bad_rows_option,
    bring_in,
    by_option,
    dry_run_option,
    partial_option,
)
from smsbot.cli.opening import opened
from smsbot.cli.topics import topics
from smsbot.core.campaigns.consent import in_words
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.services import consent as service

number_argument = click.argument("number")
reason_option = click.option("--reason", required=True, help="Why; kept for good. No number.")
file_argument = click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
output_option = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; else printed."
)


@click.group()
def consent() -> None:
    """See what people agreed to, give it out, import evidence and opt-outs."""


consent.add_command(topics)


@consent.command()
@number_argument
@by_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(number: str, name: str, *, as_json: bool) -> None:
    """Tell in words what the person with NUMBER agreed to."""
    with opened() as store:
        by = acting(store, name)
        found = service.find(store, _given(number), by)
        person = service.person(store, found)
        if as_json:
            click.echo(service.as_json(store, found, by))
            return
    stands = "opted out of all texts" if person.opted_out else ", ".join(person.joined)
    click.echo(f"Contact {found}: {stands or 'has joined nothing'}.")
    for line in person.lines:
        click.echo(f"{line.at:%Y-%m-%d %H:%M} UTC  {in_words(line)}")
        if line.words:
            click.echo(f"    shown: {line.words}")
        if line.reason:
            click.echo(f"    reason: {line.reason}")


@consent.command()
@number_argument
@by_option
@click.option("--format", "kind", type=click.Choice(["json", "csv"]), default="json")
@output_option
def export(number: str, name: str, kind: str, output: Path | None) -> None:
    """Give out everything the ledger has of the person with NUMBER."""
    with opened() as store:
        by = acting(store, name)
        found = service.find(store, _given(number), by)
        write = service.as_csv if kind == "csv" else service.as_json
        data = write(store, found, by)
    _put(data, output)


@consent.command("import")
@file_argument
@click.option("--evidence", required=True, help="Where the proof is kept.")
@by_option
@bad_rows_option
@dry_run_option
@partial_option
def import_consents(
    path: Path, evidence: str, name: str, bad_rows: Path | None, **modes: bool
) -> None:
    """Import consents from a CSV with number, topic, when, how, words (and language)."""
    bring_in(path, (Kind.CONSENTS, "", evidence), name, bad_rows, _mode(modes))


@consent.command("opt-out")
@number_argument
@reason_option
@by_option
def opt_out(number: str, reason: str, name: str) -> None:
    """Record that the person with NUMBER said no by phone, letter or e-mail."""
    with opened() as store:
        found = service.opt_out(store, _given(number), reason, acting(store, name))
    click.echo(f"Contact {found} has opted out of all texts.")


@consent.command()
@number_argument
@reason_option
@by_option
def undo(number: str, reason: str, name: str) -> None:
    """Undo an opt-out that was recorded or imported by mistake; never the person's own STOP."""
    with opened() as store:
        by = acting(store, name)
        found = service.find(store, _given(number), by)
        service.undo_opt_out(store, found, reason, by)
    click.echo(f"The opt-out of contact {found} is undone.")


@consent.group("opt-outs")
def opt_outs() -> None:
    """Bring everybody who opted out in or out, to keep another sending system in step."""


@opt_outs.command("import")
@file_argument
@by_option
@bad_rows_option
@dry_run_option
@partial_option
def import_opt_outs(path: Path, name: str, bad_rows: Path | None, **modes: bool) -> None:
    """Import opt-outs from a CSV with the column number (and when, how)."""
    bring_in(path, (Kind.OPT_OUTS, "", ""), name, bad_rows, _mode(modes))


@opt_outs.command("export")
@by_option
@output_option
def export_opt_outs(name: str, output: Path | None) -> None:
    """Write every number that has opted out, in full, with the day. Keep the file safe."""
    with opened() as store:
        data = "".join(service.opt_outs(store, acting(store, name)))
    _put(data, output)


def _given(number: str) -> str:
    return sys.stdin.readline().strip() if number == "-" else number


def _mode(modes: dict[str, bool]) -> str:
    if modes["dry_run"]:
        return "dry-run"
    return "partial" if modes["partial"] else "whole"


def _put(data: str, output: Path | None) -> None:
    if output is None:
        click.echo(data, nl=not data.endswith("\n"))
        return
    output.touch(mode=0o600)
    output.write_text(data, encoding="utf-8")
    click.echo(f"Written to {output}.")
