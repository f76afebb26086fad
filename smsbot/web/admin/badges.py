"""The figures beside the links: what waits behind them for whoever looks."""

from smsbot.core.editorial.roles import Permission, StaffAccount, may
from smsbot.services import alerts
from smsbot.web.system import the_system


def badges(account: StaffAccount | None) -> dict[str, int]:
    """By `page` of a link; a link without one has nothing that waits."""
    if account is None or not may(account.role, Permission.SEE_ALERTS):
        return {}
    open_alerts = alerts.open_count(the_system().store)
    return {"alerts": open_alerts} if open_alerts else {}
