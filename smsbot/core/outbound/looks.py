"""When to look for a text nobody is sure of, and what is found out about it means.

The provider's POST has no idempotency key, so after an answer that never came only evidence
counts: a receipt, or the provider's own list of messages. A list may lag for hours, so a text that
is not in it was probably not sent, never surely. Hence a text is sent again only where a second
copy does little harm; the rest is for a person. Sources: docs/decisions/0008-reconciling.md;
https://github.com/twilio/twilio-node/issues/647 and
https://www.twilio.com/docs/api/errors/20500 (read 2026-11-23).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smsbot.core.outbound.listing import Listed
from smsbot.core.outbound.outbox import MOST_ATTEMPTS, Lane, State

PROBES = (
    timedelta(seconds=15),
    timedelta(seconds=60),
    timedelta(minutes=5),
    timedelta(minutes=30),
)
"""How long after an attempt that stayed without an answer the provider's list is read."""

CRISIS_AGAIN_AFTER = timedelta(seconds=60)
"""A crisis text without a trace is sent once more after this: twice is better than never."""

LIST_GIVEN_UP_AFTER = PROBES[-1] + timedelta(seconds=60)
"""A list that can't be read for so long decides nothing any more: a person does."""

UNREADABLE_AGAIN_AFTER = timedelta(seconds=30)
_SHORTEST_WAIT = timedelta(seconds=15)

POLLS = (
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=72),
)
"""How long after it was accepted a text without a final receipt is asked about by its SID."""

_POLL_AGAIN_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A text in UNKNOWN, as far as the decision needs it."""

    lane: Lane
    attempts: int
    """All attempts, whatever became of them."""
    unanswered: int
    """Attempts that nobody can say the outcome of; two of them mean that it was sent again once."""
    since: datetime
    """When the last unanswered attempt began."""
    looks: int
    """How often the list was read and did not hold it, since that attempt."""
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one look into the provider's list gave."""

    matches: tuple[Listed, ...] = ()
    redacted: bool = False
    """The list holds texts of that time whose body was taken out: they can't be compared."""
    unreadable: str = ""
    """Why the list could not be read; "" when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a silent text: where it moves, or when it is looked for again."""

    to: State | None = None
    found: Listed | None = None
    look_at: datetime | None = None
    looks: int = 0
    reason: str = ""
    """One sentence for staff, for a move."""


def weigh(silence: Silence, evidence: Evidence, now: datetime, *, callbacks_alive: bool) -> Verdict:
    """What one look means. `callbacks_alive`: a receipt of any text came within the hour."""
    if len(evidence.matches) == 1:
        says = "Twilio's list holds this text once."
        return Verdict(to=State.ACCEPTED, found=evidence.matches[0], reason=says)
    if evidence.matches:
        says = f"Twilio's list holds {len(evidence.matches)} texts that this could be."
        return Verdict(to=State.HUMAN, reason=says)
    age = now - silence.since
    if silence.lane is Lane.CRISIS and age >= CRISIS_AGAIN_AFTER and _may_repeat(silence, now):
        return Verdict(to=State.QUEUED, reason="No trace after a minute: a crisis text goes again.")
    if evidence.unreadable:
        if age >= LIST_GIVEN_UP_AFTER:
            says = f"Twilio's list could not be read for half an hour ({evidence.unreadable})."
            return Verdict(to=State.HUMAN, reason=says)
        return Verdict(look_at=now + UNREADABLE_AGAIN_AFTER, looks=silence.looks)
    looks = silence.looks + 1
    if looks < len(PROBES) or age < PROBES[-1]:
        due = silence.since + PROBES[min(looks, len(PROBES) - 1)]
        return Verdict(look_at=max(due, now + _SHORTEST_WAIT), looks=looks)
    return _without_a_trace(silence, evidence, now, callbacks_alive=callbacks_alive)


def _without_a_trace(
    silence: Silence, evidence: Evidence, now: datetime, *, callbacks_alive: bool
) -> Verdict:
    """Every probe read the list and found nothing."""
    if silence.lane is Lane.CRISIS:
        says = "A crisis text left no trace at Twilio and can't be sent again by itself."
        return Verdict(to=State.HUMAN, reason=says)
    if silence.lane is not Lane.REPLY:
        says = "No trace of it at Twilio after half an hour; texts of this kind are not repeated."
        return Verdict(to=State.HUMAN, reason=says)
    if evidence.redacted:
        return Verdict(to=State.HUMAN, reason="Twilio's list holds no bodies to compare.")
    if silence.expires_at <= now:
        says = "No trace of it at Twilio after half an hour, and now it would come too late."
        return Verdict(to=State.EXPIRED, reason=says)
    if not callbacks_alive:
        says = "No trace of it at Twilio, but no receipt of any text has come for an hour either."
        return Verdict(to=State.HUMAN, reason=says)
    if not _may_repeat(silence, now):
        says = "It was sent again once already, and left no trace at Twilio."
        return Verdict(to=State.HUMAN, reason=says)
    says = "No trace of it at Twilio after half an hour: it goes again, once."
    return Verdict(to=State.QUEUED, reason=says)


def _may_repeat(silence: Silence, now: datetime) -> bool:
    return silence.unanswered < 2 and silence.attempts < MOST_ATTEMPTS and silence.expires_at > now


def next_poll(due: datetime, looks: int, now: datetime) -> datetime | None:
    """When a text that was asked about for the `looks`-th time is asked about again; None: never.

    `due` is when this look was due, so that a late one does not put off those after it.
    """
    if looks >= len(POLLS):
        return None
    after = due + POLLS[looks] - POLLS[looks - 1]
    return max(after, now + _POLL_AGAIN_AFTER)


def poll_again(now: datetime) -> datetime:
    """When a text is asked about again that could not be asked about now."""
    return now + _POLL_AGAIN_AFTER
