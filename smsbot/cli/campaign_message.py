"""`smsbot campaign message`: the words of campaigns, written by one person, approved by another."""

import json

import click

from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.core.campaigns.message import MessageState
from smsbot.core.messages import Lang
from smsbot.services import campaign_messages, staff
from smsbot.wiring import campaign_desk, clock

by = click.option("--by", "name", required=True, help="The staff account that acts.")
message_id = click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="ID")


@click.group()
def message() -> None:
    """Write, approve, list and retire what campaigns may say."""


@message.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_messages(*, as_json: bool) -> None:
    """List the versions in use, the newest first."""
    with opened() as store:
        found = campaign_messages.listed(store, (MessageState.DRAFT, MessageState.APPROVED))
    if as_json:
        rows = [
            {"id": one.id, "name": one.name, "lang": one.lang.value, "n": one.n,
             "state": one.state.value, "author": one.author, "approved_by": one.approved_by,
             "body": one.body, "segments": one.size.segments}
            for one in found
        ]  # fmt: skip
        click.echo(json.dumps(rows))
        return
    if not found:
        click.echo("There is none. `smsbot campaign message add --help` says how to write one.")
    for one in found:
        click.echo(f"{one.id:>6}  {one.name} {one.lang.value} {one.n}  {one.state.value}")
        click.echo(f"        {one.body}")


@message.command()
@click.argument("title", metavar="NAME")
@click.argument("lang", type=click.Choice([one.value for one in Lang]))
@click.argument("body", metavar="TEXT")
@by
def add(title: str, lang: str, body: str, name: str) -> None:
    """Write the next version of message NAME in LANG."""
    house = campaign_desk(load_settings()).house
    with opened() as store:
        words = (title, Lang(lang), body)
        made = campaign_messages.write(store, staff.named(store, name), house, words, clock())
    click.echo(f"Message {made.id} ({made.size.segments} segments) waits for another's approval.")


@message.command()
@message_id
@by
def approve(*, number: int, name: str) -> None:
    """Let campaigns use message ID. Not for who wrote it."""
    house = campaign_desk(load_settings()).house
    with opened() as store:
        campaign_messages.approve(store, staff.named(store, name), house, number, clock())
    click.echo(f"Message {number} is approved.")


@message.command()
@message_id
@by
def retire(*, number: int, name: str) -> None:
    """Take message ID out of use."""
    with opened() as store:
        campaign_messages.retire(store, staff.named(store, name), number, clock())
    click.echo(f"Message {number} is out of use.")
