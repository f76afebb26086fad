"""The tables of the answers that are live, and the counter that says when they change."""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from smsbot.db.tables import Id, metadata

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
