"""Texting a draft to the person who writes it: to their own number, confirmed by a code."""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from smsbot.core.answers import Answer
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.messages import E164
from smsbot.core.outbound.history import masked
from smsbot.core.outbound.outbox import Lane, NewOutgoing
from smsbot.core.text.phone import read_number
from smsbot.core.text.segments import measure
from smsbot.db import contacts, outbox, staff_phones
from smsbot.db.store import Store, Transaction
from smsbot.services import audit
from smsbot.services.editorial_desk import EditorialFault, permit

MOST_AN_HOUR, MOST_A_DAY = 6, 30
"""Trial texts and codes one person is sent; each may have several parts."""
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
LIFE = timedelta(minutes=15)
"""A trial text that could not leave by then is not wanted any more."""
DRAFT_MARK = "DRAFT, not for others. "


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumber:
    """What is known of a person's own number."""

    masked: str | None
    """The confirmed one, but for its last digits; None when there is none."""
    waits: str | None
    """The one that waits for its code."""


def own_number(store: Store, by: StaffAccount, now: datetime) -> OwnNumber:
    """What a page may show of it.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        sealed, waiting = staff_phones.confirmed(tx, by.id), staff_phones.pending(tx, by.id)
    waits = None if waiting is None else _opened(store, waiting)
    return OwnNumber(
        masked=None if sealed is None else masked(E164(store.sealer.open(sealed))),
        waits=masked(E164(waits.number)) if waits and waits.until > now else None,
    )


def enter_number(
    store: Store, by: StaffAccount, written: str, now: datetime, *, sender: str
) -> None:
    """Text a code to the number that was written.

    Raises:
        EditorialFault: it is no number, too many were sent, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_DRAFT)
    number = read_number(written)
    if number is None:
        raise EditorialFault("That is no phone number. Write it like 202 555 0123.")
    code = f"{secrets.randbelow(10**6):06d}"
    waiting = _Waiting(number=number, code=code, until=now + CODE_LIFE, tries=0)
    with store.begin() as tx:
        _refuse_too_many(tx, by, now)
        before = staff_phones.pending(tx, by.id)
        staff_phones.swap_pending(tx, by.id, before, _sealed(store, waiting))
        body = f"{code} is your code for trying out drafts. It is good for 10 minutes."
        _queue(store, tx, by, now, _To(number=number, sender=sender, bodies=(body,)))


def confirm_number(store: Store, by: StaffAccount, code: str, now: datetime) -> None:
    """Keep the number that waits, if this is the code that was texted to it.

    Raises:
        EditorialFault: it is another, too old, or tried too often.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        before = staff_phones.pending(tx, by.id)
        waiting = None if before is None else _opened(store, before)
        fault = _refusal(waiting, now)
        if waiting is not None and fault is None:
            tried = _Waiting(
                number=waiting.number, code=waiting.code, until=waiting.until,
                tries=waiting.tries + 1,
            )  # fmt: skip
            # Counted before it is looked at, so that tries in parallel can't get past the count.
            if not staff_phones.swap_pending(tx, by.id, before, _sealed(store, tried)):
                fault = "Another code was tried at the same moment. Try again."
            elif not hmac.compare_digest(code.strip().encode(), waiting.code.encode()):
                fault = "That is not the code that was texted. Look at it again."
            else:
                staff_phones.keep(tx, by.id, store.sealer.seal(waiting.number))
                audit.record(tx, Deed(who=by.name, what="confirm_number", about="own", at=now))
    if fault is not None:
        raise EditorialFault(fault)


def forget_number(store: Store, by: StaffAccount, now: datetime) -> None:
    """Keep no number of this person any more.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        staff_phones.keep(tx, by.id, None)
        audit.record(tx, Deed(who=by.name, what="forget_own_number", about="own", at=now))


def send_draft(
    store: Store,
    by: StaffAccount,
    answer: Answer,
    now: datetime,
    *,
    bodies: Sequence[str],
    sender: str,
) -> str:
    """Queue the messages of a draft for the person's own number; returns that number, masked.

    Raises:
        EditorialFault: no number is confirmed, too many were sent, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        sealed = staff_phones.confirmed(tx, by.id)
        if sealed is None:
            raise EditorialFault("Your number is not known yet: enter it first.")
        _refuse_too_many(tx, by, now)
        number = E164(store.sealer.open(sealed))
        marked = tuple(f"{DRAFT_MARK}{body}" for body in bodies if body.strip())
        if not marked:
            raise EditorialFault("There is nothing to text yet: write the first text.")
        _queue(store, tx, by, now, _To(number=number, sender=sender, bodies=marked))
        about = f"answer {answer.keyword} {answer.lang.value}"
        audit.record(tx, Deed(who=by.name, what="text_draft_to_self", about=about, at=now))
    return masked(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A number and the code that was texted to it."""

    number: str
    code: str
    until: datetime
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _To:
    """Messages for one number, in their order."""

    number: E164
    sender: str
    bodies: tuple[str, ...]


def _sealed(store: Store, waiting: _Waiting) -> bytes:
    until = waiting.until.timestamp()
    return store.sealer.seal(json.dumps([waiting.number, waiting.code, until, waiting.tries]))


def _opened(store: Store, sealed: bytes) -> _Waiting:
    number, code, until, tries = json.loads(store.sealer.open(sealed))
    ends = datetime.fromtimestamp(until, UTC)
    return _Waiting(number=number, code=code, until=ends, tries=tries)


def _refusal(waiting: _Waiting | None, now: datetime) -> str | None:
    if waiting is None:
        return "No number waits for a code. Enter yours first."
    if now >= waiting.until:
        return "The code is too old. Enter your number again for another."
    if waiting.tries >= MOST_TRIES:
        return "Too many codes were tried. Enter your number again for another."
    return None


def _refuse_too_many(tx: Transaction, by: StaffAccount, now: datetime) -> None:
    for most, period, words in (
        (MOST_AN_HOUR, timedelta(hours=1), "in an hour"),
        (MOST_A_DAY, timedelta(days=1), "in a day"),
    ):
        if staff_phones.sent_since(tx, by.id, now - period) >= most:
            raise EditorialFault(f"You were texted {most} times {words}: wait, then try again.")


def _queue(store: Store, tx: Transaction, by: StaffAccount, now: datetime, to: _To) -> None:
    contact = contacts.lock(tx, store.sealer, [to.number], now)[to.number]
    # Two at the same moment, from two tabs, are two.
    key = f"{staff_phones.key_of(by.id, now)}:{secrets.token_hex(3)}"
    rows = [
        NewOutgoing(
            dedupe_key=f"{key}:{part}", sequence_key=key, part=part, lane=Lane.STAFF,
            contact_id=contact.id, sender=to.sender, recipient=to.number, body=body,
            segments=measure(body).segments, due_at=now, expires_at=now + LIFE,
        )
        for part, body in enumerate(to.bodies, start=1)
    ]  # fmt: skip
    outbox.add(tx, store.sealer, rows, now)
