"""The tables. The outbox and its attempts are the truth about what leaves; RQ is only a bell."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python; `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone. Pass aware UTC.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: Any | None,
        dialect: Dialect,  # noqa: ARG002 - part of SQLAlchemy's signature
    ) -> datetime | None:
        """Give the zone back that SQLite can't store."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")

contact = Table(
    "contact",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number_index", String(43), nullable=False, unique=True),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("lang", String(2)),
    Column("lang_chosen", Boolean, nullable=False, server_default=false()),
    Column("greeted", Boolean, nullable=False, server_default=false()),
    Column("opted_out", Boolean, nullable=False, server_default=false()),
    Column("place_keyword", String(40)),
    Column("place_lang", String(2)),
    Column("place_part", Integer),
    Column("place_expires_at", UtcDateTime),
    Column("care_until", UtcDateTime),
    Column("crisis_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sid", String(34), nullable=False, unique=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("recipient", String(20), nullable=False),
    Column("body_sealed", LargeBinary),
    Column("media_count", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False, index=True),
    Column("step", String(12), nullable=False),
    Column("tier", String(12)),
    Column("topic", String(40)),
    Column("lang", String(2), nullable=False),
    Column("why", JSON, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("late", Boolean, nullable=False, server_default=false()),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False, index=True),
    Column("change", String(8), nullable=False),
    Column("how", String(60), nullable=False),
    Column("inbound_sid", String(34)),
    Column("at", UtcDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dedupe_key", String(120), nullable=False, unique=True),
    Column("sequence_key", String(120), nullable=False),
    Column("part", Integer, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("sender", String(40), nullable=False),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("number_index", String(43), nullable=False),
    Column("body_sealed", LargeBinary),
    Column("segments", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("lease_token", String(36)),
    Column("lease_until", UtcDateTime),
    Column("due_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("sid", String(34)),
    Column("error_code", Integer),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("sequence_key", "part"),
)
# Partial: SQLite ignores a plain index on a column that was all NULL when it was analysed.
Index(
    "uq_outbox_sid",
    outbox.c.sid,
    unique=True,
    sqlite_where=outbox.c.sid.is_not(None),
    postgresql_where=outbox.c.sid.is_not(None),
)
_READY = outbox.c.state.in_(("queued", "claimed", "sending"))
Index(
    "ix_outbox_ready",
    outbox.c.lane,
    outbox.c.due_at,
    outbox.c.id,
    sqlite_where=_READY,
    postgresql_where=_READY,
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Id, ForeignKey("outbox.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(20)),
    Column("http_status", Integer),
    Column("error_code", Integer),
    Column("sid", String(34)),
    UniqueConstraint("outbox_id", "n"),
)
Index(
    "uq_attempt_open",
    attempt.c.outbox_id,
    unique=True,
    sqlite_where=attempt.c.ended_at.is_(None),
    postgresql_where=attempt.c.ended_at.is_(None),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sid", String(34), nullable=False),
    Column("status", String(30), nullable=False),
    Column("error_code", Integer, nullable=False, server_default=text("0")),
    Column("raw_dlr", String(30), nullable=False, server_default=text("''")),
    Column("outbox_id", Id, ForeignKey("outbox.id")),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("sid", "status", "error_code", "raw_dlr"),
)

answer = Table(
    "answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("keyword", String(40), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("category", String(10), nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("loose", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("cues", JSON, nullable=False),
    Column("hints", JSON, nullable=False),
    Column("short", Text, nullable=False),
    Column("long", Text),
    Column("claims", JSON, nullable=False),
    Column("seed", JSON, nullable=False),
    Column("sources", JSON, nullable=False),
    Column("author", Text, nullable=False),
    Column("reviewer", Text),
    Column("reviewed_on", Date),
    Column("review_by", Date, nullable=False),
    Column("expires_on", Date),
    Column("stub", Text),
    Column("seeded_digest", String(64)),
    UniqueConstraint("keyword", "lang"),
    CheckConstraint("lang IN ('en', 'es')", name="lang"),
    CheckConstraint("reviewer IS NULL OR reviewer <> author", name="two_people"),
)

content_version = Table(
    "content_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Id, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
