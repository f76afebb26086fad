"""The jobs RQ runs, by the names that smsbot.queues rings for. They carry no arguments."""

import time

import structlog

from smsbot.config import LogFormat, load_settings
from smsbot.logs import configure
from smsbot.services.send import Drained
from smsbot.wiring import Sender

_LOOKS = 3
_BETWEEN_LOOKS = 0.4
"""Seconds; three of them are longer than `smsbot.services.receive.BETWEEN_PARTS`."""

_log = structlog.get_logger(__name__)


def drain() -> None:
    """Send what is due. Runs in RQ's forked child: everything is opened here, closed here.

    Raises:
        StoreUnavailable: the database can't be reached; the sweeper tries again in seconds.
    """
    settings = load_settings()
    configure(as_json=settings.log is LogFormat.JSON)
    sender = Sender(settings)
    try:
        # The later parts of a reply are due a moment after the first has left with the webhook's
        # answer: the bell rings before that moment.
        for _ in range(_LOOKS):
            _report(sender.drain())
            time.sleep(_BETWEEN_LOOKS)
        _report(sender.drain())
    finally:
        sender.close()


def _report(done: Drained) -> None:
    if done != Drained():
        _log.info(
            "drained",
            accepted=done.accepted,
            retried=done.retried,
            failed=done.failed,
            unknown=done.unknown,
            parked=done.parked,
        )
