"""The sweeper: looks into the outbox every two seconds, so that a lost ring costs no text.

It needs no Redis. It takes back what dead workers held, and sends what has been due for a moment;
what RQ's job is sending at the same time is leased, so nothing leaves twice.
"""

import signal
import threading

import structlog

from smsbot.config import Settings
from smsbot.core.errors import StoreUnavailable
from smsbot.services.send import Drained
from smsbot.wiring import Sender
from worker import alerts

EVERY = 2.0

_log = structlog.get_logger(__name__)


def sweep_until(ended: threading.Event, settings: Settings) -> None:
    """Sweep until `ended` is set. A database that is down is tried again at the next round."""
    sender = Sender(settings)
    try:
        while not ended.wait(EVERY):
            _round(sender)
    finally:
        sender.close()


def run(settings: Settings) -> None:
    """Sweep until the process is told to end (SIGTERM, SIGINT)."""
    ended = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    telling = alerts.start(ended, settings)
    sweep_until(ended, settings)
    if telling is not None:
        telling.join(timeout=5)


def _round(sender: Sender) -> None:
    try:
        back, unknown = sender.sweep()
        done = sender.drain()
    except StoreUnavailable as error:
        _log.warning("sweep_failed", reason=str(error))
        return
    except Exception:  # noqa: BLE001 - whatever it was, the next round must come
        _log.exception("sweep_failed")
        return
    if back or unknown or done != Drained():
        _log.info(
            "swept", back=back, unknown=unknown + done.unknown, sent=done.accepted,
            failed=done.failed, parked=done.parked,
        )  # fmt: skip
