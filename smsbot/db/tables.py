"""The tables of contacts and of the texts that arrive; and the types all tables share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
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
    Column("offered", JSON(none_as_null=True)),
    Column("offered_expires_at", UtcDateTime),
    Column("care_until", UtcDateTime),
    Column("crisis_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("area_code", String(3)),
    Column("state", String(2)),
    Column("zip", String(5)),
    Column("source_code", String(20)),
    Column("first_keyword", String(40)),
    Column("asked_topic", String(20)),
    Column("asked_words", Text),
    Column("asked_expires_at", UtcDateTime),
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
    Column("found", String(10), nullable=False, server_default=text("'webhook'")),
)
_MISSED = inbound.c.step.in_(("menu", "question")) & (
    inbound.c.topic.is_(None) | inbound.c.topic.in_(("MENU", "NOTCOVERED"))
)
Index(
    "ix_inbound_missed",
    inbound.c.received_at,
    sqlite_where=_MISSED,
    postgresql_where=_MISSED,
)
_NAMED = inbound.c.topic.is_not(None)
Index(
    "ix_inbound_topic_contact",
    inbound.c.topic,
    inbound.c.contact_id,
    sqlite_where=_NAMED,
    postgresql_where=_NAMED,
)

gap_handled = Table(
    "gap_handled",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("action", String(12), nullable=False),
    Column("keyword", String(40)),
    Column("handled_by", String(80), nullable=False),
    Column("handled_at", UtcDateTime, nullable=False),
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
    Column("topic", String(20)),
    Column("words", Text),
    Column("origin", String(8), nullable=False, server_default=text("'text'")),
    Column("source", String(60)),
    Column("recorded_by", String(80)),
    # NULL: when it happened, `at`.
    Column("recorded_at", UtcDateTime),
    Column("reason", Text),
    Column("undoes_id", Id),
)
