"""The jobs RQ runs, by the names that smsbot.queues rings for. They carry no arguments."""

import signal
import threading

import structlog

from smsbot.config import LogFormat, load_settings
from smsbot.logs import configure
from smsbot.services.send import Pumped
from smsbot.wiring_sending import Sender

_log = structlog.get_logger(__name__)


def pump() -> None:
    """Send what is due, and stay for a while in case more comes.

    Runs in RQ's forked child: everything is opened here, closed here. SIGTERM ends it in time.

    Raises:
        StoreUnavailable: the database can't be reached; the sweeper tries again in seconds.
    """
    settings = load_settings()
    configure(as_json=settings.log is LogFormat.JSON)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    sender = Sender(settings)
    try:
        done = sender.pump(ended)
    finally:
        sender.close()
    if done != Pumped():
        _log.info(
            "pumped",
            accepted=done.accepted,
            retried=done.retried,
            failed=done.failed,
            unknown=done.unknown,
            parked=done.parked,
        )
