"""`smsbot simulator`: a carrier on this machine, in Twilio's place."""

import random
import signal
import sys
from datetime import UTC, datetime
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

import click

from smsbot.cli.carrier_account import LOOPBACK, carrier_account
from smsbot.config import Environment, load_settings
from smsbot.core.errors import SettingsFault
from smsbot.providers.simulator.app import build_server
from smsbot.providers.simulator.carrier import Carrier


@click.command()
@click.option("--bind", metavar="HOST:PORT", help="Where to listen; default: TWILIO_API_URL.")
@click.option(
    "--webhook", metavar="URL", help="The bot's base address; default: SMSBOT_PUBLIC_URLS."
)
@click.option("--pace", default=0.4, show_default=True, help="Seconds a text spends in a state.")
def simulator(bind: str | None, webhook: str | None, pace: float) -> None:
    """Run the carrier simulator alone: Twilio's REST paths, and phones for /simulator/."""
    settings = load_settings()
    if settings.environment is Environment.PRODUCTION:
        raise SettingsFault(
            "The carrier simulator is for development: unset SMSBOT_ENV=production to run it."
        )
    host, port = _address(bind or urlsplit(settings.api_url).netloc)
    if host not in LOOPBACK:
        click.echo("Warning: everybody who reaches this address can text as any phone.", err=True)
    carrier = Carrier(
        carrier_account(settings, webhook),
        clock=lambda: datetime.now(UTC),
        chance=random.SystemRandom(),
        pace_seconds=pace,
    )
    try:
        server = build_server(carrier, host, port)
    except (OSError, SystemExit) as error:
        carrier.close()
        raise SettingsFault(
            f"Can't listen on {host}:{port}: choose another with --bind HOST:PORT."
        ) from error
    signal.signal(signal.SIGTERM, _leave)
    click.echo(f"Carrier simulator on http://{host}:{server.port}", err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        carrier.close()
        server.server_close()


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
