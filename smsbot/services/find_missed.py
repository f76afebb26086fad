"""Find texts that reached the provider and never us, by its list; record them; tell staff.

That happens when every request to us and the fallback failed: a deploy gone wrong, a certificate
that ran out, a DNS fault. The list is read with 48 hours of overlap, so that it may lag.

No answer is sent late but one. A menu or a fact hours after the question answers nobody, and
several at once would look like a fault of the person's phone. A text in a crisis is another
matter: if it is found within ten minutes, its person may still hold the phone in their hand, so
the crisis reply goes out, unless the list shows that a reply went out at the time (Twilio took the
fallback's, or the record is still on another machine's disk). After ten minutes an automatic text
would pretend that somebody had been listening; then a person has to decide, and staff are alerted
for each such text, however old it is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from smsbot.core.contacts import Contact
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision
from smsbot.core.messages import E164, InboundMessage
from smsbot.core.outbound.listing import BY_REPLY, INBOUND, Listed, Listing, Unreadable
from smsbot.core.outbound.outbox import REPLY_LIFE, Lane, NewOutgoing
from smsbot.core.text.segments import measure
from smsbot.db import found, outbox
from smsbot.db.store import Store
from smsbot.services.receive import Render, receive_all
from smsbot.services.reconcile import TextsTo

InboundSince = Callable[[datetime], Listing | Unreadable]

OVERLAP = found.WATCHED

GRACE = timedelta(seconds=60)
"""A younger text may still be on its way to us: the webhook and its repeats take 15 s at most."""

ANSWERED_WITHIN = timedelta(minutes=10)
"""Found later than this, a text in a crisis is for staff alone."""

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,6}")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What one round found. `unreadable` is why the list could not be read whole, "" if it was."""

    recorded: int = 0
    crisis: int = 0
    answered: int = 0
    unreadable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """What it takes to look for missed texts."""

    store: Store
    inbound_since: InboundSince
    texts_to: TextsTo
    catalogue: Callable[[], Catalogue]
    """Asked for only when a text was missed."""
    render: Render


def find_missed(finder: Finder, now: datetime) -> Missed:
    """Record every text of the last 48 hours that the list holds and we do not.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    listing = finder.inbound_since(now - OVERLAP)
    if isinstance(listing, Unreadable):
        return Missed(unreadable=listing.reason)
    arrived = {
        text.sid: text
        for text in listing.texts
        if text.direction == INBOUND
        and text.created_at <= listing.provider_time - GRACE
        and _NUMBER.fullmatch(text.sender)
    }
    with finder.store.read() as tx:
        sids = found.missing(tx, arrived)
    recorded = crisis = answered = 0
    for text in sorted((arrived[sid] for sid in sids), key=lambda text: text.created_at):
        decision, replied = _record(finder, text, listing.provider_time, now)
        recorded += decision is not None
        crisis += _is_crisis(decision)
        answered += replied
    left_out = "" if listing.complete else "there are more texts than are read, the oldest were not"
    return Missed(recorded=recorded, crisis=crisis, answered=answered, unreadable=left_out)


def _record(
    finder: Finder, text: Listed, provider_time: datetime, now: datetime
) -> tuple[Decision | None, bool]:
    """Record one text. What was decided of it, and whether the crisis reply was queued.

    None: it came by itself meanwhile.
    """
    message = InboundMessage(
        sid=text.sid,
        sender=text.sender,
        recipient=text.recipient,
        body=text.body,
        received_at=text.created_at,
        media_count=text.media_count,
    )
    is_young = provider_time - text.created_at <= ANSWERED_WITHIN
    # Before the transaction: the provider is not asked while one is open.
    replies = is_young and _wants_reply(finder, message)
    store = finder.store
    with store.begin() as tx:
        before, last_text = found.look_up(tx, store.sealer, message.sender, now)
        (received,) = receive_all(
            tx, store, [message], finder.catalogue(), finder.render, late=True
        )
        decision = received.decision
        if decision is None:
            return None, False
        found.mark(tx, message.sid, now)
        if last_text is not None and last_text > message.received_at:
            found.put_back(tx, store.sealer, message.sender, before, last_text)
        replies = replies and _is_crisis(decision)
        if replies:
            outbox.add(tx, store.sealer, _replies(message, before.id, decision, now), now)
    if _is_crisis(decision):
        _log.error("crisis_text_found_late", sid=message.sid, answered=replies)
    else:
        _log.warning("text_found_late", sid=message.sid)
    return decision, replies


def _wants_reply(finder: Finder, message: InboundMessage) -> bool:
    """Whether a young text is in a crisis and nobody has answered it, as far as can be told."""
    first = decide(message, Contact(greeted=True), finder.catalogue(), message.received_at)
    if not _is_crisis(first):
        return False
    listing = finder.texts_to(message.sender, message.recipient, message.received_at)
    if isinstance(listing, Unreadable):
        return True  # 988 twice is better than never
    return not any(text.direction == BY_REPLY for text in listing.texts)


def _is_crisis(decision: Decision | None) -> bool:
    return decision is not None and decision.tier is not None and decision.tier.is_urgent


def _replies(
    message: InboundMessage, contact_id: int, decision: Decision, now: datetime
) -> tuple[NewOutgoing, ...]:
    return tuple(
        NewOutgoing(
            dedupe_key=f"late:{message.sid}:{part}",
            sequence_key=f"late:{message.sid}",
            part=part,
            lane=Lane.CRISIS,
            contact_id=contact_id,
            sender=message.recipient,
            recipient=E164(message.sender),
            body=body,
            segments=measure(body).segments,
            due_at=now,
            expires_at=now + REPLY_LIFE,
        )
        for part, body in enumerate((*decision.messages, *decision.later), start=1)
    )
