"""Crisis alerts in the database, written in the transaction of the text that they are about."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from smsbot.core.inbound.alert import Alert
from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import MessageSid
from smsbot.db.inbound import Answered
from smsbot.db.tables_alerts import crisis_alert

_ADD = insert(crisis_alert)
_OPEN = crisis_alert.c.acknowledged_at.is_(None)


def add(tx: Connection, answered: Iterable[Answered]) -> None:
    """Write an alert for each of these texts that was answered as a crisis."""
    rows = [
        {
            "inbound_sid": one.message.sid,
            "tier": one.decision.tier.value,
            "at": one.message.received_at,
        }
        for one in answered
        if one.decision.tier is not None and one.decision.tier.is_urgent
    ]
    if rows:
        tx.execute(_ADD, rows)


def newest(tx: Connection, limit: int, *, only_open: bool) -> tuple[Alert, ...]:
    """The last alerts, the newest first."""
    wanted = select(crisis_alert).order_by(crisis_alert.c.id.desc()).limit(limit)
    return tuple(map(_alert, tx.execute(wanted.where(_OPEN) if only_open else wanted)))


def count_open(tx: Connection) -> int:
    """How many nobody has acknowledged."""
    return int(tx.scalar(select(func.count()).select_from(crisis_alert).where(_OPEN)) or 0)


def count_since(tx: Connection, since: datetime) -> int:
    """How many there have been since a moment, acknowledged or not."""
    counted = select(func.count()).select_from(crisis_alert).where(crisis_alert.c.at >= since)
    return int(tx.scalar(counted) or 0)


def acknowledge(tx: Connection, alert_id: int, name: str, now: datetime) -> bool:
    """Put a name to an open alert; False when there is no such alert, or it has one."""
    moved = tx.execute(
        update(crisis_alert)
        .where(crisis_alert.c.id == alert_id, _OPEN)
        .values(acknowledged_by=name, acknowledged_at=now)
    )
    return moved.rowcount == 1


def get(tx: Connection, alert_id: int) -> Alert | None:
    """The alert with this id."""
    row = tx.execute(select(crisis_alert).where(crisis_alert.c.id == alert_id)).one_or_none()
    return None if row is None else _alert(row)


def not_notified(tx: Connection, since: datetime, limit: int) -> tuple[Alert, ...]:
    """Open alerts since a moment that the webhook has not taken, the oldest first."""
    rows = tx.execute(
        select(crisis_alert)
        .where(_OPEN, crisis_alert.c.notified_at.is_(None), crisis_alert.c.at >= since)
        .order_by(crisis_alert.c.id)
        .limit(limit)
    )
    return tuple(map(_alert, rows))


def mark_notified(tx: Connection, alert_id: int, now: datetime) -> None:
    """Record that the webhook took it."""
    tx.execute(
        update(crisis_alert)
        .where(crisis_alert.c.id == alert_id, crisis_alert.c.notified_at.is_(None))
        .values(notified_at=now)
    )


def _alert(row: Row[tuple[object, ...]]) -> Alert:
    return Alert(
        id=row.id,
        sid=MessageSid(row.inbound_sid),
        tier=Tier(row.tier),
        at=row.at,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
        notified_at=row.notified_at,
    )
