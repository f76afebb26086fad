"""Turn a wording that people used in vain into a draft of the answer that should have come."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from smsbot.core.answers import Answer
from smsbot.core.editorial.deeds import Deed
from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import StaffAccount
from smsbot.core.inbound.router_conflicts import Clash, Conflict, conflicts
from smsbot.core.inbound.router_index import Index
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze
from smsbot.db.store import Store
from smsbot.services import audit, editorial
from smsbot.services.editorial_desk import EditorialFault
from smsbot.services.gaps import Proposal, Wording

LONGEST = 160
"""Characters of a wording: what fits into one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What speaks against a wording for an answer."""

    refused: str | None
    """Why it can't be added at all; None when it can."""
    elsewhere: tuple[Conflict, ...]
    """The other answers that it leads to today, with the scores: for a person to weigh."""


def judge(wording: str, keyword: str, index: Index) -> Verdict:
    """Whether a wording may become an example question or alias of `keyword`."""
    if not squeeze(wording):
        return Verdict(refused="Write the words that people would send.", elsewhere=())
    if len(wording) > LONGEST:
        return Verdict(refused=f"At most {LONGEST} characters.", elsewhere=())
    found = conflicts(wording, keyword, index)
    for one in found:
        if one.clash is Clash.NAME:
            says = f"“{wording}” is a name of {one.keyword} already."
            return Verdict(refused=says, elsewhere=found)
        if one.clash is Clash.QUESTION:
            says = f"“{wording}” is an example question of {one.keyword} already."
            return Verdict(refused=says, elsewhere=found)
    return Verdict(refused=None, elsewhere=found)


def drafting(store: Store, account: StaffAccount, now: datetime) -> Callable[[Proposal], None]:
    """What `gaps.propose` saves a proposal with: into the open draft, or into a new one.

    It raises EditorialFault when the answer is with the reviewers, or the account may not.
    """

    def save(proposal: Proposal) -> None:
        name = (proposal.keyword, proposal.lang)
        draft = _open_draft(store, proposal.keyword, proposal.lang)
        if draft is None:
            draft = editorial.begin(store, account, name, now)
        answer = _with(draft.answer, proposal)
        what = "example question" if proposal.kind is Wording.QUESTION else "alias"
        why = draft.why or f"People asked for it in vain: a new {what}."
        editorial.save(store, account, draft, now, answer=answer, why=why)
        about = f"answer {proposal.keyword} {proposal.lang.value}"
        audit.record(
            store, Deed(who=account.name, what="draft_wording", about=about, at=now, note=what)
        )

    return save


def _open_draft(store: Store, keyword: str, lang: Lang) -> Revision | None:
    for one in editorial.revisions_of(store, (keyword, lang)):
        if one.state is RevisionState.DRAFT:
            return one
        if one.state in {RevisionState.IN_REVIEW, RevisionState.APPROVED}:
            raise EditorialFault(
                f"{one.name} is with the reviewers: take it back, or wait until it is live."
            )
    return None


def _with(answer: Answer, proposal: Proposal) -> Answer:
    if proposal.kind is Wording.ALIAS:
        alias = squeeze(proposal.wording)
        if alias in {answer.keyword, *answer.aliases}:
            raise EditorialFault(f"{alias} leads there already.")
        return replace(answer, aliases=(*answer.aliases, alias))
    if proposal.wording in answer.questions:
        raise EditorialFault("It is an example question there already.")
    return replace(answer, questions=(*answer.questions, proposal.wording))
