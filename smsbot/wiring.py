"""Ties the parts of one process together: settings in, a system out. The only place that does."""

import gc
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import structlog

from smsbot.config import Settings
from smsbot.core.campaigns.campaign import House
from smsbot.core.errors import StoreUnavailable
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.messages import InboundMessage, MessageSid
from smsbot.core.outbound.receipts import Receipt
from smsbot.db import clock as database_clock
from smsbot.db.store import Store
from smsbot.providers.twilio import twiml
from smsbot.providers.twilio.callback import CallbackMark
from smsbot.queues.doorbell import Doorbell
from smsbot.queues.ringer import Ringer
from smsbot.queues.valkey import queue_url
from smsbot.sealing import Sealer
from smsbot.services import chores, explain, outbox
from smsbot.services.campaign_hours import open_hours
from smsbot.services.doctor import Check, Verdict, examine_number
from smsbot.services.dry_run import Desk
from smsbot.services.load_catalogue import LiveCatalogue, from_files
from smsbot.services.receive import Inbox
from smsbot.services.record_receipt import Receipts, ReceiptSpool
from smsbot.services.reply_times import ReplyTimes
from smsbot.services.spool import Replay, Spool

_TWILIO_HOST = "api.twilio.com"

_log = structlog.get_logger(__name__)


def clock() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)


def open_store(settings: Settings, *, patience_ms: int = 1_200) -> Store:
    """The database of these settings."""
    sealer = Sealer(
        tuple(key.get_secret_value().encode() for key in settings.data_keys),
        tuple(key.get_secret_value().encode() for key in settings.index_keys),
    )
    return Store(settings.database_url, sealer, patience_ms=patience_ms)


def queue_address(settings: Settings) -> str:
    """Where the queue is: the one set, else the embedded one in the run folder."""
    given = None if settings.redis_url == "embedded" else settings.redis_url
    return queue_url(given, settings.var)


def queue_answers(settings: Settings) -> bool:
    """Whether the queue answers now."""
    bell = Doorbell(queue_address(settings))
    heard = bell.answers()
    bell.close()
    return heard


def renderer(settings: Settings) -> Callable[[tuple[str, ...]], bytes]:
    """Makes the reply document; Twilio is asked to tell what became of a crisis reply."""
    mark = CallbackMark(settings.secret_key.get_secret_value())
    return partial(twiml.render, told_at=mark.address_of_replies(settings.public_urls[0]))


def first_catalogue(settings: Settings) -> Catalogue:
    """The catalogue from the content folder; the screen in it is self-tested.

    Raises:
        ScreenFault: the process must not start.
        ContentFault: there are no answers to give.
    """
    # Nothing that is made here is garbage, and looking for some takes a fifth of the time.
    looks = gc.isenabled()
    gc.disable()
    try:
        return from_files(settings.content, settings.program, settings.contact)
    finally:
        if looks:
            gc.enable()


def campaign_desk(settings: Settings) -> Desk:
    """What campaigns are reckoned with.

    Raises:
        ContentFault: the rules of the hours are missing or can't be read.
    """
    hosts = {urlsplit(address).hostname or "" for address in settings.public_urls}
    house = House(
        program=settings.program,
        domains=tuple(sorted(hosts - {""})),
        answers_from=settings.sender,
        campaigns_from=settings.campaign_sender,
        mps=settings.mps,
    )
    return Desk(
        house=house,
        openings=open_hours(settings.content),
        dollars_a_segment=float(settings.segment_price),
    )


