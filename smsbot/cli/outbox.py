"""`smsbot outbox`: what waits to leave, what became of one text, and what staff may do about it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from enum import Enum

import click

from smsbot.cli.opening import opened
from smsbot.core.outbound.history import Entry, standing, tell
from smsbot.core.outbound.outbox import State
from smsbot.services import outbox as service
from smsbot.services.outbox import By
from smsbot.services.store import Store
from smsbot.wiring import clock
from smsbot.wiring_chores import MEANINGS

_MOST_LISTED = 1_000

text_id = click.argument("number", type=click.IntRange(1, 2**63 - 1), metavar="ID")
text_ids = click.argument("numbers", nargs=-1, type=click.IntRange(1, 2**63 - 1), metavar="ID...")
by = click.option("--by", "name", required=True, help="The staff account that acts.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def outbox() -> None:
    """See what waits to leave, and settle what waits for a person.

    Of a number the last two digits are shown, of a text nothing.
    """


@outbox.command()
@as_json_option
def summary(*, as_json: bool) -> None:
    """Count the outbox by state: rows, oldest due age, rows that wait for a person."""
    with opened() as store:
        found = service.summarize(store, clock())
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
    click.echo(f"texts that arrived and were found late (48 h): {found.inbound_found_late}")
    click.echo(f"receipts of texts nobody knows (24 h): {found.orphan_receipts}")
    click.echo(f"texts known to have been sent twice: {found.duplicates}")


@outbox.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help="Only texts in this state; may be given several times. [default: unknown, human, parked]",
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, _MOST_LISTED))
@as_json_option
def list_texts(*, states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List texts, the newest first: those that wait for a person, unless told otherwise."""
    wanted = [State(state) for state in states] or list(service.FOR_A_PERSON)
    with opened() as store:
        found = service.listed(store, wanted, limit)
    if as_json:
        click.echo(json.dumps([_fields(one) for one in found]))
        return
    if not found:
        click.echo("There are none.")
    for one in found:
        code = f"  error {one.error_code}" if one.error_code else ""
        click.echo(
            f"{one.id:>8}  {one.updated_at:%Y-%m-%d %H:%M} UTC  {one.state.value:<11} "
            f"{one.lane.name.lower():<8} {one.recipient}{code}"
        )


@outbox.command()
@text_id
@as_json_option
def show(*, number: int, as_json: bool) -> None:
    """Tell the whole history of text ID in words: queued, tried, heard, decided."""
    with opened() as store:
        story = service.show(store, number)
    lines = tell(story, MEANINGS)
    entry = story.entry
    if as_json:
        history = [{"at": at.isoformat(), "says": says} for at, says in lines]
        told = {**_fields(entry), "standing": standing(entry.state), "history": history}
        click.echo(json.dumps(told))
        return
    click.echo(f"Text {entry.id} to {entry.recipient}, {entry.lane.name.lower()} lane.")
    for at, says in lines:
        click.echo(f"{at:%Y-%m-%d %H:%M:%S} UTC  {says}")
    click.echo(f"Now: {entry.state.value}. {standing(entry.state)}")


@outbox.command()
@text_id
@click.argument("sid")
@by
@as_json_option
def link(*, number: int, sid: str, name: str, as_json: bool) -> None:
    """Say that text ID, of which nobody was sure, is the message SID at Twilio."""
    _act(lambda store: service.link(store, number, sid, _now(name)), [number], as_json=as_json)


@outbox.command()
@text_id
@by
@as_json_option
def resend(*, number: int, name: str, as_json: bool) -> None:
    """Send text ID once more, which waits for a person. They may get it twice."""
    _act(lambda store: service.resend(store, number, _now(name)), [number], as_json=as_json)


@outbox.command()
@text_id
@by
@as_json_option
def cancel(*, number: int, name: str, as_json: bool) -> None:
    """Take text ID back, which is queued, parked or waits for a person."""
    _act(lambda store: service.cancel(store, number, _now(name)), [number], as_json=as_json)


@outbox.command()
@text_ids
@click.option("--all", "everything", is_flag=True, help="Release every parked text.")
@by
@as_json_option
def release(*, numbers: tuple[int, ...], everything: bool, name: str, as_json: bool) -> None:
    """Let the parked texts ID... leave: what was wrong with our account or number is mended."""
    if bool(numbers) == everything:
        raise click.UsageError("Name the texts, or give --all.")
    with opened() as store:
        wanted = service.parked(store) if everything else list(numbers)
        for number in wanted:
            service.release(store, number, _now(name))
    _done(wanted, State.QUEUED, as_json=as_json)


def _act(action: Callable[[Store], None], numbers: list[int], *, as_json: bool) -> None:
    with opened() as store:
        action(store)
        state = service.show(store, numbers[0]).entry.state
    _done(numbers, state, as_json=as_json)


def _done(numbers: list[int], state: State, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([{"id": number, "state": state.value} for number in numbers]))
        return
    for number in numbers:
        click.echo(f"Text {number} is {state.value} now.")
    if not numbers:
        click.echo("There are none.")


def _now(name: str) -> By:
    return By(name=name, at=clock())


def _fields(one: Entry) -> dict[str, object]:
    return {name: _plain(value) for name, value in asdict(one).items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.name.lower()
    return value
