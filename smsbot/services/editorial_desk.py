"""What every step of a revision asks first: who may, is it there, is it where the step begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from smsbot.core.answers import Answer
from smsbot.core.editorial.claims import Claims
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.lines import Lines
from smsbot.core.editorial.lint import lint_one
from smsbot.core.editorial.mentions import mentioned
from smsbot.core.editorial.parse import ParsedFile
from smsbot.core.editorial.revisions import Revision, RevisionState, may_move
from smsbot.core.editorial.roles import Permission, StaffAccount, may
from smsbot.core.errors import SmsbotError
from smsbot.db import answers, revisions
from smsbot.db.store import Transaction
from smsbot.services import audit
from smsbot.services.content_files import place
from smsbot.services.neighbours import AnswerName, Neighbours

__all__ = ["AnswerName"]


class EditorialFault(SmsbotError):
    """The step is refused: says which rule, and what to do."""


class OutOfDate(EditorialFault):
    """Somebody else was quicker: look again before you go on."""


class NotAllowed(EditorialFault):
    """The account's role does not have this right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A revision as somebody has read it: a step on it holds for that text and for no later one."""

    id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the content check says of a text."""

    what: str
    cure: str

    def __str__(self) -> str:
        """The two sentences."""
        return f"{self.what} {self.cure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What stands against a text, and what to think of besides."""

    faults: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def permit(by: StaffAccount, permission: Permission) -> None:
    """Let on who may.

    Raises:
        NotAllowed: the account is disabled, or its role has not been granted this.
    """
    if not by.is_active:
        raise NotAllowed(f"The account {by.name} is disabled.")
    if not may(by.role, permission):
        what = permission.value.replace("_", " ")
        raise NotAllowed(f"{by.name} is {by.role.value}: that role may not {what}.")


def found(tx: Transaction, which: int | Seen) -> Revision:
    """The revision with this id.

    Raises:
        OutOfDate: its text is another than the one that was seen.
        EditorialFault: there is none.
    """
    revision_id = which.id if isinstance(which, Seen) else which
    one = revisions.get(tx, revision_id)
    if one is None:
        raise EditorialFault(f"There is no revision with the id {revision_id}.")
    if isinstance(which, Seen) and which.version != one.version:
        raise OutOfDate(
            f"The text of revision {one.n} of {one.name} was changed after you opened this page."
            " This is the text now: read it again."
        )
    return one


def movable(tx: Transaction, which: int | Seen, to: RevisionState) -> Revision:
    """The revision with this id, if its next step may be this.

    Raises:
        OutOfDate: its text is another than the one that was seen.
        EditorialFault: there is none, or it is not where that step begins.
    """
    one = found(tx, which)
    if not may_move(one.state, to):
        raise EditorialFault(
            f"Revision {one.n} of {one.name} is {one.state.value.replace('_', ' ')}:"
            f" from there it can't become {to.value.replace('_', ' ')}."
        )
    return one


def must(*, done: bool) -> None:
    """Go on if a step found the revision as it was read.

    Raises:
        OutOfDate: it had moved on.
    """
    if not done:
        raise OutOfDate("Somebody else has changed this revision just now. Look at it again.")


def record(
    tx: Transaction, by: StaffAccount, what: str, one: Revision, now: datetime, *, note: str = ""
) -> None:
    """Write a step into the audit log; the history of the answer is written by the database."""
    about = f"answer {one.answer.keyword} {one.answer.lang.value} revision {one.n}"
    audit.record(tx, Deed(who=by.name, what=what, about=about, at=now, note=note))


def refuse_names(tx: Transaction, answer: Answer) -> None:
    """Let on an answer whose names are free.

    Raises:
        EditorialFault: another live answer has one of them, or it is reserved.
    """
    names = (answer.keyword, *answer.aliases)
    for name, owner in sorted(revisions.holders(tx, names).items()):
        if owner != answer.keyword:
            raise EditorialFault(f"{name} already leads to {owner}. Take it out there, or here.")
    for name, (category, keyword) in sorted(revisions.reserved(tx, names).items()):
        if category != answer.group.value and keyword != answer.keyword:
            raise EditorialFault(
                f"{name} is a reserved or safety word: {answer.keyword} may not have it."
            )


def examine(
    tx: Transaction, answer: Answer, claims: Claims, today: date, near: Neighbours | None = None
) -> Findings:
    """Hold an answer against the content check, among all that is live or being written.

    `near` remembers what the others are asked; without it that is read again if need be.
    """
    sister = sister_of(tx, answer)
    others = [*(near or Neighbours()).of(tx, answer), *([sister] if sister else [])]
    texts = (answer.short, answer.long or "", answer.stub or "")
    named = frozenset[str]().union(*map(mentioned, texts))
    names = {*revisions.holders(tx, sorted(named)), answer.keyword, *answer.aliases}
    files = {place(one): as_file(one) for one in others}
    verdict = lint_one(as_file(answer), list(files.values()), names, claims, today)
    return Findings(
        faults=tuple(_findings(iter(verdict.faults))),
        warnings=tuple(_findings(iter(verdict.later))),
    )


def sister_of(tx: Transaction, answer: Answer) -> Answer | None:
    """The answer in the other language: what is being written there, else what is live."""
    name = (answer.keyword, answer.lang.other)
    written = revisions.newest_open(tx, *name)
    return written.answer if written else answers.find(tx, *name)


def _findings(faults: Iterator[Fault]) -> Iterator[Finding]:
    for fault in dict.fromkeys(faults):
        yield Finding(what=fault.what, cure=fault.cure)


def as_file(answer: Answer) -> ParsedFile:
    """The answer as the check wants it: as if it had been read from a file."""
    return ParsedFile(
        file=place(answer).as_posix(), answer=answer, banned=(), lines=Lines((), {}), faults=(),
        keyword=answer.keyword, lang=answer.lang, names=(answer.keyword, *answer.aliases),
    )  # fmt: skip
