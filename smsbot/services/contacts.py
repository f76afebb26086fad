"""The people who texted, for staff: the list, one of them, and a number in full where needed."""

from datetime import datetime

from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import SmsbotError
from smsbot.core.messages import E164
from smsbot.core.people import People, Person
from smsbot.db import people
from smsbot.db.store import Store
from smsbot.services import audit

FEWEST_LETTERS = 5
"""A reason for looking at a number has at least so many."""


class ContactFault(SmsbotError):
    """What was asked of a contact can't be done; says why."""


def page(
    store: Store, wanted: People, now: datetime, limit: int, before: int | None = None
) -> tuple[tuple[Person, ...], int | None]:
    """Some people, those who came last first, and what to pass as `before` for more.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = people.newest(tx, store.sealer, wanted, now, (limit + 1, before))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def get(store: Store, contact_id: int) -> Person | None:
    """One contact; None when there is none with this id.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return people.get(tx, store.sealer, contact_id)


def find(store: Store, number: E164) -> int | None:
    """The contact of a number; None when nobody with it is known.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return people.find(tx, store.sealer, number)


def reveal(store: Store, contact_id: int, reason: str, by: By) -> E164:
    """A number in full. That it was looked at, by whom and why, is recorded first.

    Raises:
        ContactFault: there is no such number (any more), or no reason is given.
        StoreUnavailable: the database can't be reached; nothing is shown.
    """
    if len("".join(reason.split())) < FEWEST_LETTERS:
        raise ContactFault("Say why you need the number, in a few words.")
    with store.begin() as tx:
        found = people.number(tx, store.sealer, contact_id)
        if found is None:
            raise ContactFault("There is no number any more: this person has been forgotten.")
        deed = Deed(
            who=by.name, what="reveal_number", about=f"contact {contact_id}", at=by.at, note=reason
        )
        audit.record(tx, deed)
    return found
