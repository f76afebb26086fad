"""Crisis alerts in the database, written in the transaction of the text that they are about."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from smsbot.core.inbound.alert import Alert, Channel
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


def newest(
    tx: Connection, limit: int, *, only_open: bool, before: int | None = None
) -> tuple[Alert, ...]:
    """The last alerts, the newest first; only those before the alert `before`."""
    wanted = select(crisis_alert).order_by(crisis_alert.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(crisis_alert.c.id < before)
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


def reopen(tx: Connection, alert_id: int, name: str, since: datetime) -> bool:
    """Take a name off an alert that it was put to since a moment; False when it was not."""
    moved = tx.execute(
        update(crisis_alert)
        .where(
            crisis_alert.c.id == alert_id,
            crisis_alert.c.acknowledged_by == name,
            crisis_alert.c.acknowledged_at >= since,
        )
        .values(acknowledged_by=None, acknowledged_at=None)
    )
    return moved.rowcount == 1


def get(tx: Connection, alert_id: int) -> Alert | None:
    """The alert with this id."""
    row = tx.execute(select(crisis_alert).where(crisis_alert.c.id == alert_id)).one_or_none()
    return None if row is None else _alert(row)


_TOLD = {Channel.WEBHOOK: crisis_alert.c.notified_at, Channel.EMAIL: crisis_alert.c.emailed_at}


def not_told(tx: Connection, channel: Channel, since: datetime, limit: int) -> tuple[Alert, ...]:
    """Open alerts since a moment that a channel has not taken, the oldest first."""
    rows = tx.execute(
        select(crisis_alert)
        .where(_OPEN, _TOLD[channel].is_(None), crisis_alert.c.at >= since)
        .order_by(crisis_alert.c.id)
        .limit(limit)
    )
    return tuple(map(_alert, rows))


def mark_told(tx: Connection, channel: Channel, alert_id: int, now: datetime) -> None:
    """Record that a channel took it."""
    told = _TOLD[channel]
    tx.execute(
        update(crisis_alert)
        .where(crisis_alert.c.id == alert_id, told.is_(None))
        .values({told.name: now})
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
        emailed_at=row.emailed_at,
    )
