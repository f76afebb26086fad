"""Ties together how staff are told of crisis texts: settings in, a sender out."""

from smsbot.config import Settings
from smsbot.core.errors import SettingsFault
from smsbot.core.inbound.alert import Channel
from smsbot.providers.alert_email import AlertEmail
from smsbot.providers.alert_webhook import AlertWebhook
from smsbot.services import alerts
from smsbot.wiring import clock, open_store

_PAGE = "/admin/alerts"


def channels(settings: Settings) -> dict[Channel, alerts.Post]:
    """How staff are told with these settings; empty when there is no way."""
    found: dict[Channel, alerts.Post] = {}
    if settings.alert_webhook is not None:
        found[Channel.WEBHOOK] = AlertWebhook(settings.alert_webhook.get_secret_value()).post
    if settings.smtp is not None and settings.alert_emails:
        sender = settings.alert_from or settings.alert_emails[0]
        server = settings.smtp.get_secret_value()
        page = settings.public_urls[0] + _PAGE
        found[Channel.EMAIL] = AlertEmail(server, sender, settings.alert_emails, page).post
    return found


class AlertSender:
    """Tells staff of crisis texts, in the worker. Make it after forking."""

    def __init__(self, settings: Settings) -> None:
        """Tell by every way of the settings; there must be one.

        Raises:
            SettingsFault: there is none.
        """
        self._channels = channels(settings)
        if not self._channels:
            raise SettingsFault(
                "Neither SMSBOT_ALERT_WEBHOOK nor SMSBOT_ALERT_EMAIL is set: nobody can be told."
            )
        self._store = open_store(settings)

    def notify(self) -> int:
        """Tell what staff have not been told yet; how many alerts were taken, by all ways.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        now = clock()
        return sum(
            alerts.notify(self._store, post, now, channel)
            for channel, post in self._channels.items()
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._store.close()
