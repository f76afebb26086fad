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
    SEE_MESSAGES = "see_messages"
    """Read what people wrote, with their numbers masked."""
    SEE_CONTACTS = "see_contacts"
    """The list of contacts and what is known of one, with the number masked."""
    REVEAL_NUMBER = "reveal_number"
    """See one contact's number in full; every look is logged."""
    FORGET_CONTACT = "forget_contact"
    """Delete a person: their texts, what they were sent, their number. It can't be undone."""
    SEE_ALERTS = "see_alerts"
    ACKNOWLEDGE_ALERT = "acknowledge_alert"
    """Say that a person has looked at a crisis alert."""
    HANDLE_OUTBOX = "handle_outbox"
    """Link, resend, release or cancel a text that waits for a person."""
    SEE_REPORTS = "see_reports"
    SEE_AUDIT = "see_audit"
    SEE_SETTINGS = "see_settings"
    SEE_CAMPAIGNS = "see_campaigns"
    WRITE_CAMPAIGN = "write_campaign"
    """Prepare a campaign: audience, message, hours, dry run, outreach kit."""
    APPROVE_CAMPAIGN = "approve_campaign"
    """Be the second person who says that a dry run may start."""
    RUN_CAMPAIGN = "run_campaign"
    """Start, pause, resume and cancel an approved campaign."""
    MANAGE_CONSENT = "manage_consent"
    """Import and export consents and opt-outs; undo an opt-out with a reason."""


_READS = frozenset({Permission.SEE_DASHBOARD, Permission.SEE_ANSWERS, Permission.SEE_REPORTS})
_WITH_PEOPLE = frozenset({Permission.SEE_MESSAGES, Permission.SEE_CONTACTS, Permission.SEE_ALERTS})

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.AUTHOR: _READS | {Permission.WRITE_DRAFT, Permission.SUBMIT, Permission.SEE_MESSAGES},
    Role.REVIEWER: _READS
    | _WITH_PEOPLE
    | {Permission.REVIEW, Permission.APPROVE_SECOND, Permission.ACKNOWLEDGE_ALERT},
    Role.PUBLISHER: _READS
    | _WITH_PEOPLE
    | {
        Permission.APPROVE_SECOND,
        Permission.PUBLISH,
        Permission.RETIRE,
        Permission.ACKNOWLEDGE_ALERT,
        Permission.SEE_CAMPAIGNS,
        Permission.APPROVE_CAMPAIGN,
    },
    Role.SENDER: _READS
    | {
        Permission.SEE_CONTACTS,
        Permission.HANDLE_OUTBOX,
        Permission.SEE_CAMPAIGNS,
        Permission.WRITE_CAMPAIGN,
        Permission.APPROVE_CAMPAIGN,
        Permission.RUN_CAMPAIGN,
        Permission.MANAGE_CONSENT,
    },
    Role.AUDITOR: _READS
    | _WITH_PEOPLE
    | {Permission.SEE_AUDIT, Permission.SEE_SETTINGS, Permission.SEE_CAMPAIGNS},
    Role.ADMIN: _READS
    | _WITH_PEOPLE
    | {
        Permission.MANAGE_STAFF,
        Permission.REVEAL_NUMBER,
        Permission.FORGET_CONTACT,
        Permission.ACKNOWLEDGE_ALERT,
        Permission.HANDLE_OUTBOX,
        Permission.SEE_AUDIT,
        Permission.SEE_SETTINGS,
        Permission.SEE_CAMPAIGNS,
    },
}
"""The whole table: what is not in it is denied."""


def may(role: Role, permission: Permission) -> bool:
    """Whether the role has been granted the permission."""
    return permission in GRANTS.get(role, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """A member of staff who can sign in, as the pages know them: without the password's hash.

    `session_epoch` is counted up to end every session that was begun before. `time_zone` is a
    name of the IANA database. `is_temporary` means that somebody else has seen the password.
    `totp_since`: when a second factor was confirmed; None, there is none.
    """

    id: int
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    session_epoch: int
    time_zone: str = "UTC"
    is_temporary: bool = False
    totp_since: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.disabled_at is None
