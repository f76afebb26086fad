"""`smsbot doctor`: looks at everything once and says what to mend."""

import json
from dataclasses import asdict

import click

from smsbot.config import load_settings
from smsbot.db import schema
from smsbot.queues.doorbell import Doorbell
from smsbot.services.doctor import Check, Verdict, examine_content, examine_store
from smsbot.wiring import clock, examine_provider, open_store, queue_address

_MARKS = {Verdict.OK: "ok     ", Verdict.WARNING: "warning", Verdict.FAULT: "FAULT  "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Check settings, database, queue, content and, with credentials, the Twilio number.

    Exit status: 0 when nothing is at fault (warnings may be left), else 1.
    """
    settings = load_settings()
    checks = [Check(name="settings", verdict=Verdict.OK, says="All settings can be read.")]
    store = open_store(settings)
    checks += examine_store(store, lambda: schema.is_current(settings.database_url))
    store.close()
    checks.append(_queue(queue_address(settings)))
    checks += examine_content(settings.content, clock().date())
    checks += examine_provider(settings)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks]))
    else:
        for check in checks:
            click.echo(f"{_MARKS[check.verdict]} {check.name}: {check.says}")
    if any(check.verdict is Verdict.FAULT for check in checks):
        raise SystemExit(1)


def _queue(url: str) -> Check:
    bell = Doorbell(url)
    heard = bell.answers()
    bell.close()
    if heard:
        return Check(name="queue", verdict=Verdict.OK, says="Redis answers.")
    says = "Redis does not answer: texts still leave, through the sweeper, seconds later."
    return Check(name="queue", verdict=Verdict.WARNING, says=says)
