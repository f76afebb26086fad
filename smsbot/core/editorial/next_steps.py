"""Why a person may not take a step with a revision, in a sentence for that person; None: they may.

The services refuse the same, and so does the database: these sentences stand where a button would.
"""

from collections.abc import Collection

from smsbot.core.editorial.revisions import Revision, RevisionState
from smsbot.core.editorial.roles import Permission, Role, StaffAccount, may

_ARE = {
    RevisionState.DRAFT: "is a draft",
    RevisionState.IN_REVIEW: "waits for a review",
    RevisionState.APPROVED: "is approved",
    RevisionState.PUBLISHED: "is live",
    RevisionState.RETIRED: "is not in use any more",
}


def why_not_review(one: Revision, writers: Collection[str], by: StaffAccount) -> str | None:
    """Why this person can neither approve nor refuse what these people wrote."""
    if one.state is not RevisionState.IN_REVIEW:
        return f"There is nothing to review: it {_ARE[one.state]}."
    if wrote((one.answer.author,), by):
        return "You wrote this revision, so another person must review it."
    if wrote(writers, by):
        return "You wrote some of this revision, so a person who did not must review it."
    if not may(by.role, Permission.REVIEW):
        return f"A reviewer must read it. Your role is {_a(by.role)}."
    return None


def why_not_second(one: Revision, writers: Collection[str], by: StaffAccount) -> str | None:
    """Why this person can't be the second approver of what these people wrote."""
    if one.state is not RevisionState.APPROVED or not one.needs_second:
        return "No second approval is asked for now."
    if wrote((one.answer.author, *writers), by):
        part = "" if wrote((one.answer.author,), by) else "some of "
        return f"You wrote {part}this revision, so the second approver must be another person."
    if one.approved_by == by.name:
        return "You are its first approver, so the second must be another person."
    if not may(by.role, Permission.APPROVE_SECOND):
        return f"A reviewer or publisher must approve it too. Your role is {_a(by.role)}."
    return None


def why_not_publish(one: Revision, by: StaffAccount) -> str | None:
    """Why this person can't make it live."""
    if one.state is not RevisionState.APPROVED:
        return f"Only an approved revision can go live: this one {_ARE[one.state]}."
    if one.needs_second:
        return "It is a crisis text: a second person must approve it first."
    if not may(by.role, Permission.PUBLISH):
        return f"A publisher makes it live. Your role is {_a(by.role)}."
    return None


def why_not_back(one: Revision, by: StaffAccount) -> str | None:
    """Why this person can't bring it back as the live text."""
    if one.state is not RevisionState.RETIRED or one.published_at is None:
        return "Only a text that was live before can be brought back."
    if one.approved_by is None:
        return (
            "It came with the program and nobody here approved it, so it can't be brought back"
            " at once. An author begins a draft from it, a reviewer approves that, and a publisher"
            " makes it live."
        )
    if not may(by.role, Permission.PUBLISH):
        return f"A publisher brings texts back. Your role is {_a(by.role)}."
    return None


def wrote(writers: Collection[str], by: StaffAccount) -> bool:
    """Whether this person is among those who wrote, however the name is spelt."""
    return by.name.casefold() in {name.strip().casefold() for name in writers}


def _a(role: Role) -> str:
    return f"{'an' if role.value[0] in 'aeiou' else 'a'} {role.value}"
