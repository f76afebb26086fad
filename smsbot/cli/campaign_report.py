"""`smsbot campaign list`, `status` and `report`: how campaigns stand and what came of them."""

import json
from pathlib import Path

import click

from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.core.campaigns.campaign import Campaign
from smsbot.services import after_campaign, campaign_views
from smsbot.wiring import campaign_desk
from smsbot.wiring_chores import MEANINGS

campaign_id = click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="ID")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_MOST = 1_000


@click.command("list")
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1, _MOST))
@as_json_option
def list_campaigns(*, limit: int, as_json: bool) -> None:
    """List the newest campaigns with what came of each."""
    desk = campaign_desk(load_settings())
    with opened(patience_ms=20_000) as store:
        found = after_campaign.compare(store, desk, limit)
    if as_json:
        rows = [
            {**_fields(one.campaign), "left": one.report.left, "delivered": one.report.delivered,
             "opt_outs": one.report.opt_outs, "dollars": one.report.dollars}
            for one in found
        ]  # fmt: skip
        click.echo(json.dumps(rows))
        return
    if not found:
        click.echo("There is no campaign yet. `smsbot campaign new --help` says how to make one.")
    for one in found:
        plan, came = one.campaign.plan, one.report
        click.echo(
            f"{one.campaign.id:>6}  {one.campaign.state.value:<9}  {plan.name:<30} "
            f"{came.left:>9,} left {came.delivered:>9,} delivered {came.opt_outs:>6,} STOP"
            f"  ${came.dollars:,.2f}"
        )


@click.command()
@campaign_id
@as_json_option
def status(*, number: int, as_json: bool) -> None:
    """Say how far campaign ID is."""
    with opened() as store:
        shown = campaign_views.show(store, number)
    one, progress = shown.campaign, shown.progress
    if as_json:
        click.echo(json.dumps({**_fields(one), "progress": progress}))
        return
    click.echo(f"Campaign {one.id}, {one.plan.name}: {one.state.value} {one.phase.value}".rstrip())
    if one.held_because:
        click.echo(f"Held: {one.held_because}")
    if progress:
        people, waiting = progress["people"], progress["waiting"]
        with click.progressbar(length=max(people, 1), label="Texts") as bar:
            bar.update(people - waiting)
        minutes = progress["seconds_left"] / 60
        click.echo(f"{waiting:,} of {people:,} wait; {minutes:,.0f} minutes left at full speed")
        for state, code, texts in progress["ends"]:
            click.echo(f"  {state}{f' ({code})' if code else ''}: {texts:,}")


@click.command()
@campaign_id
@click.option(
    "--csv",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every recipient into this file, numbers masked.",
)
@as_json_option
def report(*, number: int, path: Path | None, as_json: bool) -> None:
    """Say what came of campaign ID."""
    desk = campaign_desk(load_settings())
    with opened(patience_ms=20_000) as store:
        found = after_campaign.report(store, number, desk)
        if path is not None:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(after_campaign.as_csv(store, number, MEANINGS))
    if as_json:
        ends = [[one.state.value, one.error_code, one.texts, one.opt_outs] for one in found.ends]
        click.echo(json.dumps({
            "people": found.people, "waiting": found.waiting, "left": found.left,
            "delivered": found.delivered, "opt_outs": found.opt_outs, "dollars": found.dollars,
            "ends": ends, "aside": [[*key, n] for key, n in sorted(found.aside.items())],
        }))  # fmt: skip
        return
    click.echo(f"{found.people:,} people; {found.left:,} texts left, {found.delivered:,} delivered,"
               f" {found.opt_outs:,} took themselves off, about ${found.dollars:,.2f}")  # fmt: skip
    for code, texts, stops in found.by_error:
        says = MEANINGS.get(code, "no reason was given")
        click.echo(f"  not delivered, {code or 'no code'}: {texts:,} ({stops} STOP)  {says}")
    for (state, reason), people in sorted(found.aside.items()):
        click.echo(f"  {state}{f', {reason}' if reason else ''}: {people:,}")


def _fields(one: Campaign) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.plan.name,
        "state": one.state.value,
        "phase": one.phase.value,
        "topic": one.plan.topic,
        "author": one.author,
        "approved_by": one.approved_by,
        "held_because": one.held_because,
    }