class System:
    """One web process: receives texts and receipts, and says how it is. Make it after forking."""

    def __init__(self, settings: Settings) -> None:
        """Build the screen and the catalogue first: without them nothing starts.

        Raises:
            ScreenFault: the crisis screen is missing, damaged or fails its self-test.
            ContentFault: there are no answers to give.
        """
        self.settings = settings
        first = first_catalogue(settings)
        self.store = open_store(settings)
        self.catalogue = LiveCatalogue(first, self.store, settings.program, settings.contact)
        self._spool = Spool(settings.var / "spool", self.store.sealer)
        self._inbox = Inbox(
            self.store,
            lambda: self.catalogue.current,
            renderer(settings),
            spool=self._spool.keep,
            clock=database_clock.now,
        )
        self._bell = Ringer(Doorbell(queue_address(settings)))
        self._receipts = Receipts(
            self.store,
            ReceiptSpool(settings.var / "spool" / "receipts", self.store.sealer),
            self._bell.ring_soon,
        )
        self._replay = Replay(
            lambda: self._spool.replay(self._inbox.record_late), self._receipts.replay
        )
        self._times = ReplyTimes(self.store, clock)
        self.catalogue.start()
        self._replay.start()
        self._times.start()

    def receive(self, message: InboundMessage) -> bytes:
        """The TwiML that answers a text. Takes 1.5 s of database time at most, always answers."""
        started = perf_counter()
        received = self._inbox.receive(message)
        self._times.note(perf_counter() - started)
        if received.queued:
            self._bell.ring_soon()
        decision = received.decision
        if decision is None:
            _log.info("text_repeated", sid=message.sid)
        else:
            _log.info(
                "text_answered",
                sid=message.sid,
                step=decision.step.value,
                tier=decision.tier.value if decision.tier else None,
                topic=decision.topic,
                lang=decision.lang.value,
                queued=received.queued,
            )
        return received.reply

    def record_receipt(self, receipt: Receipt) -> None:
        """Keep a delivery receipt, on disk while the database is down.

        Raises:
            StoreUnavailable: it could be kept nowhere: the provider has to call again.
        """
        self._receipts.record(receipt)

    def explain_sid(self, sid: MessageSid) -> dict[str, Any] | None:
        """Why the text with this SID was answered as it was; None when it is not known.

        Raises:
            StoreUnavailable: the database can't be reached.
        """
        return explain.explain_sid(self.store, sid)

    def readiness(self) -> dict[str, dict[str, Any]]:
        """Each part with a `state` of "ok", "degraded" or "down", and a figure or two."""
        return {
            "database": self._database(),
            "queue": {"state": "ok" if self._bell.heard else "degraded"},
            "outbox": self._outbox(),
            **self._chores(),
            "spool": self._waiting(),
            "content": {
                "state": "ok" if self.catalogue.version >= 0 else "degraded",
                "version": self.catalogue.version,
                "answers": len(self.catalogue.current.answers.by_name),
                "unsigned": self.catalogue.current.answers.unsigned,
            },
        }

    def close(self) -> None:
        """Finish what waits, then let go of everything."""
        self._inbox.close()
        self._receipts.close()
        self._replay.close()
        self.catalogue.close()
        self._times.close()
        self._bell.close()
        self.store.close()

    def _waiting(self) -> dict[str, Any]:
        depth, waiting = self._spool.depth(), self._receipts.depth()
        state = "degraded" if depth or waiting else "ok"
        return {"state": state, "depth": depth, "receipts": waiting}

    def _database(self) -> dict[str, Any]:
        try:
            return {"state": "ok", "seconds": round(self.store.ping(), 4)}
        except StoreUnavailable as error:
            return {"state": "down", "reason": str(error)}

    def _chores(self) -> dict[str, dict[str, Any]]:
        try:
            return chores.readiness(self.store, clock())
        except StoreUnavailable as error:
            return {"chores": {"state": "down", "reason": str(error)}}

    def _outbox(self) -> dict[str, Any]:
        try:
            summary = outbox.glance(self.store, clock())
        except StoreUnavailable as error:
            return {"state": "down", "reason": str(error)}
        oldest = summary.oldest_due_seconds
        return {
            "state": "ok" if oldest is None or oldest < _LATE_SECONDS else "degraded",
            "oldest_due_seconds": oldest,
            "wait_for_a_person": summary.wait_for_a_person,
        }


_LATE_SECONDS = 30.0


def examine_provider(settings: Settings) -> list[Check]:
    """How our number is set up at the provider; a simulator has nothing to look at."""
    if urlsplit(settings.api_url).hostname != _TWILIO_HOST:
        says = "Texts go to a simulator, not to Twilio: nothing to look at."
        return [Check(name="number", verdict=Verdict.OK, says=says)]
    # Twilio's whole client: of all that runs, `doctor` alone wants it.
    from smsbot.providers.twilio import number  # noqa: PLC0415

    user, password = credentials(settings)
    try:
        found = number.look_up(user, password, settings.account_sid, settings.sender or "")
    except Exception as error:  # noqa: BLE001 - the SDK raises of many kinds, each is one fault
        says = f"Twilio could not be asked ({type(error).__name__}). Check the credentials."
        return [Check(name="number", verdict=Verdict.FAULT, says=says)]
    if found is None:
        says = "The account has no such number. Check TWILIO_FROM."
        return [Check(name="number", verdict=Verdict.FAULT, says=says)]
    return examine_number(
        {
            "sms_url": found.sms_url,
            "sms_method": found.sms_method,
            "sms_fallback_url": found.sms_fallback_url,
            "voice_url": found.voice_url,
        },
        settings.public_urls,
    )


def credentials(settings: Settings) -> tuple[str, str]:
    """Who we are at the provider's REST API: an API key and its secret, else the account."""
    if settings.api_key is not None and settings.api_secret is not None:
        return settings.api_key, settings.api_secret.get_secret_value()
    return settings.account_sid, settings.auth_tokens[0].get_secret_value()
