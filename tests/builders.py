"""Things tests are about, made in one line: an inbound text, a store, the real catalogue."""

import functools
import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from smsbot.core.contacts import Topic
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.messages import E164, InboundMessage, MessageSid
from smsbot.db.store import Store
from smsbot.sealing import Sealer
from smsbot.services.load_catalogue import from_files

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OUR_NUMBER = E164("+15005550006")
CONTENT = Path(__file__).parent.parent / "content"
PROGRAM, CONTACT = "Ketamine Info Line", "help@example.org"

_numbers = itertools.count(1)


def a_sid(number: int | None = None) -> MessageSid:
    return MessageSid(f"SM{number if number is not None else next(_numbers):032x}")


def an_inbound(
    body: str, sender: str = "+12025550101", sid: MessageSid | None = None, **more: object
) -> InboundMessage:
    return InboundMessage(
        sid=sid or a_sid(),
        sender=E164(sender),
        recipient=OUR_NUMBER,
        body=body,
        **{"received_at": NOW, **more},  # type: ignore[arg-type]
    )


def a_sealer() -> Sealer:
    return Sealer((b"data key for the tests",), (b"index key for the tests",))


def a_store(url: str) -> Store:
    return Store(url, a_sealer())


@functools.cache
def the_catalogue() -> Catalogue:
    """The catalogue of the repository's own content; immutable, so one serves all tests."""
    return from_files(CONTENT, PROGRAM, CONTACT)


NEWS = Topic(
    keyword="NEWS", keyword_es="NOTICIAS", name_en="News", name_es="Noticias",
    words_en="new answers, up to 2 texts a month",
    words_es="respuestas nuevas, hasta 2 mensajes al mes",
)  # fmt: skip
EVENTS = Topic(
    keyword="EVENTS", keyword_es="EVENTOS", name_en="Events", name_es="Eventos",
    words_en="free talks, up to 2 texts a month", words_es="charlas, hasta 2 mensajes al mes",
)  # fmt: skip


@functools.cache
def the_catalogue_with_topics() -> Catalogue:
    """The same catalogue, with two topics that can be joined."""
    return replace(the_catalogue(), topics=(NEWS, EVENTS))


def bodies(twiml: bytes) -> list[str]:
    """The texts in a TwiML document."""
    from xml.etree import ElementTree as ET

    return [
        re.sub(r"\s+$", "", "".join(m.itertext())) for m in ET.fromstring(twiml).iter("Message")
    ]
