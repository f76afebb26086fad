"""`smsbot chat`: a phone in the terminal."""

import contextlib
import json
import random
import re
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import click

from smsbot.cli.carrier_account import LOOPBACK, carrier_account
from smsbot.config import load_settings
from smsbot.core.errors import SmsbotError
from smsbot.core.text.segments import measure
from smsbot.providers.simulator.handset import Handset, Heard

LOOK_SECONDS = 1.0


class BotUnreachable(SmsbotError):
    """The bot did not answer, or not as Twilio could use it."""


@click.command()
@click.option("--number", default="+12065550142", show_default=True, help="The phone you hold.")
@click.option("--url", help="The bot's base address; default: SMSBOT_PUBLIC_URLS.")
@click.option("--raw", is_flag=True, help="Show the TwiML too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a text.")
@click.option(
    "--wait", default=2.0, show_default=True, help="Seconds to wait at the end for queued texts."
)
def chat(number: str, url: str | None, raw: bool, as_json: bool, wait: float) -> None:
    """Text the bot from here: one line, one text. Ctrl-D ends it.

    A real client of a running bot: each text is a signed webhook. Texts the bot sends through its
    queue are shown when they reach the carrier simulator.
    """
    if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
        raise click.BadParameter("a number like +12065550142 is expected", param_hint="--number")
    settings = load_settings()
    account = carrier_account(settings, url)
    handset = Handset(
        account,
        number,
        clock=lambda: datetime.now(UTC),
        chance=random.SystemRandom(),
    )
    show = _show_json if as_json else _show_raw if raw else _show
    local = urlsplit(settings.api_url).hostname in LOOPBACK
    carrier_url = settings.api_url if local else None
    with contextlib.closing(handset), _listening(handset, carrier_url, wait, as_json=as_json):
        for body in _lines(number):
            if body.strip():
                show(body, _text(handset, body, account.webhook_url))


def _text(handset: Handset, body: str, where: str) -> Heard:
    heard = handset.text(body)
    if heard.error_code is None:
        return heard
    if heard.answer.http_status is None:
        raise BotUnreachable(
            f"Nothing answers at {where}: start the bot (./dev run), or use --url."
        )
    if heard.answer.http_status == 403:
        raise BotUnreachable(
            f"{where} refused the signature: TWILIO_AUTH_TOKEN and SMSBOT_PUBLIC_URLS must be the "
            "bot's own here too."
        )
    raise BotUnreachable(
        f"{where} answered HTTP {heard.answer.http_status}, which Twilio can't use "
        f"(error {heard.error_code}): look at the bot's log."
    )


def _lines(number: str) -> Iterator[str]:
    if not sys.stdin.isatty():
        yield from (line.rstrip("\r\n") for line in sys.stdin)
        return
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives the prompt its line editing
    click.echo(f"Texting as {number}. Try FDA, RISKS, HELP. Ctrl-D ends.\n")
    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            click.echo()
            return


@contextlib.contextmanager
def _listening(
    handset: Handset, carrier_url: str | None, wait: float, *, as_json: bool
) -> Iterator[None]:
    """Meanwhile show what arrives through the queue; at the end of a pipe wait for it."""
    if carrier_url is None:
        yield
        return
    handset.later(carrier_url)
    ended = threading.Event()

    def look() -> None:
        for body in handset.later(carrier_url):
            _show_later(body, as_json=as_json)

    def listen() -> None:
        while not ended.wait(LOOK_SECONDS):
            look()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield
        if not sys.stdin.isatty():
            time.sleep(wait)
    finally:
        ended.set()
        thread.join()
    look()


def _show(_body: str, heard: Heard) -> None:
    for reply in heard.replies:
        click.echo(_bubble(reply, f"{heard.answer.milliseconds:.0f} ms"))
    if not heard.replies:
        click.echo(click.style("  (no reply)\n", dim=True))


def _show_raw(body: str, heard: Heard) -> None:
    click.echo(click.style(heard.answer.content.decode("utf-8", "replace"), dim=True))
    _show(body, heard)


def _show_json(body: str, heard: Heard) -> None:
    shown = {
        "text": body,
        "sid": heard.sid,
        "replies": [_measured(reply) for reply in heard.replies],
        "milliseconds": heard.answer.milliseconds,
        "twiml": heard.answer.content.decode("utf-8", "replace"),
    }
    click.echo(json.dumps(shown, ensure_ascii=False))


def _show_later(body: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"queued": _measured(body)}, ensure_ascii=False))
    else:
        click.echo(_bubble(body, "through the queue"))


def _measured(body: str) -> dict[str, str | int]:
    measured = measure(body)
    return {"body": body, "encoding": str(measured.encoding), "segments": measured.segments}


def _bubble(body: str, how: str) -> str:
    measured = measure(body)
    plural = "" if measured.segments == 1 else "s"
    lines = "\n".join(f"  {line}" for line in body.splitlines())
    cost = f"  [{measured.encoding}, {measured.segments} segment{plural}, {how}]\n"
    return f"{lines}\n{click.style(cost, dim=True)}"
