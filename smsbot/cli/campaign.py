"""`smsbot campaign`: what staff do with campaigns on the pages, from a shell."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from smsbot.cli.campaign_message import message
from smsbot.cli.campaign_report import list_campaigns, report, status
from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.core.campaigns.campaign import (
    CONFIRMATION,
    Arm,
    CampaignFault,
    Plan,
    Sample,
    look,
)
from smsbot.services import campaign_views, dry_run, staff
from smsbot.services import campaigns as service
from smsbot.services.campaign_views import Choices
from smsbot.services.dry_run import Desk
from smsbot.wiring import campaign_desk, clock

campaign_id = click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="ID")
by = click.option("--by", "name", required=True, help="The staff account that acts.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
moment = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])
_MOST = 1_000


@click.group()
def campaign() -> None:
    """Prepare, approve, run and hold campaigns; two people each. Times are UTC."""


for _one in (message, list_campaigns, status, report):
    campaign.add_command(_one)


def _desk() -> Desk:
    return campaign_desk(load_settings())


@campaign.command()
@click.argument("title", metavar="NAME")
@click.option("--topic", required=True, help="The topic that people joined, say NEWS.")
@click.option("--audience", default="", help="The id of a saved audience. [default: everybody]")
@click.option(
    "--message",
    "messages",
    multiple=True,
    type=int,
    required=True,
    metavar="ID",
    help="An approved message; once for each language.",
)
@click.option(
    "--other",
    "others",
    multiple=True,
    type=int,
    metavar="ID",
    help="The second message of a comparison.",
)
@click.option("--sample", default=0, help="People for each message of a comparison.")
@click.option("--sample-hours", default=24, show_default=True, help="Hours replies are counted.")
@click.option("--starts", type=moment, help="When it starts by itself. [default: by hand]")
@click.option("--expires", type=moment, help="When nothing leaves any more. [default: in a week]")
@click.option("--repeat-days", default=0, help="Draft the next one so many days later.")
@click.option("--canary", default=20, show_default=True, help="People who go first.")
@click.option("--sender", help="The number it leaves from. [default: SMSBOT_CAMPAIGN_FROM]")
@click.option("--confirm", default="", help=f"“{CONFIRMATION}”, for the number that answers.")
@by
def new(title: str, name: str, **given: Any) -> None:
    """Draft a campaign called NAME."""
    desk, now = _desk(), clock()
    with opened() as store:
        choices = campaign_views.choices(store)
        plan = _plan(title, name, given, choices, desk)
        if wrong := look(desk.house, plan, now):
            raise CampaignFault(" ".join(wrong))
        made = service.create(store, staff.named(store, name), plan, now)
    click.echo(f"Campaign {made} is a draft. Next: smsbot campaign check {made} --by {name}")


def _plan(title: str, name: str, given: dict[str, Any], choices: Choices, desk: Desk) -> Plan:
    known = {one.id: one for one in choices.messages}
    messages = {}
    for arm, ids in ((Arm.A, given["messages"]), (Arm.B, given["others"])):
        for number in ids:
            if number not in known:
                raise CampaignFault(f"Message {number} is not approved: smsbot campaign message")
            messages[arm, known[number].lang] = number
    if given["audience"] not in choices.audiences:
        raise CampaignFault("There is no such audience: smsbot audience list shows them.")
    sender = given["sender"] or desk.house.campaigns_from or ""
    confirmed = given["confirm"].strip().casefold() == CONFIRMATION
    return Plan(
        name=title,
        topic=given["topic"].upper(),
        audience=choices.audiences[given["audience"]][1],
        sender=sender,
        sender_confirmed_by=name if confirmed and sender == desk.house.answers_from else None,
        starts_at=_utc(given["starts"]),
        expires_at=_utc(given["expires"]) or clock() + timedelta(days=7),
        repeat_days=given["repeat_days"],
        canary_size=given["canary"],
        sample=Sample(each=given["sample"], hours=given["sample_hours"] if given["sample"] else 0),
        messages=messages,
    )


@campaign.command()
@campaign_id
@by
@as_json_option
def check(*, number: int, name: str, as_json: bool) -> None:
    """Do the dry run of campaign ID: who gets what when, and what it costs. Nothing is sent."""
    desk = _desk()
    with opened(patience_ms=20_000) as store:
        account = staff.named(store, name)
        with click.progressbar(length=1_000, label="Planning", hidden=as_json) as bar:
            done = 0

            def tell(at: int, whole: int) -> None:
                nonlocal done
                now = at * 1_000 // whole
                bar.update(now - done)
                done = now

            token = dry_run.check(store, account, number, desk, clock(), tell)
        found = campaign_views.show(store, number).checked
    if as_json:
        click.echo(json.dumps({"token": token, **found}))
        return
    click.echo(f"{found['people']:,} people, {found['segments']:,} segments, about"
               f" ${found['dollars']:,.2f}; ends {found['ends_at'] or 'never'}")  # fmt: skip
    for reason, people in found["left_out"].items():
        click.echo(f"  left out, {reason}: {people:,}")
    if found["too_late"]:
        click.echo(f"  expires before their turn: {found['too_late']:,}")
    click.echo(f"Somebody else approves it: smsbot campaign approve {number} --token {token[:12]}")


@campaign.command()
@campaign_id
@click.option("--token", required=True, help="That of the dry run, its first 12 letters or more.")
@by
def approve(*, number: int, token: str, name: str) -> None:
    """Say that the dry run with TOKEN may start. Not for who wrote it."""
    with opened() as store:
        whole = campaign_views.show(store, number).campaign.token or ""
        given = whole if len(token) >= 12 and whole.startswith(token) else token
        service.approve(store, staff.named(store, name), number, given, clock())
    click.echo(f"Campaign {number} is approved.")


@campaign.command()
@campaign_id
@by
def start(*, number: int, name: str) -> None:
    """Start campaign ID, unless anything has changed since its dry run."""
    desk = _desk()
    with opened(patience_ms=20_000) as store:
        dry_run.start(store, staff.named(store, name), number, desk, clock())
    click.echo(f"Campaign {number} runs. smsbot campaign status {number} says how far it is.")


@campaign.command()
@campaign_id
@click.option("--reason", default="")
@by
def pause(*, number: int, reason: str, name: str) -> None:
    """Hold campaign ID: nothing more of it leaves until it is resumed."""
    with opened() as store:
        service.pause(store, staff.named(store, name), number, reason, clock())
    click.echo(f"Campaign {number} is paused.")


@campaign.command()
@campaign_id
@by
def resume(*, number: int, name: str) -> None:
    """Let the paused campaign ID go on."""
    with opened() as store:
        service.resume(store, staff.named(store, name), number, clock())
    click.echo(f"Campaign {number} goes on.")


@campaign.command()
@campaign_id
@click.option("--reason", default="")
@by
def cancel(*, number: int, reason: str, name: str) -> None:
    """End campaign ID for good: what has not left never will."""
    with opened() as store:
        service.cancel(store, staff.named(store, name), number, reason, clock())
    click.echo(f"Campaign {number} is cancelled.")


def _utc(given: datetime | None) -> datetime | None:
    return None if given is None else given.replace(tzinfo=UTC)
