"""The settings as the simulated carrier needs them: one account, and where its webhooks go."""

from urllib.parse import urlsplit

from smsbot.config import Settings
from smsbot.providers.simulator.carrier import Account

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WEBHOOK = "/webhooks/twilio/message"
SERVICE_ONLY = "+15005550006"
"""Stands for the sender a messaging service would choose."""


def carrier_account(
    settings: Settings, base_url: str | None = None, fallback: str | None = None
) -> Account:
    """The account of these settings.

    Texts go to the bot at `base_url`; without one, to its first public address. When that is not
    on this machine they go to PORT here, still signed for the public one, as if by a proxy. When
    that fails they go to the bot at `fallback`; without one, once more to where they went.
    """
    public = (base_url or settings.public_urls[0]).rstrip("/")
    here = base_url is not None or urlsplit(public).hostname in LOOPBACK
    base = public if here else f"http://127.0.0.1:{settings.port}"
    return Account(
        sid=settings.account_sid,
        auth_tokens=tuple(token.get_secret_value() for token in settings.auth_tokens),
        number=settings.sender or SERVICE_ONLY,
        webhook_url=base + WEBHOOK,
        fallback_url=fallback.rstrip("/") + WEBHOOK if fallback else "",
        signed_as="" if here else public + WEBHOOK,
        api_key=settings.api_key or "",
        api_secret=settings.api_secret.get_secret_value() if settings.api_secret else "",
        service_sid=settings.messaging_service_sid or "",
        more_numbers=(settings.campaign_sender,) if settings.campaign_sender else (),
    )
