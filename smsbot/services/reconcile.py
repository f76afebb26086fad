"""Find out what became of texts that nobody is sure of: load, ask the provider, decide, save.

No transaction is open while the provider is asked. Two reconcilers at once are harmless: each
decision holds only for the version of the row it was made on.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from smsbot.core.messages import E164
from smsbot.core.outbound.listing import (
    EARLIEST,
    Listing,
    Unreadable,
    Wanted,
    candidates,
    same_text,
)
from smsbot.core.outbound.looks import Evidence, weigh
from smsbot.core.outbound.outbox import State
from smsbot.db import looks, receipts
from smsbot.db.looks import Unsure
from smsbot.db.store import Store

TextsTo = Callable[[E164, str | None, datetime], Listing | Unreadable]
"""Reads the provider's list of texts to a person, from a sender of ours, since a moment."""

MOST = 50
"""Rows looked at in one round."""

_GIVE_UP_AFTER = 3
"""A list that failed so often in a round is not asked again in it."""

_SKEW = timedelta(hours=3)
"""By how much our clock may be ahead of the provider's, or have been."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What one round did."""

    found: int = 0
    resent: int = 0
    to_a_person: int = 0
    expired: int = 0
    looked_for_again_later: int = 0
    unreadable: int = 0


def reconcile(store: Store, texts_to: TextsTo, now: datetime) -> Reconciled:
    """Look at every row in UNKNOWN that is due, once.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        due = looks.unsure(tx, store.sealer, now, MOST)
        alive = bool(due) and receipts.callbacks_alive(tx, now)
    tally: Counter[str] = Counter()
    for one in due:
        evidence = _evidence(store, texts_to, one, now, asks=tally["unreadable"] < _GIVE_UP_AFTER)
        tally["unreadable"] += bool(evidence.unreadable)
        verdict = weigh(one.silence, evidence, now, callbacks_alive=alive)
        with store.begin() as tx:
            if not looks.decide(tx, store.sealer, one, verdict, now):
                continue
            if verdict.found is not None:
                receipts.adopt(tx, store.sealer, now, [verdict.found.sid])
        tally[_WHAT[verdict.to]] += 1
        if verdict.to is not None:
            _log.info("reconciled", outbox_id=one.id, to=verdict.to.value, reason=verdict.reason)
    return Reconciled(**tally)


_WHAT = {
    None: "looked_for_again_later",
    State.ACCEPTED: "found",
    State.QUEUED: "resent",
    State.HUMAN: "to_a_person",
    State.EXPIRED: "expired",
}


def _evidence(
    store: Store, texts_to: TextsTo, one: Unsure, now: datetime, *, asks: bool
) -> Evidence:
    if one.body is None:
        return Evidence(redacted=True)
    if not asks:
        return Evidence(unreadable="it failed for others in this round")
    listing = texts_to(one.recipient, one.sender, one.first_began - EARLIEST - _SKEW)
    if isinstance(listing, Unreadable):
        return Evidence(unreadable=listing.reason)
    with store.read() as tx:
        sids = {text.sid for text in listing.texts}
        wanted = Wanted(
            first_began=one.first_began,
            last_began=one.silence.since,
            taken=looks.taken(tx, one.id, sids),
        )
    possible = candidates(wanted, listing, now)
    matches = tuple(text for text in possible if same_text(text.body, one.body))
    if not matches and not listing.complete:
        return Evidence(unreadable="more texts to this person than are read")
    return Evidence(matches=matches, redacted=any(not text.body for text in possible))
