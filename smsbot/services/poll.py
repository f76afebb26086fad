"""Ask about texts that no final receipt came for, by their SID, at 5 min, 1, 6, 12, 24 and 72 h.

What the provider says then counts as a receipt does: upward only. It is written into the text's
history and not among the receipts, which prove that the provider reaches us. After three days a
text without a final report is left as it is: many carriers never send one.
Source: https://www.twilio.com/docs/messaging/guides/outbound-message-logging (read 2026-11-23).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from smsbot.core.messages import MessageSid
from smsbot.core.outbound.listing import Absent, Listed, Unreadable
from smsbot.core.outbound.looks import next_poll, poll_again
from smsbot.core.outbound.outbox import State
from smsbot.db import looks
from smsbot.db.looks import Silent
from smsbot.db.store import Store

GetText = Callable[[MessageSid], Listed | Absent | Unreadable]

MOST = 100
"""Texts asked about in one round."""

_GIVE_UP_AFTER = 3

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one round did."""

    asked: int = 0
    moved: int = 0
    final: int = 0
    unreadable: int = 0


def poll(store: Store, get_text: GetText, now: datetime) -> Polled:
    """Ask about every silent text that is due, once; a provider that is down ends the round.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        due = looks.silent(tx, now, MOST)
    asked = moved = final = unreadable = 0
    for one in due:
        if unreadable >= _GIVE_UP_AFTER:
            break
        found = get_text(one.sid) if one.sid is not None else Absent()
        asked += 1
        unreadable += isinstance(found, Unreadable)
        state = _write_down(store, one, found, now)
        moved += state is not None
        final += state not in {None, State.SENT}
    if moved or unreadable:
        _log.info("polled", asked=asked, moved=moved, final=final, unreadable=unreadable)
    return Polled(asked=asked, moved=moved, final=final, unreadable=unreadable)


def _write_down(
    store: Store, one: Silent, found: Listed | Absent | Unreadable, now: datetime
) -> State | None:
    with store.begin() as tx:
        if isinstance(found, Unreadable):
            looks.look_later(tx, one, poll_again(now), one.looks, now)
            return None
        state = None
        if isinstance(found, Listed):
            state = looks.hear(tx, store.sealer, one, found, now)
        done = one.looks + 1
        looks.look_later(tx, one, next_poll(one.due, done, now), done, now)
        return state
