"""`smsbot db`: the schema's steps."""

import click

from smsbot.config import load_settings
from smsbot.services import migrate


@click.group("db")
def database() -> None:
    """Bring the database's schema up or down."""


@database.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION (the newest). Does nothing when it is there."""
    migrate.upgrade(load_settings().database_url, revision)
    click.echo("The database schema is up to date.")


@database.command()
@click.argument("revision")
@click.confirmation_option(prompt="Tables and their rows may be dropped. Go on?")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION ("base": nothing is left)."""
    migrate.downgrade(load_settings().database_url, revision)
    click.echo(f"The database schema is at {revision}.")


@database.command()
def check() -> None:
    """Say whether the database is at the newest step."""
    if not migrate.is_current(load_settings().database_url):
        click.echo("The schema is not the newest. Run `smsbot db upgrade`.", err=True)
        raise SystemExit(1)
    click.echo("The database schema is up to date.")
