"""`smsbot doctor`: is everything as it must be before a real person texts the number?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from smsbot.core.errors import SmsbotError
from smsbot.db.store import Store
from smsbot.services.check_content import check_content, read_content
from smsbot.services.read_screen import read_screen


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at, and in a sentence what was found and what to do."""

    name: str
    verdict: Verdict
    says: str


def examine_content(folder: Path, today: date) -> list[Check]:
    """The answers and the crisis screen as files."""
    checks = []
    try:
        read_screen(folder)
        checks.append(_ok("crisis screen", "Built, and its self-test passed."))
    except SmsbotError as error:
        checks.append(_fault("crisis screen", str(error)))
    try:
        report = check_content(read_content(folder), today)
    except OSError as error:
        return [*checks, _fault("content", str(error))]
    if report.faults:
        says = f"{len(report.faults)} faults. Run `smsbot content check`."
        checks.append(_fault("content", says))
    else:
        checks.append(_ok("content", f"{report.answers} answers, no faults."))
    if report.waiting:
        says = (
            f"{report.waiting} of {report.answers} answers wait for a clinician's signature."
            " Have them read and signed before real people text."
        )
        checks.append(Check(name="signatures", verdict=Verdict.WARNING, says=says))
    else:
        checks.append(_ok("signatures", "Every answer is signed by a clinician."))
    return checks


def examine_store(store: Store, is_current: Callable[[], bool]) -> list[Check]:
    """The database: does it answer, and is its schema the newest."""
    try:
        seconds = store.ping()
        current = is_current()
    except SmsbotError as error:
        return [_fault("database", str(error))]
    if not current:
        return [_fault("database", "The schema is not the newest. Run `smsbot db upgrade`.")]
    return [_ok("database", f"Answers in {seconds * 1000:.0f} ms, schema up to date.")]


def examine_queue(*, heard: bool) -> Check:
    """The queue; without it texts leave a little later, so its silence is no fault."""
    if heard:
        return _ok("queue", "Redis answers.")
    says = "Redis does not answer: texts still leave, through the sweeper, seconds later."
    return Check(name="queue", verdict=Verdict.WARNING, says=says)


def examine_number(setup: dict[str, str], public_urls: tuple[str, ...]) -> list[Check]:
    """How the provider calls us: webhook, fallback and voice addresses of the number."""
    ours = {f"{url}/webhooks/twilio/message" for url in public_urls}
    checks = []
    # What stands behind "#" tells Twilio how to retry and is never sent to us.
    if setup["sms_url"].split("#")[0] not in ours:
        says = f"Its texts don't come to us. Set the number's webhook to {min(ours)}."
        checks.append(_fault("webhook", says))
    elif setup["sms_method"].upper() != "POST":
        checks.append(_fault("webhook", "It is called with GET. Set the method to POST."))
    else:
        checks.append(_ok("webhook", "Texts come to us by POST."))
    if not setup["sms_fallback_url"]:
        says = "There is no fallback: set a TwiML Bin that says to call or text 988."
        checks.append(_fault("fallback", says))
    else:
        checks.append(_ok("fallback", "A fallback is set."))
    if not setup["voice_url"]:
        says = "Callers hear nothing of 988. Set the voice webhook to /webhooks/twilio/voice."
        checks.append(Check(name="voice", verdict=Verdict.WARNING, says=says))
    says = "The STOP and HELP texts can't be read by API: compare them with content/compliance."
    checks.append(Check(name="opt-out texts", verdict=Verdict.WARNING, says=says))
    return checks


def _ok(name: str, says: str) -> Check:
    return Check(name=name, verdict=Verdict.OK, says=says)


def _fault(name: str, says: str) -> Check:
    return Check(name=name, verdict=Verdict.FAULT, says=says)
