"""`smsbot db`: the schema's steps."""

import click

from smsbot.cli.opening import opened
from smsbot.config import load_settings
from smsbot.services import migrate, rekey


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


@database.command("rekey")
def move_to_newest_keys() -> None:
    """Find and seal every number under the newest SMSBOT_INDEX_KEY and SMSBOT_DATA_KEY.

    May run while texts arrive, and be run again. docs/operations.md says how keys are rotated.
    """
    moved = nameless = 0
    with (
        opened() as store,
        click.progressbar(length=rekey.contacts(store), label="contacts") as bar,
    ):
        for done in rekey.run(store):
            bar.update(done.seen)
            moved, nameless = moved + done.moved, nameless + done.nameless
    click.echo(f"{moved} contacts moved to the newest keys.")
    if nameless:
        click.echo(
            f"{nameless} contacts were forgotten at their wish and can't be moved: keep the old"
            " index keys, or their opt-outs are forgotten too."
        )
