"""Which permission a staff page or action asks for: one table, and what is not in it is denied.

Keys are Flask's endpoints. A page that changes something has an endpoint of its own, so that
seeing and doing can be granted apart.
"""

from collections.abc import Mapping

from smsbot.core.editorial.roles import Permission

OPEN = frozenset({"admin.sign_in", "admin.static"})
"""For everybody."""

FOR_ALL_STAFF = frozenset({"admin.sign_out"})
"""For everybody who has signed in."""

_ACCOUNTS = {
    "admin.accounts": Permission.MANAGE_STAFF,
}
_ANSWERS = {
    "admin.answers": Permission.SEE_ANSWERS,
    "admin.answer": Permission.SEE_ANSWERS,
}
_EDITOR: dict[str, Permission] = {}
_REVIEW: dict[str, Permission] = {}
_MESSAGES: dict[str, Permission] = {}
_REPORTS: dict[str, Permission] = {
    "admin.dashboard": Permission.SEE_DASHBOARD,
}
_CONSENT: dict[str, Permission] = {}
_CAMPAIGNS: dict[str, Permission] = {}
_KIT: dict[str, Permission] = {}

NEEDS: Mapping[str, Permission] = (
    _ACCOUNTS | _ANSWERS | _EDITOR | _REVIEW | _MESSAGES | _REPORTS | _CONSENT | _CAMPAIGNS | _KIT
)
"""For those whose role has been granted the permission."""
