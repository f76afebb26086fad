"""Why a text is answered as it is: for staff, for the phone's side panel, for evaluations."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from smsbot.core.contacts import Contact
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Decision, Step
from smsbot.core.messages import E164, InboundMessage, MessageSid
from smsbot.core.text.segments import measure
from smsbot.db import inbound
from smsbot.db.inbound import explanation
from smsbot.db.store import Store
from smsbot.services.recent import RecentTexts

_NOBODY = E164("+15005550006")
BETWEEN_TEXTS = timedelta(seconds=20)
"""How far apart the texts of an explained conversation are: near enough for a sentence sent in
two texts, as a person types."""


def explain(text: str, contact: Contact, catalogue: Catalogue, now: datetime) -> dict[str, Any]:
    """What the bot would say to this text and why, without sending or storing anything."""
    return _explained(text, decide(_message(text, now), contact, catalogue, now))


def explain_conversation(
    texts: Iterable[str], contact: Contact, catalogue: Catalogue, now: datetime
) -> Iterator[dict[str, Any]]:
    """The same for one contact's texts in order, each read with what came before it."""
    recent = RecentTexts()
    for number, text in enumerate(texts):
        at = now + number * BETWEEN_TEXTS
        message = recent.with_recent(_message(text, at, number))
        decision = decide(message, contact, catalogue, at)
        contact = decision.contact
        yield _explained(text, decision)


def _message(text: str, now: datetime, number: int = 0) -> InboundMessage:
    sid = MessageSid(f"SM{number:032x}")
    return InboundMessage(sid=sid, sender=_NOBODY, recipient=_NOBODY, body=text, received_at=now)


def _explained(text: str, decision: Decision) -> dict[str, Any]:
    measures = [measure(body) for body in decision.messages]
    return {
        "text": text,
        **explanation(decision),
        "crisis": decision.step is Step.CRISIS,
        "reply": list(decision.messages),
        "later": list(decision.later),
        "segments": sum(m.segments for m in measures),
        "encoding": "UCS-2" if any(m.encoding != "GSM-7" for m in measures) else "GSM-7",
    }


def explain_sid(store: Store, sid: MessageSid) -> dict[str, Any] | None:
    """Why the text with this SID was answered as it was; None when there is none.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return inbound.why(tx, sid)
