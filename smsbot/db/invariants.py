"""What must always be true of the records, asked of the database itself.

Each question counts the rows that break a promise and names it; 0 everywhere is well. Only the
last rows are asked about where no index helps, so that it stays cheap on a large table.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select, text

from smsbot.core.contacts import ConsentChange
from smsbot.core.inbound.decision import Step
from smsbot.core.outbound.looks import POLLS
from smsbot.core.outbound.outbox import Lane, State
from smsbot.db.tables import consent, inbound
from smsbot.db.tables_outbox import attempt, outbox, receipt

OVERDUE = timedelta(minutes=10)
"""A deadline may pass by so much before somebody is missing who should have acted on it."""

RECENT = timedelta(hours=48)
_LAST_ROWS = 50_000


def broken(tx: Connection, now: datetime) -> dict[str, int]:
    """How many rows break each promise, by the promise's name; only those that some break."""
    asked = {
        "inbound_without_an_answer": _unanswered(now),
        "crisis_without_988": _crisis_without_988(tx, now),
        "overdue": _overdue(now),
        "without_a_lease": _without_a_lease(),
        "never_looked_for": _never_looked_for(),
        "never_asked_about": _never_asked_about(tx),
        "two_sids": _two_sids(tx),
        "campaign_after_stop": _campaign_after_stop(tx),
    }
    counted = {name: int(tx.scalar(question) or 0) for name, question in asked.items()}
    return {name: number for name, number in counted.items() if number}


def _unanswered(now: datetime) -> Select[Any]:
    """Texts that arrived and were given no answer document, not even the one that says nothing."""
    return (
        select(func.count())
        .select_from(inbound)
        .where(inbound.c.received_at > now - RECENT, func.length(inbound.c.reply) == 0)
    )


def _crisis_without_988(tx: Connection, now: datetime) -> Select[Any]:
    """Crisis texts answered in time whose answer does not hold 988."""
    holds = "instr(reply, x'393838')" if _is_sqlite(tx) else r"position('\x393838'::bytea in reply)"
    return (
        select(func.count())
        .select_from(inbound)
        .where(
            inbound.c.received_at > now - RECENT,
            inbound.c.step == Step.CRISIS.value,
            text(f"{holds} = 0"),
        )
    )


def _overdue(now: datetime) -> Select[Any]:
    """Rows whose deadline passed long ago, and whose owner has not acted on it."""
    before = now - OVERDUE
    waits = text("outbox.state IN ('queued', 'parked')")
    held = text("outbox.state IN ('claimed', 'sending')")
    unknown = text("outbox.state = 'unknown'")
    counts = [
        select(func.count()).select_from(outbox).where(condition).scalar_subquery()
        for condition in (
            and_(waits, outbox.c.expires_at < before),
            and_(held, outbox.c.lease_until < before),
            and_(unknown, outbox.c.next_look_at < before),
        )
    ]
    return select(counts[0] + counts[1] + counts[2])


def _without_a_lease() -> Select[Any]:
    """Rows that some worker has, and that nobody would take back from it."""
    held = text("outbox.state IN ('claimed', 'sending')")
    return select(func.count()).select_from(outbox).where(held, outbox.c.lease_until.is_(None))


def _never_looked_for() -> Select[Any]:
    """Rows nobody is sure of, and that the reconciler has no time for."""
    unknown = text("outbox.state = 'unknown' AND outbox.state IN ('unknown', 'human', 'parked')")
    return select(func.count()).select_from(outbox).where(unknown, outbox.c.next_look_at.is_(None))


def _never_asked_about(tx: Connection) -> Select[Any]:
    """Rows that the provider has, without a final receipt, and that nobody will ask about."""
    return (
        select(func.count())
        .select_from(outbox)
        .where(
            outbox.c.id > _since(tx),
            text("outbox.state IN ('accepted', 'sent')"),
            outbox.c.next_look_at.is_(None),
            outbox.c.looks < len(POLLS),
            outbox.c.sid.is_not(None),
        )
    )


def _two_sids(tx: Connection) -> Select[Any]:
    """Rows that the provider took as two texts: the person may have it twice."""
    since = _since(tx)
    sids = (
        select(receipt.c.outbox_id, receipt.c.sid)
        .where(receipt.c.outbox_id > since)
        .union(
            select(attempt.c.outbox_id, attempt.c.sid).where(
                attempt.c.outbox_id > since, attempt.c.sid.is_not(None)
            )
        )
        .subquery()
    )
    twice = select(sids.c.outbox_id).group_by(sids.c.outbox_id).having(func.count() > 1).subquery()
    return select(func.count()).select_from(twice)


def _campaign_after_stop(tx: Connection) -> Select[Any]:
    """Campaign texts begun after their person's last word on it was STOP."""
    since = _since(tx)
    later = consent.alias("later")
    stopped = exists().where(
        consent.c.contact_id == outbox.c.contact_id,
        consent.c.change == ConsentChange.OPT_OUT.value,
        consent.c.at < attempt.c.started_at,
        ~exists().where(
            later.c.contact_id == consent.c.contact_id,
            later.c.change.in_((ConsentChange.OPT_IN.value, ConsentChange.UNDONE.value)),
            later.c.at > consent.c.at,
            later.c.at < attempt.c.started_at,
        ),
    )
    return (
        select(func.count())
        .select_from(attempt.join(outbox, attempt.c.outbox_id == outbox.c.id))
        .where(
            attempt.c.outbox_id > since,
            outbox.c.lane == int(Lane.CAMPAIGN),
            outbox.c.state != State.CANCELED.value,
            stopped,
        )
    )


def _since(tx: Connection) -> int:
    return int(tx.scalar(select(func.max(outbox.c.id))) or 0) - _LAST_ROWS


def _is_sqlite(tx: Connection) -> bool:
    return tx.dialect.name == "sqlite"
