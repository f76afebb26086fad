"""`smsbot content`: the answers as files."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

import smsbot
from smsbot.core.editorial.faults import Fault
from smsbot.services.check_content import FOLDERS, Report, check_content, read_content

FOLDER = Path(smsbot.__file__).parent.parent / "content"
"""The answers that come with the program."""


class _Content(click.Group):
    """Imports what needs the database only when it is asked for: `check` needs none of it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_steps()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _steps().get(cmd_name)


def _steps() -> dict[str, click.Command]:
    from smsbot.cli.content_sheets import export_answers, import_
    from smsbot.cli.content_steps import STEPS

    return {str(one.name): one for one in (*STEPS, export_answers, import_)}


@click.group(cls=_Content)
def content() -> None:
    """The vetted answers: check, write, review and publish them; move them to files and back."""


@content.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: Path | None, *, as_json: bool) -> None:
    """Check a folder of answers as a set.

    PATH is a content folder; the answers that come with the program if left out. It may also be
    one file or folder inside: the whole set is checked then, and the faults in PATH are shown.

    Exit status: 0 nothing is wrong, 1 there are faults, 2 PATH is not what it should be.
    """
    path = path or _shown_folder()
    folder = _content_folder(path)
    report = check_content(read_content(folder), datetime.now(UTC).date())
    faults = [fault for fault in report.faults if path == folder or _is_about(fault, path)]
    click.echo(_as_json(report, faults) if as_json else _as_lines(report, faults))
    if faults:
        raise click.exceptions.Exit(1)


def _shown_folder() -> Path:
    """The shipped answers, named from where the reader stands if they are below it."""
    here = Path.cwd()
    return FOLDER.relative_to(here) if FOLDER.is_relative_to(here) else FOLDER


def _content_folder(path: Path) -> Path:
    """The content folder that a path is, or is in."""
    for folder in (path, path.absolute().parent, path.absolute().parent.parent):
        if any((folder / name).is_dir() for name in FOLDERS):
            return folder
    names = ", ".join(f"{name}/" for name in FOLDERS)
    raise click.UsageError(f"{path} is no content folder: name one that has {names}.")


def _is_about(fault: Fault, path: Path) -> bool:
    return Path(fault.file).absolute().is_relative_to(path.absolute())


def _as_json(report: Report, faults: list[Fault]) -> str:
    return json.dumps(
        {
            "answers": report.answers,
            "keywords": report.keywords,
            "waiting_for_signature": report.waiting,
            "faults": [asdict(fault) for fault in faults],
        }
    )


def _as_lines(report: Report, faults: list[Fault]) -> str:
    lines = [str(fault) for fault in faults]
    lines.append(
        f"{report.answers} answers to {report.keywords} keywords, {len(faults)} faults; "
        f"{report.waiting} answers wait for a clinician's signature."
    )
    return "\n".join(lines)


@content.command()
def seed() -> None:
    """Make the content folder's answers live; over what staff changed a file becomes a draft."""
    # Here, so that `check` needs no database and none of its libraries.
    from smsbot.config import load_settings
    from smsbot.services.seed import seed as seed_answers
    from smsbot.wiring import clock, open_store

    settings = load_settings()
    store = open_store(settings)
    done = seed_answers(store, settings.content, clock())
    store.close()
    click.echo(f"{done.added} answers added, {done.changed} changed.")
    for name in done.proposed:
        click.echo(f"{name}: staff changed it; the newer file waits as a draft.", err=True)
    for name in done.kept:
        click.echo(f"{name}: left as staff have it; the file was proposed before.", err=True)
