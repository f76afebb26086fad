"""second factors, recovery codes, the viewer's time zone, and the audit log"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_ADDED = (
    "time_zone", "is_temporary", "totp_sealed", "totp_pending", "totp_step", "totp_since",
    "phone_sealed", "phone_pending", "editing", "editing_since", "editing_seen_at",
)  # fmt: skip
_REFUSED = "smsbot: The audit log is only ever added to: a line of it can''t be changed or deleted."


def upgrade() -> None:
    _complete_staff()
    op.create_table(
        "recovery_code",
        sa.Column("id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "staff_id", "code_hash", name=op.f("uq_recovery_code_staff_id_code_hash")
        ),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint("who <> '' AND what <> ''", name=op.f("ck_audit_log_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    for column in ("who", "what"):
        op.create_index(f"ix_audit_log_{column}", "audit_log", [column, "at", "id"])
    op.create_index(
        "ix_audit_log_about",
        "audit_log",
        ["about", "at", "id"],
        postgresql_ops={"about": "text_pattern_ops"},
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at", "id"])
    for statement in _sqlite() if _is_sqlite() else _postgresql():
        op.execute(sa.text(statement.replace(":", "\\:")))


def _complete_staff() -> None:
    for column in (
        sa.Column(
            "time_zone", sa.String(length=60), server_default=sa.text("'UTC'"), nullable=False
        ),
        sa.Column("is_temporary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_pending", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("totp_since", _TIME, nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_pending", sa.LargeBinary(), nullable=True),
        sa.Column("editing", _ID, nullable=True),
        sa.Column("editing_since", _TIME, nullable=True),
        sa.Column("editing_seen_at", _TIME, nullable=True),
    ):
        op.add_column("staff", column)


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER audit_log_{word.lower()} BEFORE {word} ON audit_log"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for word in ("UPDATE", "DELETE")
    ]


def _postgresql() -> list[str]:
    return [
        (
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation';"
            " END $$"
        ),
        (
            "CREATE TRIGGER audit_log_row BEFORE UPDATE OR DELETE ON audit_log"
            " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        ),
        (
            "CREATE TRIGGER audit_log_all BEFORE TRUNCATE ON audit_log"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        ),
    ]


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    # The triggers go with the table; the function stays on its own.
    op.drop_table("audit_log")
    if not _is_sqlite():
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_table("recovery_code")
    for column in _ADDED:
        op.drop_column("staff", column)
