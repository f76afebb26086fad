"""Who on the staff may do what: six roles and a table. What the table does not grant is denied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is there for; everybody has exactly one."""

    AUTHOR = "author"
    """Writes answers; never approves their own."""
    REVIEWER = "reviewer"
    """A clinician: reads, refuses or signs what an author wrote."""
    PUBLISHER = "publisher"
    """Makes signed answers live, and takes them back."""
    SENDER = "sender"
    """Sends campaigns."""
    AUDITOR = "auditor"
    """Sees everything that has to do with answers and figures, changes nothing."""
    ADMIN = "admin"
    """Looks after the staff accounts."""


class Permission(StrEnum):
    """One thing that a page or an action asks for."""

    SEE_DASHBOARD = "see_dashboard"
    SEE_ANSWERS = "see_answers"
    WRITE_DRAFT = "write_draft"
    """Begin, change and discard drafts; import them from files."""
    SUBMIT = "submit"
    """Hand a draft to the reviewers, or take it back from them."""
    REVIEW = "review"
    """Approve what another person wrote, or refuse it with a note."""
    APPROVE_SECOND = "approve_second"
    """Be the second approver that a crisis text needs."""
    PUBLISH = "publish"
    """Make an approved text live, at once or at a time; bring back an earlier one."""
    RETIRE = "retire"
    """Take an answer away."""
    MANAGE_STAFF = "manage_staff"


_READS = frozenset({Permission.SEE_DASHBOARD, Permission.SEE_ANSWERS})

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.AUTHOR: _READS | {Permission.WRITE_DRAFT, Permission.SUBMIT},
    Role.REVIEWER: _READS | {Permission.REVIEW, Permission.APPROVE_SECOND},
    Role.PUBLISHER: _READS | {Permission.APPROVE_SECOND, Permission.PUBLISH, Permission.RETIRE},
    Role.SENDER: _READS,
    Role.AUDITOR: _READS,
    Role.ADMIN: _READS | {Permission.MANAGE_STAFF},
}
"""The whole table: what is not in it is denied."""


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has been granted the permission."""
    return permission in GRANTS.get(role, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """A member of staff who can sign in, as the pages know them: without the password's hash.

    `session_epoch` is counted up to end every session that was begun before.
    """

    id: int
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    session_epoch: int

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.disabled_at is None
