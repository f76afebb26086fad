"""Posts crisis alerts as JSON to the address that staff have set (a chat, a pager, their own)."""

from collections.abc import Mapping

import requests
import structlog

TIMEOUT = 3.0
"""Seconds to connect, and again for the answer to begin."""

_log = structlog.get_logger(__name__)


class AlertWebhook:
    """One address. It may hold a secret, so it stands in no log."""

    def __init__(self, address: str) -> None:
        """Post to `address`: https, or http on this machine."""
        self._address = address

    def post(self, alert: Mapping[str, object]) -> bool:
        """Whether the other side took it with a 2xx. Never raises; what failed is logged."""
        try:
            with requests.post(
                self._address,
                json=dict(alert),
                timeout=TIMEOUT,
                # A redirect may lead to plain http, or anywhere; the body of the answer is unread.
                allow_redirects=False,
                stream=True,
            ) as answer:
                taken = 200 <= answer.status_code < 300
                reason = f"HTTP {answer.status_code}"
        except (requests.RequestException, OSError, ValueError) as error:
            taken, reason = False, type(error).__name__
        if not taken:
            _log.warning("alert_not_taken", reason=reason)
        return taken
