"""The settings as the simulated carrier needs them: one account, and where its webhooks go."""

from smsbot.config import Settings
from smsbot.providers.simulator.carrier import Account

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WEBHOOK = "/webhooks/twilio/message"
SERVICE_ONLY = "+15005550006"
"""Stands for the sender a messaging service would choose."""


def carrier_account(settings: Settings, base_url: str | None = None) -> Account:
    """The account of these settings.

    Texts go to the bot at `base_url`, which is then also what is signed. Without it they go to
    this machine's PORT, signed for the first public address, as a proxy in between would have it.
    """
    if base_url:
        webhook, signed_as = base_url.rstrip("/") + WEBHOOK, ""
    else:
        webhook = f"http://127.0.0.1:{settings.port}{WEBHOOK}"
        signed_as = settings.public_urls[0].rstrip("/") + WEBHOOK
    return Account(
        sid=settings.account_sid,
        auth_tokens=tuple(token.get_secret_value() for token in settings.auth_tokens),
        number=settings.sender or SERVICE_ONLY,
        webhook_url=webhook,
        signed_as=signed_as,
        api_key=settings.api_key or "",
        api_secret=settings.api_secret.get_secret_value() if settings.api_secret else "",
        service_sid=settings.messaging_service_sid or "",
    )
