"""complete the outbox: its history, its senders' speed and circuits, looks at what is silent"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)

_PARTIAL = (
    ("ix_outbox_ready", ["sender", "lane", "due_at", "id"], "state = 'queued'"),
    ("ix_outbox_open", ["number_index"], "state IN ('claimed', 'sending', 'unknown')"),
    ("ix_outbox_lease", ["lease_until"], "state IN ('claimed', 'sending')"),
    ("ix_outbox_life", ["expires_at"], "state IN ('queued', 'parked')"),
    ("ix_outbox_aside", ["state", "sender", "id"], "state IN ('unknown', 'human', 'parked')"),
    ("ix_outbox_look", ["next_look_at"], "next_look_at IS NOT NULL"),
)
_READY_BEFORE = "state IN ('queued', 'claimed', 'sending')"


def upgrade() -> None:
    _outbox()
    _receipts()
    op.create_table(
        "outbox_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("outbox_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=True),
        sa.Column("to_state", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_event_outbox_id_outbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
    )
    op.create_index(op.f("ix_outbox_event_outbox_id"), "outbox_event", ["outbox_id"])
    op.create_table(
        "sender",
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("mps", sa.Float(), nullable=False),
        sa.Column("next_slot_at", _TIME, nullable=True),
        sa.Column(
            "circuit", sa.String(length=8), server_default=sa.text("'closed'"), nullable=False
        ),
        sa.Column("circuit_until", _TIME, nullable=True),
        sa.Column("reason", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("trips", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=True),
        sa.Column("held_until", _TIME, nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("mps > 0", name=op.f("ck_sender_some_speed")),
        sa.CheckConstraint(
            "circuit IN ('closed', 'open', 'trying')", name=op.f("ck_sender_circuit")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_sender")),
    )
    op.create_table(
        "chore",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
    )
    op.add_column(
        "inbound",
        sa.Column(
            "found", sa.String(length=10), server_default=sa.text("'webhook'"), nullable=False
        ),
    )


def _outbox() -> None:
    op.add_column("outbox", sa.Column("next_part_at", _TIME, nullable=True))
    op.add_column("outbox", sa.Column("next_look_at", _TIME, nullable=True))
    op.add_column(
        "outbox", sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.drop_index("ix_outbox_ready", "outbox")
    for name, columns, condition in _PARTIAL:
        where = sa.text(condition)
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def _receipts() -> None:
    op.add_column("receipt", sa.Column("named_outbox_id", _ID, nullable=True))
    op.add_column(
        "receipt",
        sa.Column("conflict", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(op.f("ix_receipt_outbox_id"), "receipt", ["outbox_id"])
    orphan = sa.text("outbox_id IS NULL")
    op.create_index(
        "ix_receipt_orphan",
        "receipt",
        ["received_at"],
        sqlite_where=orphan,
        postgresql_where=orphan,
    )


def downgrade() -> None:
    op.drop_column("inbound", "found")
    for table in ("chore", "sender", "outbox_event"):
        op.drop_table(table)
    op.drop_index("ix_receipt_orphan", "receipt")
    op.drop_index(op.f("ix_receipt_outbox_id"), "receipt")
    op.drop_column("receipt", "conflict")
    op.drop_column("receipt", "named_outbox_id")
    for name, *_ in _PARTIAL:
        op.drop_index(name, "outbox")
    where = sa.text(_READY_BEFORE)
    op.create_index(
        "ix_outbox_ready",
        "outbox",
        ["lane", "due_at", "id"],
        sqlite_where=where,
        postgresql_where=where,
    )
    for column in ("looks", "next_look_at", "next_part_at"):
        op.drop_column("outbox", column)
