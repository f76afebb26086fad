"""What waits to leave, and what staff may do about single texts: see, link, resend, take back.

Each action is one conditional move and one line of history that names who did it and why. The text
itself is never shown, and of the number only the last two digits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smsbot.core.editorial.deeds import Deed
from smsbot.core.errors import SmsbotError
from smsbot.core.messages import MessageSid
from smsbot.core.outbound.history import Entry, Story
from smsbot.core.outbound.outbox import (
    LOOK_AFTER_ACCEPTED,
    MOST_ATTEMPTS,
    PART_PATIENCE,
    REPLY_LIFE,
    State,
)
from smsbot.db import found, outbox, outbox_events, receipts, staff, stories
from smsbot.db.store import Store, Transaction
from smsbot.services import audit

FOR_A_PERSON = (State.UNKNOWN, State.HUMAN, State.PARKED)
"""States in which a text waits for somebody, or soon may."""

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_MOST_PARKED = 10_000


class OutboxFault(SmsbotError):
    """What staff asked for can't be done to this text; says why and what can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The outbox at a glance. `oldest_due_seconds` is None when nothing is due."""

    by_state: dict[str, int]
    oldest_due_seconds: float | None
    wait_for_a_person: int
    inbound_found_late: int = 0
    """Texts of the last 48 hours that reached the provider and not us, found by its list."""
    orphan_receipts: int = 0
    """Receipts of the last 24 hours about a text that nobody knows."""
    duplicates: int = 0
    """Texts that the provider is known to have sent twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts, and when."""

    name: str
    """A staff account's name."""
    at: datetime
    reason: str = ""
    """In their words; no number and nothing of the text."""


def summarize(store: Store, now: datetime) -> Summary:
    """Count the outbox by state.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return _summary(tx, outbox.summary(tx), now)


def glance(store: Store, now: datetime) -> Summary:
    """As `summarize`, but only the states that are not an end: quick however much has left.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return _summary(tx, stories.open_states(tx), now)


def _summary(tx: Transaction, by_state: dict[str, int], now: datetime) -> Summary:
    oldest = outbox.oldest_due(tx, now)
    return Summary(
        by_state=by_state,
        oldest_due_seconds=None if oldest is None else (now - oldest).total_seconds(),
        wait_for_a_person=sum(by_state.get(state.value, 0) for state in FOR_A_PERSON),
        inbound_found_late=found.count(tx, now - found.WATCHED),
        orphan_receipts=receipts.count_orphans(tx, now),
        duplicates=outbox_events.count(tx, outbox_events.DUPLICATE),
    )


def listed(
    store: Store, states: Sequence[State], limit: int, before: int | None = None
) -> tuple[Entry, ...]:
    """The last texts in these states, the newest first; only those before the text `before`.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return stories.listed(tx, store.sealer, states, limit, before)


def show(store: Store, outbox_id: int) -> Story:
    """All that is known of one text.

    Raises:
        OutboxFault: there is no such text.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        story = stories.story(tx, store.sealer, outbox_id)
    if story is None:
        raise OutboxFault(f"There is no text {outbox_id}. `smsbot outbox list` shows some.")
    return story


def link(store: Store, outbox_id: int, sid: str, by: By) -> None:
    """Say that a text nobody was sure of is this one at the provider; its receipts count from now.

    Raises:
        OutboxFault: it is not in HUMAN or UNKNOWN, was never attempted, or the SID is another's.
        StoreUnavailable: the database can't be reached.
    """
    if not _SID.fullmatch(sid):
        raise OutboxFault("A SID is SM or MM and 32 hex digits in lower case.")
    with store.begin() as tx:
        name, state, version = _begin(tx, outbox_id, by, (State.HUMAN, State.UNKNOWN))
        if not stories.attempts_made(tx, outbox_id):
            raise OutboxFault(f"Text {outbox_id} was never tried: it can't be at Twilio.")
        other = stories.owner_of(tx, MessageSid(sid), outbox_id)
        if other is not None:
            raise OutboxFault(f"That SID belongs to text {other}: look again at Twilio's log.")
        values: dict[str, object] = {
            "sid": sid,
            "next_look_at": by.at + LOOK_AFTER_ACCEPTED,
            "looks": 0,
            "next_part_at": by.at + PART_PATIENCE,
            "updated_at": by.at,
        }
        _move(tx, outbox_id, version, (state, State.ACCEPTED), values)
        stories.end_attempt(tx, outbox_id, MessageSid(sid), by.at)
        _note(tx, outbox_id, replace(by, name=name), "link", (state, State.ACCEPTED), f"is {sid}")
        receipts.adopt(tx, store.sealer, by.at, [MessageSid(sid)])


