"""`smsbot kit`: codes for posters and cards, from a shell."""

import json
from pathlib import Path

import click

from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.core.campaigns.kit import Format, Kind
from smsbot.core.campaigns.small_cells import LEAST, Total
from smsbot.core.editorial.deeds import By
from smsbot.core.messages import Lang
from smsbot.services import kit as service
from smsbot.services import kit_outcome
from smsbot.services.kit import KitFault, Wanted
from smsbot.services.kit_outcome import Listed, Outcome
from smsbot.wiring import clock
from smsbot.wiring_kit import printer

_FEW = f"fewer than {LEAST}"

by_option = click.option("--by", "name", required=True, help="The staff account that acts.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
code_argument = click.argument("code")


@click.group()
def kit() -> None:
    """Make entry codes, print posters and cards, and see what came of them.

    Numbers under five are never shown, and today's not before it has ended (UTC).
    """


@kit.command("list")
@as_json_option
def list_codes(*, as_json: bool) -> None:
    """List all codes, the newest first."""
    with opened() as store:
        found = kit_outcome.everything(store, clock().date())
    if as_json:
        click.echo(json.dumps([_line(one) for one in found]))
        return
    if not found:
        click.echo("There is no code yet. Make one: smsbot kit new FDA --label 'Main library'")
    for one in found:
        code, ended = one.code, "  retired" if one.code.retired_at else ""
        said = f"{code.keyword} {code.code}"
        click.echo(f"{said:<24} {code.lang.value}  {code.label}: {one.texts} texts{ended}")


@kit.command()
@click.option("--lang", type=click.Choice([one.value for one in Lang]), default=Lang.EN.value)
def words(lang: str) -> None:
    """List the words that may stand on a poster."""
    with opened() as store:
        for word in service.printable(store)[Lang(lang)]:
            click.echo(word)


@kit.command()
@click.argument("word")
@click.option("--lang", type=click.Choice([one.value for one in Lang]), default=Lang.EN.value)
@click.option("--label", required=True, help="Where it will be; only staff see this.")
@click.option("--campaign", "campaign_id", type=click.IntRange(1), help="The campaign's id.")
@by_option
def new(word: str, lang: str, label: str, campaign_id: int | None, name: str) -> None:
    """Make a code for WORD and print what to text."""
    wanted = Wanted(word=word.upper(), lang=Lang(lang), label=label, campaign_id=campaign_id)
    with opened() as store:
        made = service.make(store, By(name=name, at=clock()), wanted)
    click.echo(f"{made.keyword} {made.code}")


@kit.command("print")
@code_argument
@click.option("--kind", type=click.Choice([one.value for one in Kind]), multiple=True)
@click.option("--format", "form", type=click.Choice([one.value for one in Format]), default="pdf")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(),
    help="The folder for the files; else this one.",
)  # fmt: skip
def print_sheets(code: str, kind: tuple[str, ...], form: str, folder: Path) -> None:
    """Write the poster, handbills and cards of CODE as files."""
    settings = load_settings()
    with opened() as store:
        kept = service.find(store, code)
        if kept is None:
            raise KitFault(f"There is no code {code[:8]}. List them: smsbot kit list")
        folder.mkdir(parents=True, exist_ok=True)
        for one in kind or [one.value for one in Kind]:
            drawn = service.draw(store, kept, Kind(one), Format(form), printer(settings))
            path = folder / f"{kept.keyword}-{kept.code}-{one}.{form}".lower()
            path.write_bytes(drawn)
            click.echo(str(path))


@kit.command()
@code_argument
@as_json_option
def report(code: str, *, as_json: bool) -> None:
    """Tell what came of CODE until the end of yesterday (UTC)."""
    with opened() as store:
        found = kit_outcome.outcome(store, code.strip().upper(), clock().date())
    if found is None:
        raise KitFault(f"There is no code {code[:8]}. List them: smsbot kit list")
    if as_json:
        click.echo(json.dumps(_fields(found)))
        return
    click.echo(f"{found.code.keyword} {found.code.code}: {found.code.label}")
    click.echo(f"texts with the code: {found.texts}")
    click.echo(f"people who first came by it: {found.people}")
    click.echo(f"of them said STOP later: {_FEW if found.opt_outs is None else found.opt_outs}")
    for title, named in (("asked next", found.asked_next), ("joined", found.joined)):
        listed = ", ".join(f"{topic} {number}" for topic, number in named)
        click.echo(f"{title}: {listed or f'no topic {LEAST} times'}")


@kit.command()
@code_argument
@by_option
def retire(code: str, name: str) -> None:
    """Take CODE out of use. It is still answered and counted."""
    with opened() as store:
        service.retire(store, By(name=name, at=clock()), code.strip().upper())
    click.echo(f"{code.upper()} is retired.")


@kit.command("bring-back")
@code_argument
@by_option
def bring_back(code: str, name: str) -> None:
    """Undo that."""
    with opened() as store:
        service.bring_back(store, By(name=name, at=clock()), code.strip().upper())
    click.echo(f"{code.upper()} is in use again.")


def _line(one: Listed) -> dict[str, object]:
    code = one.code
    return {
        "code": code.code,
        "word": code.keyword,
        "lang": code.lang.value,
        "label": code.label,
        "campaign_id": code.campaign_id,
        "made_at": code.created_at.isoformat(),
        "retired_at": code.retired_at.isoformat() if code.retired_at else None,
        "texts": _total(one.texts),
        "people": _total(one.people),
    }


def _fields(found: Outcome) -> dict[str, object]:
    return {
        **_line(Listed(code=found.code, texts=found.texts, people=found.people)),
        "opt_outs": found.opt_outs,
        "asked_next": dict(found.asked_next),
        "joined": dict(found.joined),
        "days": [
            {"day": one.day.isoformat(), "texts": one.texts, "people": one.people}
            for one in found.days
        ],
    }


def _total(total: Total) -> dict[str, object]:
    return {"at_least": total.at_least, "exact": total.is_exact}
