"""The table of staff accounts."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, text

from smsbot.db.tables import Id, UtcDateTime, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False),
    # The name folded: one account for "Ana" and "ANA", on every kind of database alike.
    Column("name_key", String(160), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("session_epoch", Integer, nullable=False, server_default=text("0")),
    Column("failed_count", Integer, nullable=False, server_default=text("0")),
    Column("failed_at", UtcDateTime),
    CheckConstraint(
        "role IN ('author', 'reviewer', 'publisher', 'sender', 'auditor', 'admin')", name="role"
    ),
)
