"""`smsbot content import` and `export`: the answers as a folder, a CSV or an XLSX."""

import json
from pathlib import Path

import click

from smsbot.cli.content_store import acting, opened
from smsbot.core.editorial.differences import one_line
from smsbot.services.import_answers import (
    ImportPlan,
    Incoming,
    import_answers,
    plan,
    read_incoming,
    write_bad_rows,
)


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path))
def export_answers(path: Path) -> None:
    """Write every live answer to PATH: a .csv, a .xlsx, or else a folder as `seed` reads it."""
    from smsbot.services.content_files import export

    with opened() as store:
        try:
            number = export(store, path)
        except OSError as error:
            raise click.ClickException(f"{path} can't be written: {error.strerror}.") from error
    click.echo(f"{number} answers written to {path}.")


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--by", metavar="NAME", help="The staff account that writes the drafts.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--partial", is_flag=True, help="Take the good rows although others are bad.")
@click.option(
    "--bad-rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows to mend to this .csv or .xlsx, each with what is wrong.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_(
    path: Path,
    by: str | None,
    bad_rows: Path | None,
    *,
    dry_run: bool,
    partial: bool,
    as_json: bool,
) -> None:
    """Make drafts of the answers in PATH: a content folder, a .csv or a .xlsx.

    Nothing gets live by it: each draft goes to review like any other.

    Exit status: 0 all rows are good, 1 some are bad (with --partial the others were taken).
    """
    if by is None and not dry_run:
        raise click.UsageError("Say who writes the drafts: --by NAME. Or look first: --dry-run.")
    incoming = read_incoming(path)
    with opened() as store:
        if dry_run or by is None:
            planned = plan(store, incoming)
        else:
            account, now = acting(store, by)
            planned = import_answers(store, account, incoming, now, partial=partial)
    taken = not dry_run and (partial or not planned.bad)
    click.echo(_as_json(planned, taken=taken) if as_json else _as_lines(planned, taken=taken))
    if bad_rows is not None and planned.bad:
        _keep(bad_rows, planned.bad)
    if planned.bad:
        raise click.exceptions.Exit(1)


def _keep(path: Path, bad: tuple[Incoming, ...]) -> None:
    try:
        number = write_bad_rows(path, bad)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from error
    click.echo(f"{number} rows to mend written to {path}.", err=True)


def _as_lines(planned: ImportPlan, *, taken: bool) -> str:
    lines = [fault for one in planned.bad for fault in one.faults]
    for one in planned.proposals:
        lines.append(f"{one.name}{' (new)' if one.is_new else ''}")
        lines += [f"  {one_line(change)}" for change in one.changes]
    done = "are drafts now" if taken else "would become drafts"
    lines.append(
        f"{len(planned.proposals)} answers {done}, {planned.unchanged} unchanged,"
        f" {len(planned.bad)} bad."
    )
    return "\n".join(lines)


def _as_json(planned: ImportPlan, *, taken: bool) -> str:
    return json.dumps(
        {
            "drafts": [
                {
                    "name": one.name,
                    "new": one.is_new,
                    "changes": {change.field: change.after for change in one.changes},
                }
                for one in planned.proposals
            ],
            "taken": taken,
            "unchanged": planned.unchanged,
            "bad": [{"place": one.place, "faults": list(one.faults)} for one in planned.bad],
        }
    )
