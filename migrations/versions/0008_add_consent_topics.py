"""topics to join, the consent ledger, and what audiences are chosen by"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations import consent_triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)

_LEDGER = (
    ("topic", sa.String(length=20), None),
    ("words", sa.Text(), None),
    ("origin", sa.String(length=8), sa.text("'text'")),
    ("source", sa.String(length=60), None),
    ("recorded_by", sa.String(length=80), None),
    ("recorded_at", _TIME, None),
    ("reason", sa.Text(), None),
    ("undoes_id", _ID, None),
)
_CONTACT = (
    ("area_code", sa.String(length=3)),
    ("state", sa.String(length=2)),
    ("zip", sa.String(length=5)),
    ("source_code", sa.String(length=20)),
    ("first_keyword", sa.String(length=40)),
    ("asked_topic", sa.String(length=20)),
    ("asked_words", sa.Text()),
    ("asked_expires_at", _TIME),
)
_COMMANDS = ("JOIN", "LEAVE", "UNIRME", "SALIR")
_TOPICS = (
    ("NEWS", "NOTICIAS", "Health information news", "Noticias de salud",
     "new and changed answers of this line, up to 2 texts a month",
     "respuestas nuevas y cambios de esta linea, hasta 2 mensajes al mes"),
    ("NOTICES", "AVISOS", "Safety notices", "Avisos de seguridad",
     "official safety notices about ketamine, such as FDA alerts, up to 4 texts a month",
     "avisos oficiales de seguridad sobre la ketamina, como las alertas de la FDA,"
     " hasta 4 mensajes al mes"),
    ("EVENTS", "EVENTOS", "Free information events", "Eventos gratis",
     "free talks and question hours about ketamine therapy, up to 2 texts a month",
     "charlas y horas de preguntas gratis sobre la terapia con ketamina,"
     " hasta 2 mensajes al mes"),
)  # fmt: skip


def upgrade() -> None:
    _topics()
    _ledger()
    _people()
    _audiences()
    for statement in _triggers(consent_triggers.sqlite, consent_triggers.postgresql):
        op.execute(sa.text(statement.replace(":", "\\:")))
    _seed()


def _triggers(sqlite, postgresql):  # type: ignore[no-untyped-def]
    return list(sqlite() if op.get_bind().dialect.name == "sqlite" else postgresql())


def _topics() -> None:
    op.create_table(
        "topic",
        sa.Column("keyword", sa.String(length=20), nullable=False),
        sa.Column("keyword_es", sa.String(length=20), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_es", sa.String(length=80), nullable=False),
        sa.Column("words_en", sa.String(length=200), nullable=False),
        sa.Column("words_es", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("retired_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("keyword", name=op.f("pk_topic")),
        sa.UniqueConstraint("keyword_es", name=op.f("uq_topic_keyword_es")),
    )


def _ledger() -> None:
    for name, kind, default in _LEDGER:
        op.add_column(
            "consent",
            sa.Column(name, kind, server_default=default, nullable=default is None),
        )
    op.execute("UPDATE consent SET origin = 'provider' WHERE how LIKE 'provider%'")
    op.create_table(
        "subscription",
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("consent_id", _ID, nullable=False),
        sa.Column("joined_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_subscription_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("contact_id", "topic", name=op.f("pk_subscription")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_subscription_topic", "subscription", ["topic", "state", "contact_id", "consent_id"]
    )
    op.add_column("outbox", sa.Column("consent_id", _ID, nullable=True))


def _people() -> None:
    for name, kind in _CONTACT:
        op.add_column("contact", sa.Column(name, kind, nullable=True))
    op.create_table(
        "contact_tag",
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_tag_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("contact_id", "tag", name=op.f("pk_contact_tag")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_tag_tag", "contact_tag", ["tag", "contact_id"])
    named = sa.text("topic IS NOT NULL")
    op.create_index(
        "ix_inbound_topic_contact",
        "inbound",
        ["topic", "contact_id"],
        sqlite_where=named,
        postgresql_where=named,
    )


def _audiences() -> None:
    op.create_table(
        "upload",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_taken", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.Integer(), nullable=False),
        sa.Column("rows_bad", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=True),
        sa.Column("good_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("bad_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_until", _TIME, nullable=True),
        sa.CheckConstraint(
            "kind IN ('audience', 'consents', 'opt_outs')", name=op.f("ck_upload_kind")
        ),
        sa.CheckConstraint(
            "state IN ('checked', 'taken', 'dropped')", name=op.f("ck_upload_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_table(
        "upload_contact",
        sa.Column("upload_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_upload_contact_upload_id_upload")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_upload_contact_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("upload_id", "contact_id", name=op.f("pk_upload_contact")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audience",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("retired_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("name", name=op.f("uq_audience_name")),
    )


def _seed() -> None:
    """Our first topics, but for one whose name a live answer has; and the words of joining."""
    tx = op.get_bind()
    now = datetime.now(UTC)
    names = ("keyword", "keyword_es", "name_en", "name_es", "words_en", "words_es")
    taken = set(tx.scalars(sa.text("SELECT name FROM live_name")))
    topic = sa.table(
        "topic", *(sa.column(name, sa.String()) for name in (*names, "created_by")),
        sa.column("created_at", _TIME),
    )  # fmt: skip
    for values in _TOPICS:
        if not taken & set(values[:2]):
            row = dict(zip(names, values, strict=True))
            tx.execute(sa.insert(topic).values(**row, created_by="smsbot", created_at=now))
    reserved = sa.table("reserved_word", sa.column("name", sa.String()))
    there = set(tx.scalars(sa.select(reserved.c.name)))
    for word in _COMMANDS:
        if word not in taken | there:
            tx.execute(sa.insert(reserved).values(name=word))


def downgrade() -> None:
    for statement in _triggers(consent_triggers.drop_sqlite, consent_triggers.drop_postgresql):
        op.execute(statement)
    for table in ("audience", "upload_contact", "upload", "contact_tag", "subscription"):
        op.drop_table(table)
    op.drop_index("ix_inbound_topic_contact", "inbound")
    op.drop_column("outbox", "consent_id")
    for name, *_ in _CONTACT:
        op.drop_column("contact", name)
    for name, *_ in _LEDGER:
        op.drop_column("consent", name)
    op.drop_table("topic")
