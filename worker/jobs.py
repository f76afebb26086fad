"""The jobs RQ runs, by the names that smsbot.queues rings for. They carry no arguments."""

import structlog

from smsbot.config import load_settings
from smsbot.wiring import Sender

_log = structlog.get_logger(__name__)


def drain() -> None:
    """Send what is due. Runs in RQ's forked child: everything is opened here, closed here.

    Raises:
        StoreUnavailable: the database can't be reached; the sweeper tries again in seconds.
    """
    sender = Sender(load_settings())
    try:
        done = sender.drain()
    finally:
        sender.close()
    _log.info(
        "drained",
        accepted=done.accepted,
        retried=done.retried,
        failed=done.failed,
        unknown=done.unknown,
    )
