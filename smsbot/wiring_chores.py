"""Ties the chores of the worker together: settings in, what is done every so often out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

import structlog

from smsbot.config import Settings
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.messages import E164
from smsbot.core.outbound.listing import Listing, Unreadable
from smsbot.providers.twilio import twiml
from smsbot.providers.twilio.codes import TABLE
from smsbot.providers.twilio.messages import Access, TwilioMessages
from smsbot.queues.doorbell import Doorbell
from smsbot.queues.ringer import Ringer
from smsbot.services import chores, count_days, editorial_publish, gap_board
from smsbot.services.campaign_memory import Memory
from smsbot.services.chores import Chore
from smsbot.services.dry_run import Desk
from smsbot.services.find_missed import Finder, find_missed
from smsbot.services.load_catalogue import LiveCatalogue
from smsbot.services.poll import poll
from smsbot.services.reconcile import reconcile
from smsbot.services.record_receipt import adopt_orphans
from smsbot.services.retention import Retention
from smsbot.services.run_campaign import run_round
from smsbot.wiring import campaign_desk, credentials, first_catalogue, open_store, queue_address

QUICK = ("reconcile", "publish", "orphans", "invariants")
CAMPAIGNS = ("campaigns",)
SLOW = ("poll", "find_missed", "retention", "count_days", "gaps")
"""Done beside each other, so that a long list of the provider's holds up no looking for a text."""

MEANINGS = {code: sentence for code, (_, sentence) in TABLE.items()}
"""What Twilio's error codes mean, one sentence each."""

_log = structlog.get_logger(__name__)


class Chores:
    """The chores of one process. Safe across threads; make it after forking."""

    def __init__(self, settings: Settings, *, patience_ms: int = 10_000) -> None:
        """Connect lazily; one provider client and one doorbell for the life of the process."""
        self._settings = settings
        self.store = open_store(settings, patience_ms=patience_ms)
        self._messages = TwilioMessages(access(settings))
        self._bell = Ringer(Doorbell(queue_address(settings)))
        self._memory = Memory()
        self._retention = Retention(timedelta(days=settings.retention_days))
        work = {
            "reconcile": self._reconcile,
            "orphans": self._adopt,
            "invariants": lambda now: chores.check_invariants(self.store, now),
            "poll": self._poll,
            "find_missed": self._find_missed,
            "publish": self._publish,
            "retention": lambda now: self._retention.run(self.store, now),
            "campaigns": self._campaigns,
            "count_days": lambda now: count_days.run(self.store, now),
            "gaps": lambda now: gap_board.run(self.store, self._live_catalogue, now),
        }
        self._chores = {name: Chore(name=name, work=do) for name, do in work.items()}

    def run_due(
        self, names: Sequence[str] = (*QUICK, *CAMPAIGNS, *SLOW), now: datetime | None = None
    ) -> None:
        """Do those of the named chores that are due; the time is the database's own.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        moment = now if now is not None else chores.time_now(self.store)
        chores.run_due(self.store, tuple(self._chores[name] for name in names), moment)

    def close(self) -> None:
        """Let go of the connections."""
        self._bell.close()
        self.store.close()

    @cached_property
    def _desk(self) -> Desk:
        return campaign_desk(self._settings)

    @cached_property
    def _catalogue(self) -> Catalogue:
        # Only a text that was missed needs it, and it takes a second to build.
        return first_catalogue(self._settings)

    @cached_property
    def _live(self) -> LiveCatalogue:
        settings = self._settings
        return LiveCatalogue(self._catalogue, self.store, settings.program, settings.contact)

    def _live_catalogue(self) -> Catalogue:
        self._live.refresh()
        return self._live.current

    def _reconcile(self, now: datetime) -> None:
        done = reconcile(self.store, self._texts_to, now)
        if done.found or done.resent:
            self._bell.ring_soon()

    def _publish(self, now: datetime) -> None:
        done = editorial_publish.run_due(self.store, now)
        for name, reason in done.refused:
            _log.error("not_published", answer=name, reason=reason, then="taken off the schedule")

    def _campaigns(self, now: datetime) -> None:
        if run_round(self.store, self._desk, self._memory, now).queued:
            self._bell.ring_soon()

    def _adopt(self, now: datetime) -> None:
        if adopt_orphans(self.store, now):
            self._bell.ring_soon()

    def _poll(self, now: datetime) -> None:
        if poll(self.store, self._messages.get, now).moved:
            self._bell.ring_soon()

    def _find_missed(self, now: datetime) -> None:
        finder = Finder(
            store=self.store,
            inbound_since=self._inbound_since,
            texts_to=self._texts_to,
            catalogue=lambda: self._catalogue,
            render=twiml.render,
        )
        found = find_missed(finder, now)
        if found.answered:
            self._bell.ring_soon()
        if found.unreadable:
            raise chores.Broken(f"The list of texts that arrived can't be read: {found.unreadable}")

    def _inbound_since(self, since: datetime) -> Listing | Unreadable:
        # A messaging service may hold several numbers, and which is nowhere in the settings.
        by_service = self._settings.messaging_service_sid is not None
        return self._messages.inbound(None if by_service else self._settings.sender, since)

    def _texts_to(self, person: E164, sender: str | None, since: datetime) -> Listing | Unreadable:
        # A messaging service chooses the number a text leaves from.
        by_service = self._settings.messaging_service_sid is not None
        return self._messages.to(person, None if by_service else sender, since)


def access(settings: Settings) -> Access:
    """How the provider's records are read: as texts are sent."""
    user, password = credentials(settings)
    return Access(
        account_sid=settings.account_sid,
        user=user,
        password=password,
        api_url=settings.api_url,
    )
