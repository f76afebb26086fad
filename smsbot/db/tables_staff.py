"""The tables of staff: accounts, recovery codes, and the log of what staff have done."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

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
    # A name of the IANA time zone database, in which the person is shown times.
    Column("time_zone", String(60), nullable=False, server_default=text("'UTC'")),
    # Somebody else has seen the password: it is good for nothing but choosing another.
    Column("is_temporary", Boolean, nullable=False, server_default=false()),
    Column("totp_sealed", LargeBinary),
    # Shown to the person and not yet confirmed with a code; the one in use stays until then.
    Column("totp_pending", LargeBinary),
    # The last 30-second step of which a code was taken: none up to it is taken again.
    Column("totp_step", BigInteger),
    Column("totp_since", UtcDateTime),
    # The person's own number, for trying out drafts: confirmed, and not yet confirmed.
    Column("phone_sealed", LargeBinary),
    Column("phone_pending", LargeBinary),
    # The draft that is open in the person's browser, since when, and when last heard of.
    Column("editing", Id),
    Column("editing_since", UtcDateTime),
    Column("editing_seen_at", UtcDateTime),
    CheckConstraint(
        "role IN ('author', 'reviewer', 'publisher', 'sender', 'auditor', 'admin')", name="role"
    ),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("id", Id, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("used_at", UtcDateTime),
    UniqueConstraint("staff_id", "code_hash"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("about", String(80), nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
    CheckConstraint("who <> '' AND what <> ''", name="named"),
)
Index(
    "ix_audit_log_about",
    audit_log.c.about,
    audit_log.c.at,
    audit_log.c.id,
    # For a search by the beginning, whatever language the database sorts by.
    postgresql_ops={"about": "text_pattern_ops"},
)
for _column in (audit_log.c.who, audit_log.c.what):
    Index(f"ix_audit_log_{_column.name}", _column, audit_log.c.at, audit_log.c.id)
Index("ix_audit_log_at", audit_log.c.at, audit_log.c.id)
