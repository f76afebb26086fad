"""`smsbot outbox`: what waits to leave."""

import json
from dataclasses import asdict

import click

from smsbot.config import load_settings
from smsbot.services.outbox import summarize
from smsbot.wiring import clock, open_store


@click.group()
def outbox() -> None:
    """See what waits to leave."""


@outbox.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def summary(*, as_json: bool) -> None:
    """Count the outbox by state: rows, oldest due age, rows that wait for a person."""
    store = open_store(load_settings())
    found = summarize(store, clock())
    store.close()
    if as_json:
        click.echo(json.dumps(asdict(found), sort_keys=True))
        return
    if not found.by_state:
        click.echo("The outbox is empty.")
    for state, number in sorted(found.by_state.items()):
        click.echo(f"{state:<12} {number}")
    if found.oldest_due_seconds is not None:
        click.echo(f"oldest due   {found.oldest_due_seconds:.0f} s ago")
    click.echo(f"wait for a person: {found.wait_for_a_person}")
