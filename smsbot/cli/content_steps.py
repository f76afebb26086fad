"""`smsbot content list, show, draft, submit ...`: the way of a text, from a shell."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from smsbot.cli.content_store import acting, as_name, by_option, opened
from smsbot.core.answers import Answer
from smsbot.core.editorial.checklist import CHECKLIST, signed_note
from smsbot.core.editorial.differences import one_line
from smsbot.core.editorial.revisions import Revision
from smsbot.core.messages import Lang
from smsbot.services import editorial, editorial_publish, editorial_review

answer_name = click.argument("name", callback=as_name, metavar="ANSWER")
revision_id = click.argument("revision", type=int)
note_option = click.option("--note", default="", help="Why; the history keeps it.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

Name = tuple[str, Lang]
Command = Callable[..., None]


@click.command("list")
@as_json_option
def list_revisions(*, as_json: bool) -> None:
    """List what is being written, reviewed or waits to go live."""
    with opened() as store:
        waiting = editorial.open_revisions(store)
    if as_json:
        click.echo(json.dumps([_fields(one) for one in waiting]))
        return
    if not waiting:
        click.echo("Nothing is being written or reviewed.")
    for one in waiting:
        click.echo(_line(one))


@click.command()
@answer_name
@as_json_option
def show(name: Name, *, as_json: bool) -> None:
    """Show every revision of ANSWER (FDA.en), the newest first, and what it would change."""
    with opened() as store:
        found = editorial.revisions_of(store, name)
        differing = {one.id: editorial.against_live(store, one) for one in found}
    if as_json:
        click.echo(json.dumps([_fields(one) | {"short": one.answer.short} for one in found]))
        return
    if not found:
        raise click.ClickException(f"There is no answer {name[0]}.{name[1].value}.")
    for one in found:
        click.echo(_line(one))
        if one.state.value in ("draft", "in_review", "approved"):
            for change in differing[one.id]:
                click.echo(f"    {one_line(change)}")


@click.command()
@answer_name
@as_json_option
def history(name: Name, *, as_json: bool) -> None:
    """Show who did what to ANSWER (FDA.en), the newest first."""
    with opened() as store:
        events = editorial.history(store, name)
    if as_json:
        found = [
            {"n": e.n, "at": e.at.isoformat(), "who": e.who, "what": e.what, "note": e.note}
            for e in events
        ]
        click.echo(json.dumps(found))
        return
    for e in events:
        note = f" ({e.note})" if e.note else ""
        click.echo(f"{e.at:%Y-%m-%d %H:%M}  revision {e.n} {e.what} by {e.who}{note}")


@click.command()
@answer_name
@by_option
@click.option("--from", "n", type=int, help="Begin from this revision instead of the live one.")
@click.option(
    "--short-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the new short text from this file.",
)  # fmt: skip
@click.option("--why", default="", help="The reason for the change.")
def draft(name: Name, by: str, n: int | None, short_file: Path | None, why: str) -> None:
    """Begin a draft of ANSWER (FDA.en) and print its id."""
    with opened() as store:
        account, now = acting(store, by)
        one = editorial.begin(store, account, name, now, n=n)
        if short_file is not None or why:
            changed = _with_short(one, short_file)
            one = editorial.save(store, account, one, now, answer=changed, why=why)
    click.echo(_line(one))


@click.command()
@revision_id
@by_option
def submit(revision: int, by: str) -> None:
    """Hand the draft REVISION (its id) to the reviewers."""
    from smsbot.config import load_settings
    from smsbot.services.check_content import read_claims

    claims = read_claims(load_settings().content)
    with opened() as store:
        account, now = acting(store, by)
        findings = editorial.submit(store, account, revision, now, claims=claims)
        one = editorial.revision(store, revision)
    for finding in findings.warnings:
        click.echo(f"Note: {finding}", err=True)
    click.echo(_line(one))


def _step(
    name: str, about: str, does: Callable[..., object], *options: Callable[[Command], Command]
) -> click.Command:
    """A command that takes one revision one step further."""

    def command(revision: int, by: str, **given: Any) -> None:
        if "checked" in given:
            if not given.pop("checked"):
                raise click.ClickException(_ASKS)
            given["note"] = signed_note(given["note"])
        with opened() as store:
            account, now = acting(store, by)
            does(store, account, revision, now, **given)
            click.echo(_line(editorial.revision(store, revision)))

    every: tuple[Callable[[Command], Command], ...] = (*options, by_option, revision_id)
    for option in every:
        command = option(command)
    return click.command(name, help=about)(command)


_ASKS = "\n".join(
    (
        "Who approves says yes to each of these; then add --checked:",
        *(f"  - {point.asks}" for point in CHECKLIST),
    )
)
checked_option = click.option("--checked", is_flag=True, help="Every point of the list holds.")

take_back = _step("take-back", "Make a draft of REVISION (its id) again.", editorial.take_back)
discard = _step("discard", "Give the draft REVISION (its id) up.", editorial.discard)
approve = _step(
    "approve", "Approve and sign REVISION (its id), which somebody else wrote.",
    editorial_review.approve, checked_option, note_option,
)  # fmt: skip
approve_second = _step(
    "approve-second", "Approve the crisis text REVISION (its id) as the second person.",
    editorial_review.approve_second, checked_option, note_option,
)  # fmt: skip
refuse = _step(
    "refuse", "Give REVISION (its id) back to its author; --note says why.",
    editorial_review.refuse, note_option,
)  # fmt: skip


@click.command()
@revision_id
@by_option
@click.option(
    "--at", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]), help="When, in UTC."
)
def publish(revision: int, by: str, at: datetime | None) -> None:
    """Make the approved REVISION (its id) live, now or --at a time."""
    with opened() as store:
        account, now = acting(store, by)
        if at is None:
            editorial_publish.publish(store, account, revision, now)
        else:
            moment = at.replace(tzinfo=UTC)
            editorial_publish.schedule(store, account, revision, now, at=moment)
        click.echo(_line(editorial.revision(store, revision)))


@click.command()
@answer_name
@by_option
@click.option("--to", "n", type=int, help="The number of the revision to bring back.")
def rollback(name: Name, by: str, n: int | None) -> None:
    """Bring back the text of ANSWER (FDA.en) that was live before, or --to another."""
    with opened() as store:
        account, now = acting(store, by)
        click.echo(_line(editorial_publish.roll_back(store, account, name, now, n=n)))


@click.command()
@answer_name
@by_option
@note_option
def retire(name: Name, by: str, note: str) -> None:
    """Take ANSWER (FDA.en) away from people."""
    with opened() as store:
        account, now = acting(store, by)
        click.echo(_line(editorial_publish.retire(store, account, name, now, note=note)))


STEPS = (
    list_revisions, show, history, draft, submit, take_back, discard, approve, approve_second,
    refuse, publish, rollback, retire,
)  # fmt: skip
"""The commands, for the group `smsbot content`."""


def _line(one: Revision) -> str:
    state = one.state.value.replace("_", " ")
    more = " needs a second approver" if state == "approved" and one.needs_second else ""
    if one.publish_at is not None:
        more += f" goes live {one.publish_at:%Y-%m-%d %H:%M} UTC"
    return f"{one.id:>6}  {one.name:<16} revision {one.n} {state}, by {one.answer.author}{more}"


def _fields(one: Revision) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "n": one.n,
        "state": one.state.value,
        "origin": one.origin.value,
        "author": one.answer.author,
        "approved_by": one.approved_by,
        "second_by": one.second_by,
        "changed_at": one.changed_at.isoformat(),
        "publish_at": one.publish_at.isoformat() if one.publish_at else None,
    }


def _with_short(one: Revision, file: Path | None) -> Answer:
    if file is None:
        return one.answer
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"{file} can't be read as UTF-8 text.") from None
    return replace(one.answer, short=text)
