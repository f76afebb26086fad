"""Ties the sending of one worker process together: settings in, pumps and sweeps out."""

import asyncio
import gc
import threading

from smsbot.config import Settings
from smsbot.db import clock
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.providers.twilio.send import Account, TwilioSender
from smsbot.services.pump import LINGER
from smsbot.services.pumps import Plan, pump_all
from smsbot.services.send import Pumped, Swept, sweep, wait_for_a_pump
from smsbot.wiring import credentials, open_store


class Sender:
    """One worker process: sends what is due. Make it after forking."""

    def __init__(self, settings: Settings, *, patience_ms: int = 20_000) -> None:
        """Connect lazily to the database; each pumping has one provider client for itself."""
        self.settings = settings
        self.store = open_store(settings, patience_ms=patience_ms)

    def pump(self, ended: threading.Event, *, linger: float = LINGER) -> Pumped:
        """Send what each of our numbers has queued, until nothing has been due for `linger` s.

        Once `ended` is set nothing more is claimed, and what is under way is finished within 25 s.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return asyncio.run(self._pump(ended, linger))

    async def _pump(self, ended: threading.Event, linger: float) -> Pumped:
        sender = provider_sender(self.settings)
        plan = Plan(mps=self.settings.mps, linger=linger, clock=clock.now)
        try:
            await sender.prepare()
            rest_the_collector()
            return await pump_all(self.store, sender.send, plan, ended.is_set)
        finally:
            await sender.close()

    def sweep(self) -> Swept:
        """Take back the rows of dead workers, and what else time decides.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return sweep(self.store, clock.now)

    def is_waiting(self) -> bool:
        """Whether anything is due that no pump has in hand.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return wait_for_a_pump(self.store, clock.now)

    def close(self) -> None:
        """Let go of the connections."""
        self.store.close()


def provider_sender(settings: Settings) -> TwilioSender:
    """The provider's sender, for one event loop."""
    user, password = credentials(settings)
    account = Account(
        account_sid=settings.account_sid,
        user=user,
        password=password,
        sender=settings.sender or "",
        messaging_service_sid=settings.messaging_service_sid,
        api_url=settings.api_url,
        public_url=settings.public_urls[0],
    )
    return TwilioSender(account, CallbackMark(settings.secret_key.get_secret_value()))


def rest_the_collector() -> None:
    """Have Python's cycle collector look less often, and never again at what start-up left behind.

    An event loop makes and drops objects by the thousand, nearly none of them in cycles. Looking
    for some cost a third of all sending (docs/performance.md). For a whole process, once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
