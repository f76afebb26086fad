"""One revision as its reviewer reads it: beside what is live, with all that is known of it."""

from dataclasses import dataclass
from datetime import date

from smsbot.core.answers import Answer
from smsbot.core.editorial.claims import Claims
from smsbot.core.editorial.differences import Change, changes
from smsbot.core.editorial.revisions import OPEN, Revision, RevisionEvent, RevisionState
from smsbot.db import answers, revision_history, revisions
from smsbot.db.store import Store, Transaction
from smsbot.services import editorial_desk as desk
from smsbot.services.editorial_desk import EditorialFault, Findings
from smsbot.services.neighbours import Neighbours

_BY_WHOM = frozenset({"author", "reviewer"})
"""Fields that always differ and are shown elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A revision, what it is held against, and what the check says."""

    one: Revision
    before: Answer | None
    """What it is compared with: the live text, or for a text that was live the one before it."""
    before_n: int | None
    differing: tuple[Change, ...]
    sister: Answer | None
    """The answer in the other language: what is being written there, else what is live."""
    sister_open: Revision | None
    """The revision in the other language that is on its way."""
    writers: tuple[str, ...]
    """Everybody who wrote in it."""
    events: tuple[RevisionEvent, ...]
    findings: Findings | None
    """Of the content check; only for what can still be changed or published."""


def look(
    store: Store, revision_id: int, today: date, claims: Claims, near: Neighbours | None = None
) -> Sight:
    """Gather what a reviewer wants to see.

    Raises:
        EditorialFault: there is no such revision.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        one = desk.found(tx, revision_id)
        before, before_n = _earlier(tx, one)
        is_open = one.state in OPEN
        return Sight(
            one=one,
            before=before,
            before_n=before_n,
            differing=apart(before, one.answer),
            sister=desk.sister_of(tx, one.answer),
            sister_open=revisions.newest_open(tx, one.answer.keyword, one.answer.lang.other),
            writers=revisions.writers(tx, one.id),
            events=revision_history.of_revision(tx, one.id),
            findings=desk.examine(tx, one.answer, claims, today, near) if is_open else None,
        )


def beside_live(store: Store, revision_id: int) -> Sight:
    """A revision beside what is live now: what bringing it back would change.

    Raises:
        EditorialFault: there is no such revision.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        one = desk.found(tx, revision_id)
        live = answers.find(tx, one.answer.keyword, one.answer.lang)
        return Sight(
            one=one,
            before=live,
            before_n=revision_history.live_number(tx, one.answer.keyword, one.answer.lang),
            differing=apart(live, one.answer),
            sister=answers.find(tx, one.answer.keyword, one.answer.lang.other),
            sister_open=None,
            writers=revisions.writers(tx, one.id),
            events=(),
            findings=None,
        )


def between(store: Store, name: desk.AnswerName, first: int, second: int) -> tuple[Revision, ...]:
    """Two revisions of an answer by number, the earlier one first.

    Raises:
        EditorialFault: there is none of that number.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        found = tuple(revisions.numbered(tx, *name, n) for n in sorted((first, second)))
    there = tuple(one for one in found if one is not None)
    if len(there) != 2:
        raise EditorialFault(f"{name[0]}.{name[1].value} has no two revisions of these numbers.")
    return there


def apart(before: Answer | None, after: Answer) -> tuple[Change, ...]:
    """What differs between two texts, without who wrote and signed them."""
    return tuple(one for one in changes(before, after) if one.field not in _BY_WHOM)


def _earlier(tx: Transaction, one: Revision) -> tuple[Answer | None, int | None]:
    name = (one.answer.keyword, one.answer.lang)
    if one.state in OPEN:
        return answers.find(tx, *name), revision_history.live_number(tx, *name)
    if one.state is RevisionState.RETIRED and one.published_at is None:
        return answers.find(tx, *name), revision_history.live_number(tx, *name)
    found = revision_history.live_before(tx, one)
    return (found.answer, found.n) if found else (None, None)
