"""What importing a list of numbers from a shell shares: check it, say what is wrong, take it."""

from pathlib import Path

import click

from smsbot.cli.opening import opened
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Permission, may
from smsbot.core.errors import ContentFault
from smsbot.services import number_lists, staff
from smsbot.services.number_lists import Looked, Wanted
from smsbot.services.store import Store
from smsbot.wiring import clock

_PATIENCE_MS = 20_000
_SHOWN = 20

by_option = click.option("--by", "name", required=True, help="The staff account that acts.")
bad_rows_option = click.option(
    "--bad-rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows that can't be taken here, each with what is wrong.",
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Only check; take nothing.")
partial_option = click.option(
    "--partial", is_flag=True, help="Take the good rows though others are bad."
)


def acting(store: Store, name: str, permission: Permission = Permission.MANAGE_CONSENT) -> By:
    """Who acts, if their account may do this: what the pages ask for.

    Raises:
        ContentFault: it may not.
    """
    account = staff.named(store, name)
    if not (account.is_active and may(account.role, permission)):
        what = permission.value.replace("_", " ")
        raise ContentFault(f"{account.name} may not {what}. Use the account of a sender.")
    return By(name=account.name, at=clock())


def bring_in(
    path: Path, wanted: tuple[Kind, str, str], name: str, bad_rows: Path | None, mode: str
) -> None:
    """Check a file and take it. `wanted` is (kind, name of the list, evidence).

    `mode` is `dry-run`, `partial` or `whole`: then nothing is taken while a row is bad.

    Raises:
        ContentFault: the file can't be read, or rows are bad and it is to be taken whole.
    """
    kind, called, evidence = wanted
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ContentFault(f"{path} can't be read ({type(error).__name__}).") from None
    with opened(patience_ms=_PATIENCE_MS) as store:
        by = acting(store, name)
        asked = Wanted(kind=kind, name=called or path.name, data=data, evidence=evidence)
        lines = max(data.count(b"\n"), 1)
        with click.progressbar(length=lines, label="Checking", show_pos=True) as bar:
            upload_id = number_lists.look(store, asked, by, bar.update)
        found = number_lists.get(store, upload_id)
        _tell(found, bad_rows)
        if mode == "dry-run" or (found.bad and mode != "partial"):
            number_lists.drop(store, upload_id, by)
            if mode == "dry-run":
                click.echo("Nothing was taken: this was a dry run.")
                return
            raise ContentFault("Nothing was taken. Mend the rows, or take the good: --partial.")
        with click.progressbar(length=len(found.good), label="Taking", show_pos=True) as bar:
            done = number_lists.take(store, upload_id, by, bar.update)
    click.echo(f"{done.rows_taken} taken, {done.rows_skipped} skipped; list {upload_id}.")


def _tell(found: Looked, bad_rows: Path | None) -> None:
    one = found.upload
    click.echo(
        f"{one.rows_read} rows: {len(found.good)} right, {len(found.bad)} to mend,"
        f" {one.rows_skipped} twice, unknown or known already."
    )
    for row in found.bad[:_SHOWN]:
        for fault in row.faults:
            click.echo(f"row {row.row}, {fault.column}: {fault.what}")
    if len(found.bad) > _SHOWN:
        click.echo(f"... and {len(found.bad) - _SHOWN} more rows.")
    if bad_rows is not None and found.bad:
        bad_rows.write_text(number_lists.bad_rows_csv(found), encoding="utf-8")
        click.echo(f"The rows to mend are in {bad_rows}.")
