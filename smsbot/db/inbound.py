"""Inbound texts: one row per MessageSid, with the very bytes that answered it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from smsbot.core.inbound.decision import Decision
from smsbot.core.messages import InboundMessage, MessageSid
from smsbot.db.tables import inbound
from smsbot.sealing import Sealer

# Built once: building a statement anew costs more than SQLite takes to carry it out.
_REPLIES = select(inbound.c.sid, inbound.c.reply).where(
    inbound.c.sid.in_(bindparam("sids", expanding=True))
)
_ADD = insert(inbound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An inbound text, what was decided of it and the reply document."""

    message: InboundMessage
    contact_id: int
    decision: Decision
    reply: bytes
    late: bool = False


def replies(tx: Connection, sids: Iterable[MessageSid]) -> dict[MessageSid, bytes]:
    """The stored reply of each of these texts that has been answered before."""
    rows = tx.execute(_REPLIES, {"sids": list(sids)})
    return {MessageSid(row.sid): bytes(row.reply) for row in rows}


def add(tx: Connection, sealer: Sealer, answered: Iterable[Answered]) -> None:
    """Record texts that were not there yet. A second row of one MessageSid is refused."""
    rows = [_row(sealer, one) for one in answered]
    if rows:
        tx.execute(_ADD, rows)


def why(tx: Connection, sid: MessageSid) -> dict[str, Any] | None:
    """Why a text was answered as it was, in the fields of `explain`; None when unknown."""
    found = tx.scalar(select(inbound.c.why).where(inbound.c.sid == sid))
    return dict(found) if found is not None else None


def _row(sealer: Sealer, one: Answered) -> dict[str, object]:
    message, decision = one.message, one.decision
    return {
        "sid": message.sid,
        "contact_id": one.contact_id,
        "recipient": message.recipient,
        "body_sealed": sealer.seal(message.body),
        "media_count": message.media_count,
        "received_at": message.received_at,
        "step": decision.step.value,
        "tier": decision.tier.value if decision.tier else None,
        "topic": decision.topic,
        "lang": decision.lang.value,
        "why": explanation(decision),
        "reply": one.reply,
        "late": one.late,
    }


def explanation(decision: Decision) -> dict[str, object]:
    """What led to the reply, without a word of the text: for staff, the phone and the record."""
    return {
        "step": decision.step.value,
        "rule": decision.rule,
        "tier": decision.tier.value if decision.tier else None,
        "topic": decision.topic,
        "topics": list(decision.topics),
        "confidence": decision.confidence,
        "runners_up": [[keyword, score] for keyword, score in decision.runners_up],
        "lang": decision.lang.value,
        "consent": decision.consent.value if decision.consent else None,
        "context": {"topic": decision.context_topic, "offered": list(decision.context_offer)},
        "offers": list(decision.contact.offer.keywords) if decision.contact.offer else [],
    }
