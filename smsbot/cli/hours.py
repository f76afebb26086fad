"""`smsbot hours`: when a campaign text may leave, and by which rule."""

import json
from datetime import UTC, datetime

import click

from smsbot.config import load_settings
from smsbot.core.campaigns.hours import Verdict
from smsbot.core.campaigns.places import place_of
from smsbot.services import hours as service
from smsbot.services.hours import CellDay, Explained
from smsbot.wiring import clock

_KNOWN_BY = {
    "state": "the state they gave",
    "zip": "the ZIP code they gave",
    "state and zip": "the state and ZIP code they gave",
    "area code": "their area code",
    "nothing": "nothing: they may be anywhere in the country",
    "abroad": "a place that no campaign text goes to",
}


@click.group()
def hours() -> None:
    """See when campaign texts may leave. Answers to a text are not bound by these hours."""


@hours.command()
@click.option("--state", help="Two letters, as the person gave it: NY.")
@click.option("--zip", "zip_code", help="ZIP code, or its first three digits.")
@click.option("--area-code", help="The three digits after +1; asks for no number.")
@click.option("--at", "at", help="A moment such as 2026-11-26T21:30-05:00; else now.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(
    state: str | None, zip_code: str | None, area_code: str | None, at: str | None, *, as_json: bool
) -> None:
    """Tell where a person may be, what every rule says of the moment, and when it is allowed."""
    book = service.read_hours(load_settings().content)
    if state and state.upper() not in book.atlas.states:
        raise click.BadParameter(
            f"{state} is no state. Write two letters: NY.", param_hint="--state"
        )
    place = place_of(book.atlas, state=state, zip_code=zip_code, area_code=area_code)
    found = service.explain(book, place, _moment(at))
    if as_json:
        click.echo(json.dumps(_fields(found), indent=2))
        return
    click.echo(f"Known by {_KNOWN_BY[place.basis]}.")
    for day in found.days[:12]:
        _tell(day)
    if len(found.days) > 12:
        click.echo(f"... and {len(found.days) - 12} more states and zones (--json lists them).")
    click.echo(_answer(found))


def _moment(text: str | None) -> datetime:
    if text is None:
        return clock()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text} is no moment. Write it as 2026-11-26T21:30-05:00.", param_hint="--at"
        ) from None
    if moment.tzinfo is None:
        raise click.BadParameter("Say the zone too: 21:30Z, or 21:30-05:00.", param_hint="--at")
    return moment.astimezone(UTC)


def _tell(day: CellDay) -> None:
    what = f"open {day.window}" if day.window else "closed all day"
    click.echo(f"{day.cell.state}  {day.local:%a %Y-%m-%d %H:%M} {day.cell.zone}: {what}")
    for verdict in day.decisive:
        source = verdict.rule.source
        click.echo(f"    {verdict.rule.name}: {_said(verdict)}")
        click.echo(f"    {source.title}, {source.address} (read {source.read_on})")


def _said(verdict: Verdict) -> str:
    if verdict.window is not None:
        return f"{verdict.window}. {verdict.rule.says}"
    return f"{'holiday' if verdict.is_holiday else 'closed this day'}. {verdict.rule.says}"


def _answer(found: Explained) -> str:
    if not found.place.cells:
        return "Never: we do not know the clock there."
    if found.is_allowed:
        return "Allowed now."
    if found.next_allowed is None:
        return "Not allowed within the next 31 days."
    return f"Held. Next allowed at {found.next_allowed:%Y-%m-%d %H:%M:%S} UTC."


def _fields(found: Explained) -> dict[str, object]:
    return {
        "known_by": found.place.basis,
        "at": found.moment.isoformat(),
        "allowed": found.is_allowed,
        "next_allowed": found.next_allowed.isoformat() if found.next_allowed else None,
        "places": [
            {
                "state": day.cell.state,
                "zone": str(day.cell.zone),
                "local": day.local.isoformat(),
                "window": str(day.window) if day.window else None,
                "rules": [
                    {
                        "name": one.rule.name,
                        "window": str(one.window) if one.window else None,
                        "holiday": one.is_holiday,
                        "decides": one in day.decisive,
                        "says": one.rule.says,
                        "source": one.rule.source.address,
                        "read": one.rule.source.read_on.isoformat(),
                    }
                    for one in day.verdicts
                ],
            }
            for day in found.days
        ],
    }
