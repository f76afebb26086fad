"""The links beside every staff page, for those who may follow them."""

from dataclasses import dataclass
from itertools import groupby

from smsbot.core.editorial.roles import StaffAccount, may
from smsbot.web.admin.needs import NEEDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry: what it says, where it leads, and the `page` that templates set when on it."""

    label: str
    endpoint: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries that belong together; the first group has no title."""

    title: str
    links: tuple[Link, ...]


_START, _ANSWERS, _PEOPLE, _OUTREACH, _HOUSE = "", "Content", "People", "Outreach", "Office"

_LINKS: tuple[tuple[str, Link], ...] = (
    (_START, Link(label="Dashboard", endpoint="admin.dashboard", page="dashboard")),
    (_ANSWERS, Link(label="Answers", endpoint="admin.answers", page="answers")),
    (_ANSWERS, Link(label="Review", endpoint="admin.review_queue", page="review")),
    (_ANSWERS, Link(label="Crisis texts", endpoint="admin.crisis_texts", page="crisis_texts")),
    (_ANSWERS, Link(label="Unanswered", endpoint="admin.unanswered", page="unanswered")),
    (_PEOPLE, Link(label="Alerts", endpoint="admin.alerts", page="alerts")),
    (_PEOPLE, Link(label="Inbox", endpoint="admin.inbox", page="inbox")),
    (_PEOPLE, Link(label="Contacts", endpoint="admin.contacts", page="contacts")),
    (_PEOPLE, Link(label="Outbox", endpoint="admin.outbox", page="outbox")),
    (_OUTREACH, Link(label="Campaigns", endpoint="admin.campaigns", page="campaigns")),
    (_OUTREACH, Link(label="Audiences", endpoint="admin.audiences", page="audiences")),
    (_OUTREACH, Link(label="Consent", endpoint="admin.consent", page="consent")),
    (_OUTREACH, Link(label="Outreach kit", endpoint="admin.kit", page="kit")),
    (_HOUSE, Link(label="Reports", endpoint="admin.reports", page="reports")),
    (_HOUSE, Link(label="Staff", endpoint="admin.accounts", page="accounts")),
    (_HOUSE, Link(label="Audit log", endpoint="admin.audit_log", page="audit_log")),
    (_HOUSE, Link(label="Settings", endpoint="admin.settings", page="settings")),
)
"""In the order they are shown; those of one group stand together."""


def groups(account: StaffAccount | None) -> tuple[Group, ...]:
    """The entries for this person, in the order they are shown; none before signing in."""
    if account is None:
        return ()
    allowed = [(title, link) for title, link in _LINKS if _may_follow(account, link)]
    return tuple(
        Group(title=title, links=tuple(link for _, link in some))
        for title, some in groupby(allowed, key=lambda one: one[0])
    )


def _may_follow(account: StaffAccount, link: Link) -> bool:
    permission = NEEDS.get(link.endpoint)
    return permission is not None and may(account.role, permission)
