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


@click.group()
def content() -> None:
    """The vetted answers: check them, and move them between files and the database."""


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
    """Write the content folder's answers into the database; what staff changed stays."""
    # Here, so that `check` needs no database and none of its libraries.
    from smsbot.config import load_settings
    from smsbot.services.seed import seed as seed_answers
    from smsbot.wiring import open_store

    settings = load_settings()
    store = open_store(settings)
    done = seed_answers(store, settings.content)
    store.close()
    click.echo(f"{done.added} answers added, {done.changed} changed.")
    for name in done.kept:
        click.echo(f"{name}: left as staff have it; the file differs.", err=True)


@content.command("export")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
def export_answers(path: Path) -> None:
    """Write every answer of the database as a file under PATH, in the format `seed` reads."""
    from smsbot.config import load_settings
    from smsbot.services.content_files import export
    from smsbot.wiring import open_store

    store = open_store(load_settings())
    try:
        number = export(store, path)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from error
    finally:
        store.close()
    click.echo(f"{number} answers written to {path}.")
