"""`smsbot alerts`: the texts in a crisis that somebody should know of."""

import json

import click

from smsbot.config import load_settings
from smsbot.core.inbound.alert import Alert
from smsbot.services import alerts as service
from smsbot.wiring import clock, open_store


@click.group()
def alerts() -> None:
    """See and acknowledge crisis alerts. They hold no text and no number."""


@alerts.command("list")
@click.option("--all", "everything", is_flag=True, help="List acknowledged ones too.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_alerts(*, everything: bool, as_json: bool) -> None:
    """List the alerts that nobody has acknowledged, the newest first."""
    store = open_store(load_settings())
    try:
        found = service.newest(store, only_open=not everything)
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps([_fields(one) for one in found]))
        return
    if not found:
        click.echo("There are no alerts." if everything else "No alert waits for anybody.")
    for one in found:
        who = f"seen by {one.acknowledged_by}" if one.acknowledged_by else "open"
        click.echo(f"{one.id:>6}  {one.at:%Y-%m-%d %H:%M} UTC  {one.tier.value:<12} {who}")


@alerts.command()
@click.argument("ids", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1), metavar="ID...")
@click.option("--by", "name", required=True, help="Who has looked.")
def ack(ids: tuple[int, ...], name: str) -> None:
    """Say that somebody has looked at the alerts ID..."""
    store = open_store(load_settings())
    try:
        for number in ids:
            found = service.acknowledge(store, number, name, clock())
            click.echo(f"Alert {found.id} ({found.tier.value}): seen by {found.acknowledged_by}.")
    finally:
        store.close()


def _fields(one: Alert) -> dict[str, object]:
    return {
        "id": one.id,
        "sid": one.sid,
        "tier": one.tier.value,
        "at": one.at.isoformat(),
        "acknowledged_by": one.acknowledged_by,
        "acknowledged_at": one.acknowledged_at.isoformat() if one.acknowledged_at else None,
        "notified_at": one.notified_at.isoformat() if one.notified_at else None,
    }
