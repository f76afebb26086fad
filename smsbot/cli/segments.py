"""`smsbot segments`: what texts cost to send."""

import json
import sys
from collections.abc import Iterator

import click

from smsbot.core.text.segments import measure


@click.command()
def segments() -> None:
    """Measure texts: one a line on standard input, one JSON object a line out.

    A line is plain text, or a JSON string where the text has line breaks of its own.
    """
    for line in _lines():
        found = measure(line)
        click.echo(
            json.dumps(
                {
                    "encoding": found.encoding,
                    "units": found.units,
                    "segments": found.segments,
                    "offenders": list(found.offenders),
                }
            )
        )


def _lines() -> Iterator[str]:
    """The texts: only a line feed ends a line, and bytes that are not UTF-8 become U+FFFD."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", errors="replace").removesuffix("\n").removesuffix("\r")
        yield _unquoted(line)


def _unquoted(line: str) -> str:
    """The string that the line is in JSON; the line itself if it is none."""
    if not line.startswith('"'):
        return line
    try:
        value = json.loads(line)
    except ValueError:
        return line
    return value if isinstance(value, str) else line
