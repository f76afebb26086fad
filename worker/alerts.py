"""Tells staff of crisis texts, beside the sweeper: a server that hangs holds up nothing else."""

import threading

import structlog

from smsbot.config import Settings
from smsbot.core.errors import StoreUnavailable
from smsbot.wiring_alerts import AlertSender, channels

EVERY = 2.0

_log = structlog.get_logger(__name__)


def start(ended: threading.Event, settings: Settings) -> threading.Thread | None:
    """Tell staff until `ended` is set, in a thread of its own; None when there is no way to."""
    if not channels(settings):
        return None
    thread = threading.Thread(
        target=_tell_until, args=(ended, settings), name="alerts", daemon=True
    )
    thread.start()
    return thread


def _tell_until(ended: threading.Event, settings: Settings) -> None:
    sender = AlertSender(settings)
    try:
        while not ended.wait(EVERY):
            _round(sender)
    finally:
        sender.close()


def _round(sender: AlertSender) -> None:
    try:
        sent = sender.notify()
    except StoreUnavailable as error:
        _log.warning("alerts_not_sent", reason=str(error))
        return
    except Exception:  # noqa: BLE001 - whatever it was, the next round must come
        _log.exception("alerts_not_sent")
        return
    if sent:
        _log.info("alerts_sent", alerts=sent)
