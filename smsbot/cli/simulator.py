"""`smsbot simulator`: a carrier on this machine, in Twilio's place."""

import json
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click

from smsbot.cli.carrier_account import LOOPBACK, carrier_account
from smsbot.config import Environment, load_settings
from smsbot.core.errors import SettingsFault
from smsbot.providers.simulator.app import build_server
from smsbot.providers.simulator.carrier import Carrier
from smsbot.providers.simulator.journal import Journal
from smsbot.providers.simulator.rules import PlanFault, read_plan
from smsbot.providers.simulator.trial import Trial


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Where to listen; default: TWILIO_API_URL.")
@click.option(
    "--webhook",
    metavar="URL",
    multiple=True,
    help="The bot's base address; default: SMSBOT_PUBLIC_URLS. A second one is the fallback.",
)
@click.option("--pace", default=0.4, show_default=True, help="Seconds a text spends in a state.")
@click.option(
    "--trial",
    envvar="SMSBOT_SIMULATOR_TRIAL",
    metavar="JSON",
    default="{}",
    help='What goes wrong by plan, e.g. {"seed": 7, "rules": [{"fault": "accept_500"}]}.',
)
@click.option(
    "--journal",
    envvar="SMSBOT_SIMULATOR_JOURNAL",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write down what was accepted, line by line, before any answer; holds numbers and texts.",
)
@click.option(
    "--tls", metavar="CERT KEY", nargs=2, help="Speak https with this certificate and key (PEM)."
)
def simulator(**options: Any) -> None:
    """Run the carrier simulator alone: Twilio's REST paths, and phones for /simulator/."""
    settings = load_settings()
    if settings.environment is Environment.PRODUCTION:
        raise SettingsFault(
            "The carrier simulator is for development: unset SMSBOT_ENV=production to run it."
        )
    host, port = _address(options["bind"] or urlsplit(settings.api_url).netloc)
    if host not in LOOPBACK:
        click.echo("Warning: everybody who reaches this address can text as any phone.", err=True)
    carrier = Carrier(
        carrier_account(settings, *options["webhook"][:2]),
        clock=_now,
        chance=random.SystemRandom(),
        pace_seconds=options["pace"],
        trial=_trial(options["trial"], options["journal"]),
    )
    try:
        server = build_server(carrier, host, port, tls=options["tls"])
    except (OSError, SystemExit) as error:
        carrier.close()
        raise SettingsFault(
            f"Can't listen on {host}:{port}: choose another with --bind HOST:PORT."
        ) from error
    signal.signal(signal.SIGTERM, _leave)
    scheme = "https" if options["tls"] else "http"
    click.echo(f"Carrier simulator on {scheme}://{host}:{server.port}", err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        carrier.close()
        server.server_close()


def _now() -> datetime:
    return datetime.now(UTC)


def _trial(plan: str, journal: Path | None) -> Trial:
    try:
        wanted = read_plan(json.loads(plan))
    except (ValueError, PlanFault) as error:
        raise click.BadParameter(str(error), param_hint="--trial") from error
    try:
        return Trial(wanted, Journal(journal, _now) if journal else None)
    except OSError as error:
        raise click.BadParameter(str(error.strerror), param_hint="--journal") from error


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def _address(bind: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{bind}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None:
        raise click.BadParameter(f"{bind!r} is not HOST:PORT", param_hint="--bind")
    return host, port
