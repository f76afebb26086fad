"""The table of crisis alerts: that somebody wrote in a crisis, when, and who has looked."""

from sqlalchemy import CheckConstraint, Column, Index, String, Table

from smsbot.db.tables import Id, UtcDateTime, metadata

crisis_alert = Table(
    "crisis_alert",
    metadata,
    Column("id", Id, primary_key=True),
    # No foreign key: an alert outlives the text, which is deleted when its time has come.
    Column("inbound_sid", String(34), nullable=False, unique=True),
    Column("tier", String(12), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("acknowledged_by", String(80)),
    Column("acknowledged_at", UtcDateTime),
    Column("notified_at", UtcDateTime),
    Column("emailed_at", UtcDateTime),
    CheckConstraint(
        "(acknowledged_by IS NULL) = (acknowledged_at IS NULL)", name="acknowledged_by_somebody"
    ),
)
_OPEN = crisis_alert.c.acknowledged_at.is_(None)
Index(
    "ix_crisis_alert_open",
    crisis_alert.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
