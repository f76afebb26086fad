"""The tables of campaigns: their messages, whom they are for, and what was decided about them.

A recipient is planned once and handed to the outbox a little before its time, so the outbox never
holds more of a campaign than leaves within seconds; the rest can be held or taken back at once.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from smsbot.db.tables import Id, UtcDateTime, metadata

campaign = Table(
    "campaign",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("state", String(10), nullable=False, server_default=text("'draft'")),
    Column("phase", String(10), nullable=False, server_default=text("''")),
    Column("topic", String(40), nullable=False),
    # JSON, but as text: PostgreSQL's json can't be compared, and the triggers compare.
    Column("audience", Text, nullable=False),
    Column("sender", String(40), nullable=False),
    Column("sender_confirmed_by", String(80)),
    Column("starts_at", UtcDateTime),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("repeat_days", Integer, nullable=False, server_default=text("0")),
    Column("repeat_of", Id),
    Column("canary_size", Integer, nullable=False),
    Column("canary_minutes", Integer, nullable=False),
    Column("most_errors", Float, nullable=False),
    Column("most_opt_outs", Float, nullable=False),
    Column("most_filtered", Float, nullable=False),
    Column("slowest_reply_ms", Integer, nullable=False),
    Column("sample", Integer, nullable=False, server_default=text("0")),
    Column("sample_hours", Integer, nullable=False, server_default=text("0")),
    Column("author", String(80), nullable=False),
    Column("changed_by", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("token", String(64)),
    Column("checked_at", UtcDateTime),
    Column("checked", Text),
    Column("approved_by", String(80)),
    Column("approved_token", String(64)),
    Column("approved_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("held_because", String(200), nullable=False, server_default=text("''")),
    Column("ended_at", UtcDateTime),
    Column("progress", Text),
    Column("progress_at", UtcDateTime),
    Column("watched", Text),
    CheckConstraint(
        "state IN ('draft', 'checked', 'approved', 'running', 'paused', 'finished', 'cancelled')",
        name="state",
    ),
    CheckConstraint("phase IN ('', 'canary', 'sample', 'all')", name="phase"),
    CheckConstraint("canary_size >= 0 AND canary_minutes >= 1", name="canary"),
    CheckConstraint("repeat_days >= 0 AND sample >= 0 AND sample_hours >= 0", name="counts"),
)
Index("ix_campaign_state", campaign.c.state, campaign.c.id)

campaign_message = Table(
    "campaign_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("n", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False, server_default=text("'draft'")),
    Column("author", String(80), nullable=False),
    Column("approved_by", String(80)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("approved_at", UtcDateTime),
    UniqueConstraint("name", "lang", "n"),
    CheckConstraint("lang IN ('en', 'es')", name="lang"),
    CheckConstraint("state IN ('draft', 'approved', 'retired')", name="state"),
)

campaign_use = Table(
    "campaign_use",
    metadata,
    Column("campaign_id", Id, ForeignKey("campaign.id"), primary_key=True),
    Column("arm", String(1), primary_key=True),
    Column("lang", String(2), primary_key=True),
    Column("message_id", Id, ForeignKey("campaign_message.id"), nullable=False),
    CheckConstraint("arm IN ('A', 'B')", name="arm"),
)

campaign_event = Table(
    "campaign_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaign.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(30), nullable=False),
    Column("from_state", String(10)),
    Column("to_state", String(10)),
    Column("note", Text, nullable=False, server_default=text("''")),
)

# No foreign keys: a million of them are checked one by one, and each row comes from a SELECT over
# the very tables they would name.
campaign_recipient = Table(
    "campaign_recipient",
    metadata,
    Column("campaign_id", Id, primary_key=True, autoincrement=False),
    Column("contact_id", Id, primary_key=True, autoincrement=False),
    Column("lang", String(2), nullable=False),
    Column("arm", String(1), nullable=False),
    Column("place", String(40), nullable=False),
    Column("consent_id", Id),
    Column("state", String(10), nullable=False),
    Column("reason", String(20)),
    Column("outbox_id", Id),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)
_PLANNED = campaign_recipient.c.state == "planned"
Index(
    "ix_campaign_recipient_planned",
    campaign_recipient.c.campaign_id,
    campaign_recipient.c.place,
    campaign_recipient.c.contact_id,
    sqlite_where=_PLANNED,
    postgresql_where=_PLANNED,
)
_ASIDE = campaign_recipient.c.state.in_(("skipped", "expired", "cancelled"))
Index(
    "ix_campaign_recipient_aside",
    campaign_recipient.c.campaign_id,
    campaign_recipient.c.state,
    campaign_recipient.c.reason,
    sqlite_where=_ASIDE,
    postgresql_where=_ASIDE,
)
