"""`smsbot worker`: the process that sends."""

import click

from smsbot.config import LogFormat, load_settings
from smsbot.logs import configure


@click.command()
def worker() -> None:
    """Run the RQ worker with its sweeper; starts an embedded Valkey when none is set."""
    from worker import process

    settings = load_settings()
    configure(as_json=settings.log is LogFormat.JSON)
    process.run(settings)
