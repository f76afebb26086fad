"""`smsbot staff`: who can sign in to the staff pages."""

import json
from pathlib import Path

import click

from smsbot.cli.opening import opened
from smsbot.cli.staff_demo import demo
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.services import second_factor
from smsbot.services import staff as accounts
from smsbot.wiring import clock

_LARGEST_FILE = 4096

password_file = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from this file's first line; made up and printed once if left out.",
)


@click.group()
def staff() -> None:
    """See and change who can sign in to the staff pages."""


staff.add_command(demo)


@staff.command()
@click.argument("name")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="What for."
)
@password_file
def add(name: str, role: str, password_file: Path | None) -> None:
    """Make an account for NAME."""
    with opened() as store:
        new = accounts.NewAccount(name=name, role=Role(role), password=_password(password_file))
        made_up = accounts.add(store, _by(), new)
    click.echo(f"Added {name} ({role}) to the staff.")
    _show(made_up)


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_accounts(*, as_json: bool) -> None:
    """List the accounts, disabled ones too."""
    with opened() as store:
        everyone = accounts.everyone(store)
    if as_json:
        click.echo(json.dumps([_fields(one) for one in everyone]))
        return
    if not everyone:
        click.echo("There are no accounts. Make one: smsbot staff add NAME --role admin")
    for one in everyone:
        state = f"disabled {one.disabled_at:%Y-%m-%d}" if one.disabled_at else "active"
        click.echo(f"{one.name:<24} {one.role:<10} {state}")


@staff.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let NAME sign in no more, and end NAME's sessions at once."""
    with opened() as store:
        accounts.disable(store, _by(), name)
    click.echo(f"{name} can't sign in any more; every session has ended.")


@staff.command()
@click.argument("name")
@password_file
def password(name: str, password_file: Path | None) -> None:
    """Give NAME a new password, and end NAME's sessions."""
    with opened() as store:
        made_up = accounts.replace_password(store, _by(), name, _password(password_file))
    click.echo(f"{name} has a new password; every session has ended.")
    _show(made_up)


@staff.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let NAME, who was disabled, sign in again."""
    with opened() as store:
        accounts.enable(store, _by(), name)
    click.echo(f"{name} can sign in again.")


@staff.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Take the second factor of NAME away, whose phone is lost; NAME sets up another."""
    with opened() as store:
        account = accounts.named(store, name)
        second_factor.reset(store, _by(), account)
    click.echo(f"{account.name} has no second factor any more; every session has ended.")


def _by() -> By:
    return By(name=accounts.SHELL, at=clock())


def _password(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.readline(_LARGEST_FILE).rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"{file} can't be read as UTF-8 text.") from None


def _show(made_up: str | None) -> None:
    if made_up is not None:
        click.echo(f"Password, shown only this once: {made_up}")


def _fields(one: StaffAccount) -> dict[str, str | None]:
    return {
        "name": one.name,
        "role": one.role.value,
        "created_at": one.created_at.isoformat(),
        "disabled_at": one.disabled_at.isoformat() if one.disabled_at else None,
    }
