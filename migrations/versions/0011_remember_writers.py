"""remember everybody who wrote a text, not only who saved it last: none of them approves it"""

import sqlalchemy as sa
from alembic import op

from migrations import writer_triggers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "revision_writer",
        sa.Column("revision_id", _ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_revision_writer_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", "name", name=op.f("pk_revision_writer")),
    )
    # What is known of older texts: who saved them last, and who began them.
    op.execute(
        "INSERT INTO revision_writer (revision_id, name)"
        " SELECT id, author FROM revision WHERE trim(author) <> ''"
        " UNION SELECT revision_id, who FROM revision_event WHERE what IN ('drafted', 'import')"
    )
    for statement in writer_triggers.make(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    for statement in writer_triggers.drop(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table("revision_writer")
