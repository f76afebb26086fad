"""Working on a draft: opening it, saving what is typed, seeing who else is at it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from smsbot.core.answers import Answer, Group
from smsbot.core.editorial.differences import Change, changes
from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import Permission, StaffAccount
from smsbot.core.editorial.typed import Typed
from smsbot.core.messages import Lang
from smsbot.db import answers, presence, revisions
from smsbot.db.presence import Presence
from smsbot.db.store import Store
from smsbot.services import editorial
from smsbot.services import editorial_desk as desk
from smsbot.services.editorial_desk import AnswerName, EditorialFault, OutOfDate
from smsbot.services.remarks import Against, Remark, remarks

__all__ = ["Conflict", "EditorialFault", "Opened", "OutOfDate", "Presence", "Remark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A draft with all that stands around it."""

    revision: Revision
    live: Answer | None
    """What people get now."""
    sister: Answer | None
    """The other language: what is being written there, else what is live."""
    sister_draft: Revision | None
    others: tuple[Presence, ...]
    """Who else has it open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Somebody else saved the draft while it was being typed: both versions, to choose from."""

    theirs: Revision
    differences: tuple[Change, ...]
    """From what they saved to what was typed here."""


def open_draft(store: Store, by: StaffAccount, revision_id: int, now: datetime) -> Opened:
    """A draft to write in; the others who have it open are told of this person from now on.

    Raises:
        EditorialFault: there is no such revision.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        one = desk.found(tx, revision_id)
    if one.state is RevisionState.DRAFT and by.is_active:
        with store.begin() as tx:
            presence.enter(tx, by.id, revision_id, now)
    with store.read() as tx:
        name = (one.answer.keyword, one.answer.lang)
        return Opened(
            revision=one,
            live=answers.find(tx, *name),
            sister=desk.sister_of(tx, one.answer),
            sister_draft=revisions.newest_open(tx, name[0], name[1].other),
            others=presence.others(tx, revision_id, by.id, now),
        )


def stay(
    store: Store, by: StaffAccount, revision_id: int, now: datetime
) -> tuple[Revision, tuple[Presence, ...]]:
    """Still there: the draft as it is saved now, and who else has it open.

    Raises:
        EditorialFault: there is no such revision.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        one = desk.found(tx, revision_id)
        presence.enter(tx, by.id, revision_id, now)
        return one, presence.others(tx, revision_id, by.id, now)


def begin_or_join(
    store: Store, by: StaffAccount, name: AnswerName, now: datetime
) -> tuple[Revision, bool]:
    """The draft of this answer that there is, else a new one from what is live; whether it is new.

    Raises:
        EditorialFault: a revision of it is in review or approved, nothing is live to begin from,
            or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    current, is_new = editorial.begin_unless_open(store, by, name, now)
    if is_new:
        return current, True
    if current.state is not RevisionState.DRAFT:
        where = "waits for a review" if current.state is RevisionState.IN_REVIEW else "is approved"
        raise EditorialFault(
            f"Revision {current.n} of {current.name} {where}: take it back to change it."
        )
    return current, False


def create(store: Store, by: StaffAccount, answer: Answer, now: datetime) -> Revision:
    """Begin an answer that there is not yet.

    Raises:
        EditorialFault: there is one, its keyword is another's name, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    with store.read() as tx:
        name = (answer.keyword, answer.lang)
        if answers.find(tx, *name) or revisions.newest_open(tx, *name):
            raise EditorialFault(f"There is a {answer.keyword} in this language already: open it.")
        desk.refuse_names(tx, answer)
    return editorial.create(store, by, answer, now)


def blank(keyword: str, lang: Lang, group: Group, review_by: date) -> Answer:
    """An answer in which nothing is written yet."""
    return Answer(
        keyword=keyword, lang=lang, group=group, aliases=(), loose=frozenset(), questions=(),
        short="", long=None, claims=(), seed=(), sources=(), author="", reviewer=None,
        reviewed_on=None, review_by=review_by,
    )  # fmt: skip


def save(
    store: Store, by: StaffAccount, typed: Typed, base: Revision, now: datetime
) -> Revision | Conflict:
    """Write what was typed over the version that `base` is; nothing is written if it is the same.

    Raises:
        EditorialFault: it is no draft any more, or the account may not.
        StoreUnavailable: the database can't be reached.
    """
    desk.permit(by, Permission.WRITE_DRAFT)
    current = editorial.revision(store, base.id)
    if current.state is RevisionState.DRAFT:
        if not _differ(current, typed):
            return current
        if current.version != base.version:
            return _conflict(current, typed)
    as_read = replace(current, version=base.version, owner=typed.owner)
    try:
        return editorial.save(store, by, as_read, now, answer=typed.answer, why=typed.why)
    except OutOfDate:
        return _conflict(editorial.revision(store, base.id), typed)


def look(store: Store, answer: Answer, against: Against, now: datetime) -> tuple[Remark, ...]:
    """All there is to say of a text as it stands in the editor.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        live = answers.find(tx, answer.keyword, answer.lang)
        return remarks(tx, answer, live, against, now.date())


def _differ(current: Revision, typed: Typed) -> bool:
    as_author = replace(typed.answer, author=current.answer.author, reviewer=None, reviewed_on=None)
    is_same = as_author == replace(current.answer, reviewer=None, reviewed_on=None)
    return not is_same or (current.owner, current.why) != (typed.owner, typed.why)


def _conflict(current: Revision, typed: Typed) -> Conflict:
    mine = replace(typed.answer, author=current.answer.author)
    return Conflict(theirs=current, differences=changes(current.answer, mine))
