"""Reviewing: another person approves a text or refuses it; a crisis text needs two of them.

A person at a page signs what they have `Seen`: a text that was changed since is not signed.
"""

from datetime import datetime

from smsbot.core.editorial.next_steps import wrote
from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.db import revisions
from smsbot.db.store import Store, Transaction
from smsbot.services import editorial_desk as desk
from smsbot.services.editorial_desk import EditorialFault, Seen


def queue(store: Store) -> tuple[Revision, ...]:
    """What waits for a reviewer, the longest waiting first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return revisions.in_states(tx, (RevisionState.IN_REVIEW,))


def refuse(store: Store, by: StaffAccount, which: int | Seen, now: datetime, *, note: str) -> None:
    """Give it back to its author as a draft, with a note that says why.

    Raises:
        EditorialFault: the note is empty, it is not in review, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.REVIEW)
    if not note.strip():
        raise EditorialFault("Write a note: the author has to know what to change.")
    with store.begin() as tx:
        one = desk.found(tx, which)
        if one.state is not RevisionState.IN_REVIEW:
            raise EditorialFault(f"Revision {one.n} of {one.name} is not in review.")
        desk.must(
            done=revisions.move(
                tx, one, RevisionState.DRAFT, by=by.name, now=now, note=note.strip()
            )
        )
        desk.record(tx, by, "refuse", one, now, note=note)


def approve(
    store: Store, by: StaffAccount, which: int | Seen, now: datetime, *, note: str = ""
) -> None:
    """Let it through, and sign it: the answer names its reviewer from then on.

    Raises:
        EditorialFault: the reviewer wrote in it, it is not in review, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.REVIEW)
    with store.begin() as tx:
        one = desk.movable(tx, which, RevisionState.APPROVED)
        _another_than_who_wrote(tx, one, by)
        desk.refuse_names(tx, one.answer)
        done = revisions.move(
            tx, one, RevisionState.APPROVED, by=by.name, now=now, note=note.strip(),
            approved_by=by.name, reviewer=by.name, reviewed_on=now.date(),
        )  # fmt: skip
        desk.must(done=done)
        desk.record(tx, by, "approve", one, now, note=note)


def approve_second(
    store: Store, by: StaffAccount, which: int | Seen, now: datetime, *, note: str = ""
) -> None:
    """Let an approved crisis text through as the second person.

    Raises:
        EditorialFault: it needs no second, the person had a part in it, or may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.APPROVE_SECOND)
    with store.begin() as tx:
        one = desk.found(tx, which)
        if one.state is not RevisionState.APPROVED or not one.needs_second:
            raise EditorialFault(f"Revision {one.n} of {one.name} needs no second approver now.")
        _another_than_who_wrote(tx, one, by)
        if one.approved_by == by.name:
            raise EditorialFault(f"{by.name} is its first approver: the second must be another.")
        done = revisions.change(tx, one, by=by.name, now=now, second_by=by.name, note=note.strip())
        desk.must(done=done)
        desk.record(tx, by, "approve_second", one, now, note=note)


def _another_than_who_wrote(tx: Transaction, one: Revision, by: StaffAccount) -> None:
    if wrote((one.answer.author,), by):
        raise EditorialFault(f"{by.name} wrote it: another person must approve it.")
    if wrote(revisions.writers(tx, one.id), by):
        raise EditorialFault(
            f"{by.name} wrote some of it before {one.answer.author} saved it:"
            " a person who did not must approve it."
        )
