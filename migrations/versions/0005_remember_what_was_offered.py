"""remember what a contact was offered, and which unanswered texts staff have dealt with"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_MISSED = "step IN ('menu', 'question') AND (topic IS NULL OR topic IN ('MENU', 'NOTCOVERED'))"


def upgrade() -> None:
    op.add_column("contact", sa.Column("offered", sa.JSON(), nullable=True))
    op.add_column("contact", sa.Column("offered_expires_at", _TIME, nullable=True))
    op.create_table(
        "gap_handled",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("keyword", sa.String(length=40), nullable=True),
        sa.Column("handled_by", sa.String(length=80), nullable=False),
        sa.Column("handled_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_gap_handled")),
    )
    op.create_index(
        "ix_inbound_missed",
        "inbound",
        ["received_at"],
        sqlite_where=sa.text(_MISSED),
        postgresql_where=sa.text(_MISSED),
    )


def downgrade() -> None:
    op.drop_index("ix_inbound_missed", "inbound")
    op.drop_table("gap_handled")
    op.drop_column("contact", "offered_expires_at")
    op.drop_column("contact", "offered")
