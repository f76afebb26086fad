"""what the inbox, the contacts and the reports are read by; counts by day; alerts by e-mail"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_inbound_topic_at", "inbound", ["topic", "received_at"], "topic IS NOT NULL"),
    ("ix_inbound_urgent", "inbound", ["step", "received_at"], "step IN ('crisis', 'compliance')"),
    ("ix_inbound_tier", "inbound", ["tier", "received_at"], "tier IS NOT NULL"),
    ("ix_inbound_not_english", "inbound", ["lang", "received_at"], "lang <> 'en'"),
    ("ix_inbound_late", "inbound", ["received_at"], "late OR found <> 'webhook'"),
    ("ix_contact_lang", "contact", ["lang", "id"], None),
    ("ix_contact_opted_out", "contact", ["id"], "opted_out"),
    ("ix_contact_care", "contact", ["care_until"], "care_until IS NOT NULL"),
    ("ix_outbox_contact", "outbox", ["contact_id", "id"], None),
    (
        "ix_revision_health",
        "revision",
        ["review_by", "expires_on", "reviewer", "keyword", "lang"],
        "state = 'published'",
    ),
    (
        "ix_outbox_ended_badly",
        "outbox",
        ["state", "id"],
        "state IN ('failed', 'undelivered', 'expired', 'suppressed', 'canceled')",
    ),
)


def upgrade() -> None:
    op.create_table(
        "day_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("subject", "day", "item", "lang", name=op.f("pk_day_count")),
    )
    op.create_table(
        "forgotten_text",
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_forgotten_text")),
    )
    op.create_table(
        "gap_report",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_gap_report_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_report")),
    )
    op.add_column("crisis_alert", sa.Column("emailed_at", sa.DateTime(timezone=True)))
    for name, table, columns, condition in _INDEXES:
        where = None if condition is None else sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, *_ in reversed(_INDEXES):
        op.drop_index(name, table)
    op.drop_column("crisis_alert", "emailed_at")
    op.drop_table("gap_report")
    op.drop_table("forgotten_text")
    op.drop_table("day_count")
