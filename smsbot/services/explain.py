"""Why a text is answered as it is: for staff, for the phone's side panel, for evaluations."""

from datetime import datetime
from typing import Any

from smsbot.core.contacts import Contact
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Step
from smsbot.core.messages import E164, InboundMessage, MessageSid
from smsbot.core.text.segments import measure
from smsbot.db import inbound
from smsbot.db.inbound import explanation
from smsbot.db.store import Store

_NOBODY = E164("+15005550006")
_NO_SID = MessageSid("SM" + "0" * 32)


def explain(text: str, contact: Contact, catalogue: Catalogue, now: datetime) -> dict[str, Any]:
    """What the bot would say to this text and why, without sending or storing anything."""
    message = InboundMessage(
        sid=_NO_SID, sender=_NOBODY, recipient=_NOBODY, body=text, received_at=now
    )
    decision = decide(message, contact, catalogue, now)
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
