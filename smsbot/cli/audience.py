"""`smsbot audience`: who a campaign is for, counted and kept, from a shell."""

import json
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
from smsbot.core.campaigns.audience import Audience, from_form, to_form
from smsbot.core.campaigns.upload_cells import Kind
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Permission
from smsbot.core.errors import ContentFault
from smsbot.services import audiences as service
from smsbot.services.store import Store
from smsbot.services.tag_people import tag_list
from smsbot.wiring import clock

_PATIENCE_MS = 20_000
_FIELDS = tuple(to_form(Audience()))
id_argument = click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="ID")
where_option = click.option(
    "--where",
    "given",
    multiple=True,
    metavar="FIELD=VALUES",
    help=f"Narrow it; several times. Fields: {', '.join(_FIELDS)}.",
)


@click.group()
def audience() -> None:
    """Count and keep audiences; bring in lists of numbers to narrow them to."""


@audience.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_audiences(*, as_json: bool) -> None:
    """List the saved audiences."""
    with opened() as store:
        found = service.every(store)
    if as_json:
        shown = [{"id": one.id, "name": one.name, **to_form(one.audience)} for one in found]
        click.echo(json.dumps(shown))
        return
    if not found:
        click.echo("There are none. Make one: smsbot audience save NAME --where topic=NEWS")
    for one in found:
        narrowed = {name: value for name, value in to_form(one.audience).items() if value}
        told = ", ".join(f"{name}={value}" for name, value in narrowed.items())
        click.echo(f"{one.id:>5}  {one.name}: {told}")


@audience.command()
@click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="[ID]", required=False)
@where_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def count(number: int | None, given: tuple[str, ...], *, as_json: bool) -> None:
    """Count audience ID, or the one that --where describes, and say who is left out and why."""
    with opened(patience_ms=_PATIENCE_MS) as store:
        if number is not None:
            saved = service.get(store, number)
            if saved is None:
                raise ContentFault(f"There is no audience {number}. See: smsbot audience list")
            one = saved.audience
        else:
            one = _read(given)
        found = service.count(store, one, By(name="shell", at=clock()))
    if as_json:
        left_out = {reason.value: number for reason, number in found.left_out.items()}
        told = {"contacts": found.contacts, "wished": found.wished, "reached": found.reached}
        click.echo(json.dumps({**told, "left_out": left_out}))
        return
    click.echo(f"{found.reached} of {found.wished} who asked for {one.topic} would be written to.")
    for reason, people in found.left_out.items():
        click.echo(f"{people:>9}  {reason.value}")


@audience.command()
@click.argument("called", metavar="NAME")
@where_option
@by_option
def save(called: str, given: tuple[str, ...], name: str) -> None:
    """Keep the audience that --where describes under NAME."""
    with opened() as store:
        found = service.save(store, called, _read(given), _writing(store, name))
    click.echo(f"Saved as audience {found}.")


@audience.command()
@id_argument
@by_option
def retire(number: int, name: str) -> None:
    """Take audience ID off the list; campaigns made from it keep it."""
    with opened() as store:
        if not service.retire(store, number, _writing(store, name)):
            raise ContentFault(f"There is no audience {number}. See: smsbot audience list")
    click.echo(f"Audience {number} is off the list.")


@audience.command()
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--name", "called", default="", help="What the list is called; else the file.")
@by_option
@bad_rows_option
@dry_run_option
@partial_option
def upload(path: Path, called: str, name: str, bad_rows: Path | None, **modes: bool) -> None:
    """Bring in a CSV with a column of numbers to narrow audiences to. It creates no consent."""
    mode = "dry-run" if modes["dry_run"] else "partial" if modes["partial"] else "whole"
    bring_in(path, (Kind.AUDIENCE, called, ""), name, bad_rows, mode)


@audience.command()
@id_argument
@click.argument("word", metavar="TAG")
@click.option("--away", is_flag=True, help="Take the tag away instead.")
@by_option
def tag(number: int, word: str, name: str, *, away: bool) -> None:
    """Give everybody on uploaded list ID a TAG, to choose them by."""
    with opened(patience_ms=_PATIENCE_MS) as store:
        people = tag_list(store, number, word, acting(store, name), away=away)
    click.echo(f"{people} people {'lost' if away else 'got'} the tag.")


def _writing(store: Store, name: str) -> By:
    """Who acts: audiences are a campaign's, as on the pages."""
    return acting(store, name, Permission.WRITE_CAMPAIGN)


def _read(given: tuple[str, ...]) -> Audience:
    form = {}
    for one in given:
        field, mark, value = one.partition("=")
        if not mark or field not in _FIELDS:
            raise click.UsageError(f"--where {field}: no such field. There are: {_FIELDS}.")
        form[field] = value
    found, faults = from_form(form)
    if faults:
        raise click.UsageError(f"--where {faults[0].field}: {faults[0].what}")
    return found
