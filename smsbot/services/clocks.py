"""Times that a process noted by its own clock, put right by the database's where that clock is off.

What one process writes down, others wait for: a part that was due by a clock an hour ahead would
wait an hour, and an attempt ended by it would seem to last until then.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from smsbot.core.messages import InboundMessage
from smsbot.core.outbound.receipts import Receipt

_APART = timedelta(seconds=5)
"""What two machines' clocks may differ by, and an event may have waited for its transaction."""

_log = structlog.get_logger(__name__)
Event = TypeVar("Event", InboundMessage, Receipt)


def put_right(events: Sequence[Event], now: datetime) -> list[Event]:
    """Events of this moment with times by the database's clock, `now`, if this machine's is off."""
    ahead = max(event.received_at for event in events) - now
    if abs(ahead) <= _APART:
        return list(events)
    _log.warning("clock_is_off", seconds=round(ahead.total_seconds()))
    return [replace(event, received_at=event.received_at - ahead) for event in events]


def not_ahead(event: Event, now: datetime) -> Event:
    """An event of some time ago, which did not come later than `now`, whatever a clock said."""
    return replace(event, received_at=now) if event.received_at > now else event
