"""A small system for the web's tests: keeps what it is given, and fails when it is told to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from smsbot.config import Settings
from smsbot.core.inbound.router_index import Index
from smsbot.core.messages import InboundMessage, MessageSid
from smsbot.core.outbound.receipts import Receipt
from smsbot.providers.twilio.twiml import render

ACCOUNT = "AC" + "1a" * 16
TOKEN, OLD_TOKEN = "token-in-use", "token-of-yesterday"
PUBLIC, PUBLIC_BEFORE = "https://bot.example.net", "https://old.example.net:8443/sms"


def some_settings(**changes: Any) -> Settings:
    values: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "auth_tokens": (TOKEN, OLD_TOKEN),
        "public_urls": (PUBLIC, PUBLIC_BEFORE),
    }
    return Settings(**(values | changes))


class FakeScreen:
    """Finds the words it is told to find."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def find(self, text: str) -> str | None:
        return next((word for word in self._words if word in text), None)


@dataclass
class FakeCatalogue:
    screen: FakeScreen = field(default_factory=lambda: FakeScreen("kill", "suicidar"))

    @property
    def current(self) -> "FakeCatalogue":
        return self

    @property
    def index(self) -> Index:
        """The real one, of the repository's own answers."""
        from tests.builders import the_catalogue

        return the_catalogue().index


def echo(message: InboundMessage) -> bytes:
    return render((f"You said: {message.body}",))


@dataclass
class FakeSystem:
    """Answers each text with `answer`; a receipt is kept, or refused with `receipt_fault`."""

    settings: Settings = field(default_factory=some_settings)
    answer: Callable[[InboundMessage], Any] = echo
    receipt_fault: Exception | None = None
    readiness_fault: Exception | None = None
    parts: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"database": {"state": "ok", "seconds": 0.001}}
    )
    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)
    store: Any = None
    texts: list[InboundMessage] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    def receive(self, message: InboundMessage) -> bytes:
        self.texts.append(message)
        return self.answer(message)

    def record_receipt(self, receipt: Receipt) -> None:
        if self.receipt_fault is not None:
            raise self.receipt_fault
        self.receipts.append(receipt)

    def explain_sid(self, sid: MessageSid) -> dict[str, Any] | None:
        return None

    def readiness(self) -> dict[str, dict[str, Any]]:
        if self.readiness_fault is not None:
            raise self.readiness_fault
        return self.parts

    def close(self) -> None:
        self.closed.set()
