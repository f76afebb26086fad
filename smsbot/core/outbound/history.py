"""What became of one text that leaves, told in sentences: for whoever is asked about it at night.

No sentence holds a phone number or any of the text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.outbox import Lane, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the history that is kept beside attempts and receipts."""

    at: datetime
    who: str
    what: str
    moved: tuple[State, State] | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attempt to send."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    http_status: int | None
    error_code: int | None
    sid: MessageSid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One receipt that was kept."""

    at: datetime
    sid: MessageSid
    status: str
    error_code: int | None
    conflict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One outbox row as staff see it: without its text, and with the number's last two digits."""

    id: int
    kind: str
    """What queued it, from the dedupe key: "reply", "camp", "staff", "late"."""
    part: int
    lane: Lane
    state: State
    recipient: str
    segments: int
    sid: MessageSid | None
    error_code: int | None
    created_at: datetime
    due_at: datetime
    expires_at: datetime
    updated_at: datetime
    next_look_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that is known of one row."""

    entry: Entry
    attempts: tuple[Tried, ...]
    receipts: tuple[Heard, ...]
    events: tuple[Event, ...]


Line = tuple[datetime, str]

_OUTCOMES = {
    "accepted": "Twilio took it",
    "unknown": "no clear answer came: Twilio may have it or not",
    "worker_died": "the worker ended before an answer came: Twilio may have it or not",
    "not_processed": "it provably was not processed; it waits for another try",
    "account": "Twilio refused our account, number or registration",
    "capacity": "Twilio or the carrier is at its limit for now",
    "refused": "Twilio refused it for good",
    "receipt": "a receipt proved that Twilio has it",
    "listed": "Twilio's list proved that it has it",
    "linked": "a member of staff named the text at Twilio",
}
_KINDS = {
    "reply": "as a part of the answer to a text",
    "late": "as the crisis answer to a text that was found late",
    "camp": "for a campaign",
    "staff": "by a member of staff",
}
_WAITS = {
    State.QUEUED: "It waits to be sent.",
    State.CLAIMED: "A worker is about to send it.",
    State.SENDING: "A worker is sending it.",
    State.UNKNOWN: "Nobody knows yet whether it was sent; the reconciler is looking.",
    State.HUMAN: "It waits for a person: link, resend or cancel it.",
    State.PARKED: "It waits until our account, number or registration is mended.",
    State.ACCEPTED: "Twilio has it; no receipt says yet that it was sent.",
    State.SENT: "It was handed to the carrier; no receipt says yet that it arrived.",
    State.DELIVERED: "It arrived.",
    State.UNDELIVERED: "It did not arrive.",
    State.FAILED: "It could not be sent.",
    State.SUPPRESSED: "It was not sent: the person had opted out.",
    State.EXPIRED: "It was not sent in time, and a stale answer is not sent late.",
    State.CANCELED: "It was taken back before it was sent.",
}


def tell(story: Story, meanings: Mapping[int, str]) -> tuple[Line, ...]:
    """The history in order of time, one sentence a line; `meanings` explains error codes."""
    entry = story.entry
    why = _KINDS.get(entry.kind, f"by {entry.kind}")
    lines: list[Line] = [(entry.created_at, f"Queued {why}, part {entry.part}.")]
    for tried in story.attempts:
        lines += _of_attempt(tried, meanings)
    lines += [_of_receipt(heard, meanings) for heard in story.receipts]
    lines += [_of_event(event) for event in story.events]
    return tuple(sorted(lines, key=lambda line: line[0]))


def standing(state: State) -> str:
    """Where the text is now, in one sentence."""
    return _WAITS[state]


def masked(number: E164) -> str:
    """A number as staff see it in a shell: its last two digits and how many stand before them."""
    digits = number.removeprefix("+")
    plus = "+" if number.startswith("+") else ""
    return f"{plus}{'*' * (len(digits) - 2)}{digits[-2:]}"


def _of_attempt(tried: Tried, meanings: Mapping[int, str]) -> list[Line]:
    lines = [(tried.started_at, f"Tried for the {_ordinal(tried.number)} time.")]
    if tried.ended_at is not None:
        outcome = tried.outcome or "it ended"
        says = f"Attempt {tried.number}: {_OUTCOMES.get(outcome, outcome)}"
        if tried.http_status is not None:
            says += f" (HTTP {tried.http_status})"
        sid = f" Its SID is {tried.sid}." if tried.sid else ""
        lines.append((tried.ended_at, f"{says}.{_meaning(tried.error_code, meanings)}{sid}"))
    return lines


def _of_receipt(heard: Heard, meanings: Mapping[int, str]) -> Line:
    says = f'A receipt for {heard.sid} said "{heard.status}".{_meaning(heard.error_code, meanings)}'
    if heard.conflict:
        says += " It contradicts what was known, so it moved nothing."
    return heard.at, says


def _of_event(event: Event) -> Line:
    moved = f" ({event.moved[0].value} to {event.moved[1].value})" if event.moved else ""
    reason = f": {event.reason}" if event.reason else ""
    return event.at, f"{event.who}, {event.what}{moved}{reason}"


def _meaning(code: int | None, meanings: Mapping[int, str]) -> str:
    if not code:
        return ""
    return f" Error {code}: {meanings.get(code, 'see twilio.com/docs/api/errors/' + str(code))}"


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(number, f"{number}th")
