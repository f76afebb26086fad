"""The sweeper: looks into the outbox every two seconds, so that a lost ring costs no text.

It needs no Redis. It takes back what dead workers held, and pumps what is due and has no pump: no
text leaves twice, since a sender has one pump at a time and each text one lease.
"""

import signal
import threading
from collections.abc import Callable

import structlog

from smsbot.config import Settings
from smsbot.core.errors import StoreUnavailable
from smsbot.services.send import Pumped, Swept
from smsbot.wiring_sending import Sender
from worker import alerts, chores

EVERY = 2.0

_LINGER = 1.0
"""Seconds; short, so that a pump of RQ's own can take over."""

_log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Sweep until the process is told to end (SIGTERM, SIGINT)."""
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    telling = alerts.start(ended, settings)
    doing = chores.start(ended, settings)
    pumping = threading.Thread(target=pump_until, args=(ended, settings), name="pump", daemon=True)
    pumping.start()
    sweep_until(ended, settings)
    # Texts under way are waited for; what else goes on may be broken off.
    pumping.join(timeout=25)
    for thread in (telling, *doing):
        if thread is not None:
            thread.join(timeout=1)


def sweep_until(ended: threading.Event, settings: Settings) -> None:
    """Sweep until `ended` is set. A database that is down is tried again at the next round."""
    sender = Sender(settings)
    try:
        while not ended.wait(EVERY):
            _round(lambda: _report(sender.sweep()), "sweep_failed")
    finally:
        sender.close()


def pump_until(ended: threading.Event, settings: Settings) -> None:
    """Pump what waits for a pump until `ended` is set, looking as often as sweeping is done."""
    sender = Sender(settings)
    try:
        while not ended.wait(EVERY):
            _round(lambda: _pump(sender, ended), "pump_failed")
    finally:
        sender.close()


def _pump(sender: Sender, ended: threading.Event) -> None:
    if not sender.is_waiting():
        return
    done = sender.pump(ended, linger=_LINGER)
    if done != Pumped():
        _log.info(
            "swept", sent=done.accepted, retried=done.retried, failed=done.failed,
            unknown=done.unknown, parked=done.parked,
        )  # fmt: skip


def _report(done: Swept) -> None:
    if done != Swept():
        _log.info(
            "swept", back=done.back, unknown=done.unknown, expired=done.expired,
            unparked=done.unparked,
        )  # fmt: skip


def _round(work: Callable[[], None], fault: str) -> None:
    try:
        work()
    except StoreUnavailable as error:
        _log.warning(fault, reason=str(error))
    except Exception:  # noqa: BLE001 - whatever it was, the next round must come
        _log.exception(fault)
