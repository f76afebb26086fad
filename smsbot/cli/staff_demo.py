"""`smsbot staff demo`: a login for each role, to try out on one's own machine what takes two."""

import click

from smsbot.cli.opening import opened
from smsbot.config import Environment, load_settings
from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.services import staff as accounts
from smsbot.wiring import clock

ADMIN = "demo"


@click.command()
def demo() -> None:
    """Make an account for each role and print the passwords, once. Refused in production."""
    if load_settings().environment is Environment.PRODUCTION:
        raise click.ClickException(
            "Demo accounts are for one's own machine, and SMSBOT_ENV is production."
            " Make a real one: smsbot staff add NAME --role admin"
        )
    with opened() as store:
        by = By(name=accounts.SHELL, at=clock())
        there = {one.name for one in accounts.everyone(store)}
        made = {
            role: (name, accounts.add(store, by, accounts.NewAccount(name=name, role=role)))
            for role in sorted(Role, key=lambda role: role is not Role.ADMIN)
            if (name := _name(role)) not in there
        }
    for role, (name, password) in made.items():
        if role is Role.ADMIN:
            click.echo(f"Added {name} (admin) to the staff, for trying out.")
            click.echo(f"Password, shown only this once: {password}")
            click.echo("One login for each other role, shown only this once too:")
        else:
            click.echo(f"  {name:<16} {password}")


def _name(role: Role) -> str:
    return ADMIN if role is Role.ADMIN else f"{ADMIN}-{role.value}"
