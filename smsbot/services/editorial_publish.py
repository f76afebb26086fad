"""Publishing: an approved text goes live, at once or at its time; an earlier one comes back."""

from dataclasses import dataclass
from datetime import datetime

from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.editorial.story import BY_SCHEDULE, NOT_ANY_MORE, REFUSED
from smsbot.core.errors import StoreConflict
from smsbot.db import revisions
from smsbot.db.store import Store, Transaction
from smsbot.services import editorial_desk as desk
from smsbot.services.editorial_desk import AnswerName, EditorialFault, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRun:
    """What became of the texts whose time had come; the names are as "FDA.en"."""

    published: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    """Name and reason; these are no longer scheduled."""


def publish(store: Store, by: StaffAccount, which: int | Seen, now: datetime) -> Revision:
    """Make an approved revision what people get, in every process within two seconds.

    Raises:
        EditorialFault: it is not approved, lacks a second approver, a name of it is taken, or the
            account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.PUBLISH)
    with store.begin() as tx:
        one = desk.found(tx, which)
        if one.state is not RevisionState.APPROVED:
            raise EditorialFault(
                f"Revision {one.n} of {one.name} is {one.state.value.replace('_', ' ')}:"
                " only an approved one can be published."
            )
        live = _live(tx, one, by.name, now)
        desk.record(tx, by, "publish", one, now)
        return live


def schedule(
    store: Store, by: StaffAccount, which: int | Seen, now: datetime, *, at: datetime | None
) -> None:
    """Let an approved revision go live by itself at a time; None: not any more.

    Raises:
        EditorialFault: it is not approved, the time has passed, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.PUBLISH)
    if at is not None and at <= now:
        raise EditorialFault("That time has passed: publish it now, or choose a later one.")
    with store.begin() as tx:
        one = desk.found(tx, which)
        if one.state is not RevisionState.APPROVED:
            raise EditorialFault(f"Revision {one.n} of {one.name} is not approved.")
        if at is None and one.publish_at is None:
            raise EditorialFault(f"Revision {one.n} of {one.name} is on no schedule.")
        note = f"for {at:%Y-%m-%d %H:%M} UTC" if at else NOT_ANY_MORE
        desk.must(done=revisions.change(tx, one, by=by.name, now=now, publish_at=at, note=note))
        desk.record(tx, by, "schedule" if at else "unschedule", one, now, note=note)


def run_due(store: Store, now: datetime) -> DueRun:
    """Publish what is due. One that a rule refuses by now is taken off the schedule.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    published: list[str] = []
    refused: list[tuple[str, str]] = []
    with store.read() as tx:
        due = revisions.due(tx, now)
    for one in due:
        try:
            with store.begin() as tx:
                _live(tx, one, BY_SCHEDULE, now)
        except desk.OutOfDate:
            continue
        except (EditorialFault, StoreConflict) as error:
            refused.append((one.name, str(error)))
            with store.begin() as tx:
                revisions.change(
                    tx, one, by=BY_SCHEDULE, now=now, publish_at=None, note=f"{REFUSED}{error}"
                )
        else:
            published.append(one.name)
    return DueRun(published=tuple(published), refused=tuple(refused))


def roll_back(
    store: Store, by: StaffAccount, name: AnswerName, now: datetime, *, n: int | None = None
) -> Revision:
    """Bring back the n-th revision, or the one that was live before this one.

    Raises:
        EditorialFault: there is none that was approved, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.PUBLISH)
    with store.begin() as tx:
        before = [
            one
            for one in revisions.of_answer(tx, *name)
            if one.state is RevisionState.RETIRED
            and one.published_at is not None
            and n in (None, one.n)
        ]
        if not before:
            which = "no earlier text" if n is None else f"no retired revision {n}"
            raise EditorialFault(f"{name[0]}.{name[1].value} has {which} that was ever live.")
        one = max(before, key=lambda one: (one.published_at, one.n))
        return _returned(tx, by, one, now, note="")


def bring_back(
    store: Store, by: StaffAccount, revision_id: int, now: datetime, *, note: str
) -> Revision:
    """Make this earlier revision what people get again.

    Raises:
        EditorialFault: it was never live or approved, or is live, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.PUBLISH)
    with store.begin() as tx:
        one = desk.found(tx, revision_id)
        if one.state is not RevisionState.RETIRED or one.published_at is None:
            raise EditorialFault(f"Revision {one.n} of {one.name} is no earlier live text.")
        return _returned(tx, by, one, now, note=note.strip())


def retire(
    store: Store, by: StaffAccount, name: AnswerName, now: datetime, *, note: str
) -> Revision:
    """Take an answer away from people; it can be rolled back.

    Raises:
        EditorialFault: it is not live, is a safety answer, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.RETIRE)
    with store.begin() as tx:
        for one in revisions.of_answer(tx, *name):
            if one.state is RevisionState.PUBLISHED:
                moved = revisions.move(
                    tx, one, RevisionState.RETIRED, by=by.name, now=now, note=note.strip()
                )
                desk.must(done=moved)
                desk.record(tx, by, "retire", one, now, note=note)
                return desk.found(tx, one.id)
    raise EditorialFault(f"{name[0]}.{name[1].value} is not live.")


def _returned(
    tx: Transaction, by: StaffAccount, one: Revision, now: datetime, *, note: str
) -> Revision:
    if one.approved_by is None:
        raise EditorialFault(
            f"Revision {one.n} of {one.name} came with the program and nobody approved it:"
            " begin a draft from it and have it reviewed."
        )
    live = _live(tx, one, by.name, now, note=note)
    desk.record(tx, by, "roll_back", one, now, note=note)
    return live


def _live(tx: Transaction, one: Revision, by: str, now: datetime, *, note: str = "") -> Revision:
    if one.needs_second and one.approved_by is not None:
        raise EditorialFault(
            f"{one.name} is a crisis text: a second person must approve revision {one.n} first."
        )
    desk.refuse_names(tx, one.answer)
    desk.must(done=revisions.move(tx, one, RevisionState.PUBLISHED, by=by, now=now, note=note))
    return desk.found(tx, one.id)