def resend(store: Store, outbox_id: int, by: By) -> None:
    """Send a text that waits for a person once more; it is worth sending for 45 minutes from now.

    Raises:
        OutboxFault: it is not in HUMAN, was tried too often, or its text has been deleted.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        name, state, version = _begin(tx, outbox_id, by, (State.HUMAN,))
        tries = stories.attempts_made(tx, outbox_id)
        if tries >= MOST_ATTEMPTS:
            raise OutboxFault(f"Text {outbox_id} was tried {tries} times, which is the most.")
        held = stories.held(tx, outbox_id)
        if held is None or not held[2]:
            raise OutboxFault(f"The words of text {outbox_id} were deleted when their time came.")
        values: dict[str, object] = {
            "due_at": by.at,
            "expires_at": by.at + REPLY_LIFE,
            "next_look_at": None,
            "looks": 0,
            "updated_at": by.at,
        }
        _move(tx, outbox_id, version, (state, State.QUEUED), values)
        says = f"attempt {tries + 1}; the person may get it twice"
        _note(tx, outbox_id, replace(by, name=name), "resend", (state, State.QUEUED), says)


def cancel(store: Store, outbox_id: int, by: By) -> None:
    """Take a text back that has not left, or that a person has looked into.

    Raises:
        OutboxFault: it is not in QUEUED, PARKED or HUMAN.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        may = (State.QUEUED, State.PARKED, State.HUMAN)
        name, state, version = _begin(tx, outbox_id, by, may)
        values: dict[str, object] = {"next_look_at": None, "updated_at": by.at}
        _move(tx, outbox_id, version, (state, State.CANCELED), values)
        _note(tx, outbox_id, replace(by, name=name), "cancel", (state, State.CANCELED), "")


def release(store: Store, outbox_id: int, by: By) -> None:
    """Let a parked text leave: our account, number or registration has been mended.

    Raises:
        OutboxFault: it is not in PARKED.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        name, state, version = _begin(tx, outbox_id, by, (State.PARKED,))
        values: dict[str, object] = {"due_at": by.at, "updated_at": by.at}
        _move(tx, outbox_id, version, (state, State.QUEUED), values)
        stories.try_sender_now(tx, outbox_id, by.at)
        _note(tx, outbox_id, replace(by, name=name), "release", (state, State.QUEUED), "")


def parked(store: Store) -> list[int]:
    """The ids of all parked texts, oldest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return stories.parked(tx, _MOST_PARKED)


def _begin(tx: Transaction, outbox_id: int, by: By, may: Sequence[State]) -> tuple[str, State, int]:
    """The acting account's name as it is written, and the row as it stands."""
    found_staff = staff.find(tx, by.name)
    if found_staff is None or not found_staff.account.is_active:
        raise OutboxFault("Nobody of that name may act here. `smsbot staff list` shows who may.")
    held = stories.held(tx, outbox_id)
    if held is None:
        raise OutboxFault(f"There is no text {outbox_id}. `smsbot outbox list` shows some.")
    state, version, _ = held
    if state not in may:
        names = " or ".join(one.value for one in may)
        raise OutboxFault(f"Text {outbox_id} is {state.value}; this is for one that is {names}.")
    return found_staff.account.name, state, version


def _move(
    tx: Transaction,
    outbox_id: int,
    version: int,
    moved: tuple[State, State],
    values: dict[str, object],
) -> None:
    if not stories.move(tx, outbox_id, version, moved, values):
        raise OutboxFault(f"Text {outbox_id} has just moved on. Look at it again.")


def _note(
    tx: Transaction, outbox_id: int, by: By, what: str, moved: tuple[State, State], says: str
) -> None:
    about = f"outbox {outbox_id}"
    audit.record(tx, Deed(who=by.name, what=f"{what}_text", about=about, at=by.at, note=by.reason))
    says = "; ".join(filter(None, (says, by.reason)))
    outbox_events.add(
        tx,
        outbox_events.NewEvent(
            outbox_id=outbox_id, at=by.at, who=by.name, what=what, moved=moved, reason=says
        ),
    )
