"""add crisis alerts: that somebody wrote in a crisis, and which of the staff has looked"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crisis_alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inbound_sid", sa.String(length=34), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=80), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_by IS NULL) = (acknowledged_at IS NULL)",
            name=op.f("ck_crisis_alert_acknowledged_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_alert")),
        sa.UniqueConstraint("inbound_sid", name=op.f("uq_crisis_alert_inbound_sid")),
    )
    op.create_index(op.f("ix_crisis_alert_at"), "crisis_alert", ["at"])
    op.create_index(
        "ix_crisis_alert_open",
        "crisis_alert",
        ["id"],
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("crisis_alert")
