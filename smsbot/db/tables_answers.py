"""The tables of the answers that are live, and the counter that says when they change."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from smsbot.db.tables import Id, UtcDateTime, metadata

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
    Column("revision_id", Id),
    UniqueConstraint("keyword", "lang"),
    CheckConstraint("lang IN ('en', 'es')", name="lang"),
    CheckConstraint("reviewer IS NULL OR reviewer <> author", name="two_people"),
)

revision = Table(
    "revision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("keyword", String(40), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("n", Integer, nullable=False),
    Column("category", String(10), nullable=False),
    Column("state", String(10), nullable=False, server_default=text("'draft'")),
    Column("origin", String(8), nullable=False, server_default=text("'staff'")),
    Column("aliases", JSON, nullable=False, server_default=text("'[]'")),
    Column("loose", JSON, nullable=False, server_default=text("'[]'")),
    Column("questions", JSON, nullable=False, server_default=text("'[]'")),
    Column("cues", JSON, nullable=False, server_default=text("'[]'")),
    Column("hints", JSON, nullable=False, server_default=text("'[]'")),
    Column("short", Text, nullable=False),
    Column("long", Text),
    Column("claims", JSON, nullable=False, server_default=text("'[]'")),
    Column("seed", JSON, nullable=False, server_default=text("'[]'")),
    Column("sources", JSON, nullable=False, server_default=text("'[]'")),
    Column("review_by", Date, nullable=False),
    Column("expires_on", Date),
    Column("stub", Text),
    Column("author", Text, nullable=False),
    Column("owner", String(80)),
    Column("why", Text, nullable=False, server_default=text("''")),
    Column("reviewer", Text),
    Column("reviewed_on", Date),
    Column("approved_by", String(80)),
    Column("second_by", String(80)),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("digest", String(64)),
    Column("moved_by", String(80)),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("created_at", UtcDateTime, nullable=False, server_default=func.now()),
    Column("changed_at", UtcDateTime, nullable=False, server_default=func.now()),
    Column("submitted_at", UtcDateTime),
    Column("publish_at", UtcDateTime),
    Column("published_at", UtcDateTime),
    UniqueConstraint("keyword", "lang", "n"),
    CheckConstraint("lang IN ('en', 'es')", name="lang"),
    CheckConstraint(
        "state IN ('draft', 'in_review', 'approved', 'published', 'retired')", name="state"
    ),
    CheckConstraint("origin IN ('staff', 'seed', 'import')", name="origin"),
    CheckConstraint(
        "category IN ('content', 'safety', 'system', 'reserved', 'fallback')", name="category"
    ),
)
Index("ix_revision_state", revision.c.state, revision.c.changed_at)

revision_event = Table(
    "revision_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("revision_id", Id, ForeignKey("revision.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(20), nullable=False),
    Column("note", Text, nullable=False, server_default=text("''")),
)

revision_writer = Table(
    "revision_writer",
    metadata,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
)

live_name = Table(
    "live_name",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("keyword", String(40), primary_key=True),
    Column("lang", String(2), primary_key=True),
)

Index("ix_live_name_keyword", live_name.c.keyword, live_name.c.lang)

reserved_word = Table(
    "reserved_word",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("category", String(10)),
    Column("keyword", String(40)),
)

content_version = Table(
    "content_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Id, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
