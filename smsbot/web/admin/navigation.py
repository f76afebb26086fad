"""The links on top of every staff page, for those who may follow them."""

from dataclasses import dataclass

from smsbot.core.editorial.roles import StaffAccount, may
from smsbot.web.admin.needs import NEEDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry: what it says, where it leads, and the `page` that templates set when on it."""

    label: str
    endpoint: str
    page: str


_LINKS = (
    Link(label="Dashboard", endpoint="admin.dashboard", page="dashboard"),
    Link(label="Answers", endpoint="admin.answers", page="answers"),
    Link(label="Staff", endpoint="admin.accounts", page="accounts"),
)


def links(account: StaffAccount | None) -> tuple[Link, ...]:
    """The entries for this person, in the order they are shown; none before signing in."""
    if account is None:
        return ()
    return tuple(one for one in _LINKS if _may_follow(account, one))


def _may_follow(account: StaffAccount, link: Link) -> bool:
    permission = NEEDS.get(link.endpoint)
    return permission is not None and may(account.role, permission)
