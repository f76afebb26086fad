"""campaigns, their dry runs, recipients and entry codes"""

import sqlalchemy as sa
from alembic import op

from migrations import campaign_triggers

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_PLANNED = "state = 'planned'"
_ASIDE = "state IN ('skipped', 'expired', 'cancelled')"
_CAMPAIGN = "campaign_id IS NOT NULL"


def upgrade() -> None:
    _campaign()
    _messages()
    _recipients()
    op.add_column("outbox", sa.Column("campaign_id", _ID, nullable=True))
    op.create_index(
        "ix_outbox_campaign",
        "outbox",
        ["campaign_id", "state", "error_code"],
        sqlite_where=sa.text(_CAMPAIGN),
        postgresql_where=sa.text(_CAMPAIGN),
    )
    for statement in campaign_triggers.make(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", "\\:")))
    _entry_codes()


def _campaign() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("phase", sa.String(length=10), server_default=sa.text("''"), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("sender_confirmed_by", sa.String(length=80), nullable=True),
        sa.Column("starts_at", _TIME, nullable=True),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("repeat_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeat_of", _ID, nullable=True),
        sa.Column("canary_size", sa.Integer(), nullable=False),
        sa.Column("canary_minutes", sa.Integer(), nullable=False),
        sa.Column("most_errors", sa.Float(), nullable=False),
        sa.Column("most_opt_outs", sa.Float(), nullable=False),
        sa.Column("most_filtered", sa.Float(), nullable=False),
        sa.Column("slowest_reply_ms", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sample_hours", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("checked_at", _TIME, nullable=True),
        sa.Column("checked", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("approved_token", sa.String(length=64), nullable=True),
        sa.Column("approved_at", _TIME, nullable=True),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column(
            "held_because", sa.String(length=200), server_default=sa.text("''"), nullable=False
        ),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("progress_at", _TIME, nullable=True),
        sa.Column("watched", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'checked', 'approved', 'running', 'paused', 'finished',"
            " 'cancelled')",
            name=op.f("ck_campaign_state"),
        ),
        sa.CheckConstraint(
            "phase IN ('', 'canary', 'sample', 'all')", name=op.f("ck_campaign_phase")
        ),
        sa.CheckConstraint(
            "canary_size >= 0 AND canary_minutes >= 1", name=op.f("ck_campaign_canary")
        ),
        sa.CheckConstraint(
            "repeat_days >= 0 AND sample >= 0 AND sample_hours >= 0",
            name=op.f("ck_campaign_counts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index("ix_campaign_state", "campaign", ["state", "id"])
    op.create_table(
        "campaign_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("from_state", sa.String(length=10), nullable=True),
        sa.Column("to_state", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_event_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_event")),
    )
    op.create_index(op.f("ix_campaign_event_campaign_id"), "campaign_event", ["campaign_id"])


def _messages() -> None:
    op.create_table(
        "campaign_message",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("approved_at", _TIME, nullable=True),
        sa.CheckConstraint("lang IN ('en', 'es')", name=op.f("ck_campaign_message_lang")),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'retired')", name=op.f("ck_campaign_message_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_message")),
        sa.UniqueConstraint("name", "lang", "n", name=op.f("uq_campaign_message_name_lang_n")),
    )
    op.create_table(
        "campaign_use",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("arm", sa.String(length=1), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.CheckConstraint("arm IN ('A', 'B')", name=op.f("ck_campaign_use_arm")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_use_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["campaign_message.id"],
            name=op.f("fk_campaign_use_message_id_campaign_message"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "arm", "lang", name=op.f("pk_campaign_use")),
    )


def _recipients() -> None:
    op.create_table(
        "campaign_recipient",
        sa.Column("campaign_id", _ID, autoincrement=False, nullable=False),
        sa.Column("contact_id", _ID, autoincrement=False, nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("arm", sa.String(length=1), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("consent_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("outbox_id", _ID, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", name=op.f("pk_campaign_recipient")),
        sqlite_with_rowid=False,
    )
    for name, columns, where in (
        ("planned", ["campaign_id", "place", "contact_id"], _PLANNED),
        ("aside", ["campaign_id", "state", "reason"], _ASIDE),
    ):
        op.create_index(
            f"ix_campaign_recipient_{name}",
            "campaign_recipient",
            columns,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def _entry_codes() -> None:
    op.create_table(
        "entry_code",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("campaign_id", _ID, nullable=True),
        sa.Column("keyword", sa.String(length=40), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("retired_by", sa.String(length=80), nullable=True),
        sa.Column("retired_at", _TIME, nullable=True),
        sa.CheckConstraint("lang IN ('en', 'es')", name=op.f("ck_entry_code_lang")),
        sa.CheckConstraint(
            "(retired_by IS NULL) = (retired_at IS NULL)",
            name=op.f("ck_entry_code_retired_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_entry_code_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_entry_code")),
    )
    op.create_index(op.f("ix_entry_code_campaign_id"), "entry_code", ["campaign_id"])
    op.create_index(op.f("ix_entry_code_created_at"), "entry_code", ["created_at"])
    op.create_table(
        "entry_day",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_entry_day_counted")),
        sa.ForeignKeyConstraint(
            ["code"], ["entry_code.code"], name=op.f("fk_entry_day_code_entry_code")
        ),
        sa.PrimaryKeyConstraint("code", "day", "what", name=op.f("pk_entry_day")),
    )


def downgrade() -> None:
    op.drop_table("entry_day")
    op.drop_table("entry_code")
    for statement in campaign_triggers.drop(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_index("ix_outbox_campaign", "outbox")
    op.drop_column("outbox", "campaign_id")
    for table in (
        "campaign_recipient",
        "campaign_use",
        "campaign_message",
        "campaign_event",
        "campaign",
    ):
        op.drop_table(table)
