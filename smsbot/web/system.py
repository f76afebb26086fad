"""What the web needs of a process: `smsbot.wiring.System`, or a small one in the tests."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from flask import current_app

from smsbot.config import Settings
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.messages import InboundMessage, MessageSid
from smsbot.core.outbound.receipts import Receipt
from smsbot.services.store import Store

Clock = Callable[[], datetime]

_KEY = "smsbot.system"


class LiveCatalogue(Protocol):
    """The catalogue as it is now."""

    @property
    def current(self) -> Catalogue:
        """The one to decide with; never None, never waits."""


class System(Protocol):
    """One web process."""

    @property
    def settings(self) -> Settings:
        """What it was started with."""

    @property
    def catalogue(self) -> LiveCatalogue:
        """The screen and the answers."""

    @property
    def store(self) -> Store:
        """The database, for what the staff pages ask of the services."""

    def receive(self, message: InboundMessage) -> bytes:
        """The TwiML that answers a text."""

    def record_receipt(self, receipt: Receipt) -> None:
        """Keep a delivery receipt.

        Raises:
            StoreUnavailable: the provider has to call again.
        """

    def explain_sid(self, sid: MessageSid) -> Mapping[str, Any] | None:
        """Why a text was answered as it was; None when it is not known."""

    def readiness(self) -> dict[str, dict[str, Any]]:
        """Each part with a `state` of "ok", "degraded" or "down", and a figure or two."""

    def close(self) -> None:
        """Finish what waits, then let go of everything."""


def remember(app_extensions: dict[str, Any], system: System) -> None:
    """Make `the_system()` work in this app's requests."""
    app_extensions[_KEY] = system


def the_system() -> System:
    """The system of the app that handles this request."""
    return cast("System", current_app.extensions[_KEY])
