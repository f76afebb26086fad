"""Writing: drafts are begun, saved, handed to the reviewers, taken back and given up."""

from dataclasses import replace
from datetime import datetime

from smsbot.core.answers import Answer
from smsbot.core.editorial.claims import Claims
from smsbot.core.editorial.differences import Change, changes
from smsbot.core.editorial.revisions import OPEN, Origin, Revision, RevisionEvent, RevisionState
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.editorial.story import TAKEN_BACK
from smsbot.db import answers, revisions
from smsbot.db.store import Store, Transaction
from smsbot.services import editorial_desk as desk
from smsbot.services.editorial_desk import AnswerName, EditorialFault, Findings
from smsbot.services.neighbours import Neighbours


def begin(
    store: Store, by: StaffAccount, name: AnswerName, now: datetime, *, n: int | None = None
) -> Revision:
    """Begin a draft from what is live, or from the n-th revision.

    Raises:
        EditorialFault: there is nothing to begin from, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        why = f"Back to the text of revision {n}: " if n else ""
        return _added(tx, by, _origin(tx, name, n), now, why=why)


def begin_unless_open(
    store: Store, by: StaffAccount, name: AnswerName, now: datetime
) -> tuple[Revision, bool]:
    """Begin a draft from what is live, unless a revision is on its way; whether it is new.

    However many ask at once, one draft is begun and the others are given it.

    Raises:
        EditorialFault: there is nothing to begin from, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        answers.hold(tx, *name)
        current = revisions.newest_open(tx, *name)
        if current is not None:
            return current, False
        return _added(tx, by, _origin(tx, name, None), now), True


def create(store: Store, by: StaffAccount, answer: Answer, now: datetime) -> Revision:
    """Begin a draft with a text of its own, as for a new keyword.

    Raises:
        EditorialFault: the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        return _added(tx, by, answer, now)


def save(
    store: Store, by: StaffAccount, one: Revision, now: datetime, *, answer: Answer, why: str
) -> Revision:
    """Write `answer` as the text of the draft `one`; its author is who saves.

    Raises:
        OutOfDate: somebody else has saved it since `one` was read.
        EditorialFault: it is no draft, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    if (answer.keyword, answer.lang) != (one.answer.keyword, one.answer.lang):
        raise EditorialFault("A draft keeps its keyword and language: begin another for the new.")
    with store.begin() as tx:
        current = desk.found(tx, one.id)
        if current.state is not RevisionState.DRAFT:
            raise EditorialFault(
                f"Revision {one.n} of {one.name} is no draft any more: take it back, or begin anew."
            )
        desk.must(done=revisions.save(tx, one, _written(answer, by), why=why, now=now))
        return desk.found(tx, one.id)


def submit(
    store: Store, by: StaffAccount, revision_id: int, now: datetime, *, claims: Claims
) -> Findings:
    """Hand a draft to the reviewers; what the check found is returned, warnings only.

    Raises:
        EditorialFault: the check has faults, a name is taken, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.SUBMIT)
    with store.begin() as tx:
        one = desk.movable(tx, revision_id, RevisionState.IN_REVIEW)
        desk.refuse_names(tx, one.answer)
        findings = desk.examine(tx, one.answer, claims, now.date())
        if findings.faults:
            more = len(findings.faults) - 1
            others = f" And {more} more." if more else ""
            raise EditorialFault(f"{findings.faults[0]}{others}")
        desk.must(
            done=revisions.move(tx, one, RevisionState.IN_REVIEW, by=by.name, now=now, note=one.why)
        )
        desk.record(tx, by, "submit", one, now, note=one.why)
    return findings


def take_back(store: Store, by: StaffAccount, revision_id: int, now: datetime) -> None:
    """Make a draft of it again, whether it waits for a review or for publishing.

    Raises:
        EditorialFault: it is beyond that, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.SUBMIT)
    with store.begin() as tx:
        one = desk.movable(tx, revision_id, RevisionState.DRAFT)
        cleared = dict.fromkeys(("approved_by", "second_by", "reviewer", "reviewed_on"))
        desk.must(
            done=revisions.move(
                tx, one, RevisionState.DRAFT, by=by.name, now=now, note=TAKEN_BACK, **cleared
            )
        )
        desk.record(tx, by, "take_back", one, now)


def discard(store: Store, by: StaffAccount, revision_id: int, now: datetime) -> None:
    """Give a draft up; the history keeps it.

    Raises:
        EditorialFault: it is no draft, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    with store.begin() as tx:
        one = desk.found(tx, revision_id)
        if one.state is not RevisionState.DRAFT:
            raise EditorialFault(f"Revision {one.n} of {one.name} is no draft.")
        desk.must(done=revisions.move(tx, one, RevisionState.RETIRED, by=by.name, now=now))
        desk.record(tx, by, "discard", one, now)


def check(
    store: Store, answer: Answer, claims: Claims, now: datetime, near: Neighbours | None = None
) -> Findings:
    """What the content check says of a text as it stands in an editor.

    `near` makes it quick where there are thousands of answers: keep one for the process.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return desk.examine(tx, answer, claims, now.date(), near)


def revision(store: Store, revision_id: int) -> Revision:
    """One revision.

    Raises:
        EditorialFault: there is none with this id.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return desk.found(tx, revision_id)


def open_revisions(store: Store) -> tuple[Revision, ...]:
    """Drafts, what waits for a review and what waits to go live, the longest unchanged first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return revisions.in_states(tx, OPEN)


def revisions_of(store: Store, name: AnswerName) -> tuple[Revision, ...]:
    """Every revision of an answer, the newest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return revisions.of_answer(tx, *name)


def history(store: Store, name: AnswerName) -> tuple[RevisionEvent, ...]:
    """Who did what to an answer, the newest first.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return revisions.history(tx, *name)


def against_live(store: Store, one: Revision) -> tuple[Change, ...]:
    """What people would get otherwise than now if this revision went live.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        live = answers.find(tx, one.answer.keyword, one.answer.lang)
    return changes(live, one.answer)


def _origin(tx: Transaction, name: AnswerName, n: int | None) -> Answer:
    if n is None:
        live = answers.find(tx, *name)
        if live is None:
            raise EditorialFault(f"{name[0]}.{name[1].value} is not live: nothing to begin from.")
        return live
    earlier = revisions.numbered(tx, *name, n)
    if earlier is None:
        raise EditorialFault(f"{name[0]}.{name[1].value} has no revision {n}.")
    return earlier.answer


def _added(
    tx: Transaction, by: StaffAccount, answer: Answer, now: datetime, *, why: str = ""
) -> Revision:
    number = revisions.add(
        tx, _written(answer, by), origin=Origin.STAFF, now=now, by=by.name, why=why
    )
    one = desk.found(tx, number)
    desk.record(tx, by, "draft", one, now)
    return one


def _written(answer: Answer, by: StaffAccount) -> Answer:
    """By this author, and signed by nobody: a signature holds for the text that was signed."""
    return replace(answer, author=by.name, reviewer=None, reviewed_on=None)
