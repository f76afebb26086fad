"""`smsbot doctor`: looks at everything once and says what to mend."""

import json
from dataclasses import asdict

import click

from smsbot.config import load_settings
from smsbot.services import migrate
from smsbot.services.doctor import (
    Check,
    Verdict,
    examine_content,
    examine_queue,
    examine_store,
)
from smsbot.wiring import clock, examine_provider, open_store, queue_answers

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
    checks += examine_store(store, lambda: migrate.is_current(settings.database_url))
    store.close()
    checks.append(examine_queue(heard=queue_answers(settings)))
    checks += examine_content(settings.content, clock().date())
    checks += examine_provider(settings)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks]))
    else:
        for check in checks:
            click.echo(f"{_MARKS[check.verdict]} {check.name}: {check.says}")
    if any(check.verdict is Verdict.FAULT for check in checks):
        raise SystemExit(1)
