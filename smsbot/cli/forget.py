"""`smsbot forget`: delete a person who asked for it."""

import json
import sys
from dataclasses import asdict

import click

from smsbot.cli.opening import opened
from smsbot.core.editorial.deeds import By
from smsbot.core.text.phone import read_number
from smsbot.services import forget as service
from smsbot.wiring import clock

_PATIENCE_MS = 20_000


@click.command()
@click.argument("number")
@click.option("--by", "name", default="shell", show_default=True, help="Who acts: for the log.")
@click.option(
    "--reason", default="asked for it", show_default=True, help="Why: for the log. No number."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def forget(number: str, name: str, reason: str, *, yes: bool, as_json: bool) -> None:
    """Delete the person with NUMBER: their texts, what they were sent, their number.

    An opt-out and the ledger of consents stay as proof, without the number. It can't be undone. As
    NUMBER, - reads it from the standard input, so that no shell keeps it.
    """
    given = sys.stdin.readline().strip() if number == "-" else number
    wanted = read_number(given)
    if wanted is None:
        raise click.UsageError("NUMBER is none: write it like +12025550101.")
    with opened(patience_ms=_PATIENCE_MS) as store:
        contact_id = service.find(store, wanted)
        if not yes:
            click.confirm(f"Delete contact {contact_id} for good?", abort=True)
        done = service.forget(store, contact_id, reason, By(name=name, at=clock()))
    if as_json:
        click.echo(json.dumps({"contact": contact_id, **asdict(done)}))
        return
    click.echo(
        f"Contact {contact_id} is forgotten: {done.texts} texts from and {done.sent} to them."
    )
    if done.kept_opt_out:
        click.echo("Their opt-out stays, so that it is still honoured; the number is gone.")
    if done.kept_consents:
        click.echo(f"{done.kept_consents} lines of the consent ledger stay as proof.")
    click.echo(service.ELSEWHERE)
