"""The `smsbot` program: what staff and operators do from a shell.

Each command says in one line what is wrong and what to do next, and exits with 0 (done), 1 (found
faults, or could not) or 2 (used wrongly).
"""

import gc
import importlib
import sys

import click

from smsbot.core.errors import SmsbotError

_COMMANDS = {
    "alerts": "smsbot.cli.alerts:alerts",
    "audience": "smsbot.cli.audience:audience",
    "campaign": "smsbot.cli.campaign:campaign",
    "chat": "smsbot.cli.chat:chat",
    "consent": "smsbot.cli.consent:consent",
    "content": "smsbot.cli.content:content",
    "db": "smsbot.cli.database:database",
    "doctor": "smsbot.cli.doctor:doctor",
    "eval": "smsbot.cli.eval:evaluation",
    "explain": "smsbot.cli.explain:explain",
    "hours": "smsbot.cli.hours:hours",
    "forget": "smsbot.cli.forget:forget",
    "kit": "smsbot.cli.kit:kit",
    "outbox": "smsbot.cli.outbox:outbox",
    "report": "smsbot.cli.report:report",
    "segments": "smsbot.cli.segments:segments",
    "simulator": "smsbot.cli.simulator:simulator",
    "staff": "smsbot.cli.staff:staff",
    "train": "smsbot.cli.train:train",
    "web": "smsbot.cli.web:web",
    "worker": "smsbot.cli.worker:worker",
}


class _Commands(click.Group):
    """Imports a command when it is asked for: `smsbot segments` needs no database driver."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        # Nothing that an import makes is garbage, and looking for some takes a seventh of the time.
        gc.disable()
        try:
            command = getattr(importlib.import_module(module), name)
        finally:
            gc.enable()
        assert isinstance(command, click.Command)  # noqa: S101 - for the type checker
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="smsbot")
def program() -> None:
    """Short, vetted, sourced answers by text message; the 988 Lifeline comes first."""


def main() -> None:
    """Run the program; what a person can mend is one line on standard error."""
    try:
        program(prog_name="smsbot")
    except SmsbotError as error:
        click.echo(f"smsbot: {error}", err=True)
        sys.exit(1)
