"""add revisions: every text a revision that somebody else approved, kept by the database itself"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from migrations import content_triggers
from migrations.content_rules import COPIED

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_NOW = sa.text("CURRENT_TIMESTAMP")

_LISTS = ("aliases", "loose", "questions", "cues", "hints", "claims", "seed", "sources")
_RESERVED = (
    "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT ALTO PARAR BAJA CANCELAR START YES"
    " UNSTOP INICIAR HELP INFO AYUDA"
)
_SAFETY = (
    "988 911 CRISIS SUICIDE SUICIDAL SOS SUICIDIO SUICIDA EMERGENCY EMERGENCIA OVERDOSE OD POISON"
    " SOBREDOSIS VENENO DV RECOVERY LINES"
)
_NOBODYS = "HOME HOLA NEXT TALK MORE BACK MAS ATRAS"


def upgrade() -> None:
    _create()
    op.add_column("answer", sa.Column("revision_id", _ID, nullable=True))
    _reserve()
    _take_over()
    op.drop_column("answer", "seeded_digest")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in content_triggers.sqlite() if is_sqlite else content_triggers.postgresql():
        op.execute(sa.text(statement.replace(":", "\\:")))


def _create() -> None:
    op.create_table(
        "revision",
        sa.Column("id", _ID, nullable=False),
        sa.Column("keyword", sa.String(length=40), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column(
            "state", sa.String(length=10), server_default=sa.text("'draft'"), nullable=False
        ),
        sa.Column(
            "origin", sa.String(length=8), server_default=sa.text("'staff'"), nullable=False
        ),
        *(
            sa.Column(name, sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
            for name in ("aliases", "loose", "questions", "cues", "hints")
        ),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("long", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
            for name in ("claims", "seed", "sources")
        ),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("stub", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("second_by", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("moved_by", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("changed_at", _TIME, server_default=_NOW, nullable=False),
        sa.Column("submitted_at", _TIME, nullable=True),
        sa.Column("publish_at", _TIME, nullable=True),
        sa.Column("published_at", _TIME, nullable=True),
        sa.CheckConstraint("lang IN ('en', 'es')", name=op.f("ck_revision_lang")),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'published', 'retired')",
            name=op.f("ck_revision_state"),
        ),
        sa.CheckConstraint(
            "origin IN ('staff', 'seed', 'import')", name=op.f("ck_revision_origin")
        ),
        sa.CheckConstraint(
            "category IN ('content', 'safety', 'system', 'reserved', 'fallback')",
            name=op.f("ck_revision_category"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("keyword", "lang", "n", name=op.f("uq_revision_keyword_lang_n")),
    )
    op.create_index("ix_revision_state", "revision", ["state", "changed_at"])
    op.create_table(
        "revision_event",
        sa.Column("id", _ID, nullable=False),
        sa.Column("revision_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_revision_event_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_event")),
    )
    op.create_index(op.f("ix_revision_event_revision_id"), "revision_event", ["revision_id"])
    op.create_table(
        "live_name",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("keyword", sa.String(length=40), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("name", "keyword", "lang", name=op.f("pk_live_name")),
    )
    op.create_index("ix_live_name_keyword", "live_name", ["keyword", "lang"])


def _reserve() -> None:
    table = op.create_table(
        "reserved_word",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=True),
        sa.Column("keyword", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reserved_word")),
    )
    rows = [
        *({"name": word, "category": "reserved", "keyword": None} for word in _RESERVED.split()),
        *({"name": word, "category": "safety", "keyword": None} for word in _SAFETY.split()),
        *({"name": word, "category": None, "keyword": None} for word in _NOBODYS.split()),
        {"name": "PRIDE", "category": None, "keyword": "LINES"},
    ]
    op.bulk_insert(table, rows)


def _take_over() -> None:
    """What is live already becomes the first revision of each answer."""
    copied = ", ".join(COPIED)
    op.execute(
        f"INSERT INTO revision ({copied}, n, state, origin, digest, published_at)"  # noqa: S608
        f" SELECT {copied}, 1, 'published', 'seed', seeded_digest, CURRENT_TIMESTAMP FROM answer"
    )
    for row_id in _changed_by_staff():
        op.execute(
            "UPDATE revision SET origin = 'staff', digest = NULL WHERE EXISTS (SELECT 1"  # noqa: S608
            f" FROM answer a WHERE a.id = {row_id:d} AND a.keyword = revision.keyword"
            " AND a.lang = revision.lang)"
        )
    op.execute(
        "UPDATE answer SET revision_id = (SELECT r.id FROM revision r"
        " WHERE r.keyword = answer.keyword AND r.lang = answer.lang)"
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    each = (
        "json_each(answer.aliases) AS item"
        if is_sqlite
        else "json_array_elements_text(answer.aliases) AS item(value)"
    )
    op.execute(
        "INSERT INTO live_name (name, keyword, lang) SELECT keyword, keyword, lang FROM answer"
        f" UNION SELECT item.value, keyword, lang FROM answer, {each}"  # noqa: S608
    )


def _changed_by_staff() -> list[int]:
    """The answers that no longer say what their file said: their next seed needs a person."""
    days = ("reviewed_on", "review_by", "expires_on")
    answer = sa.table(
        "answer",
        sa.column("id", _ID),
        sa.column("seeded_digest", sa.String()),
        *(
            sa.column(name, sa.JSON() if name in _LISTS else sa.Date() if name in days else sa.Text())
            for name in COPIED
        ),
    )
    found = []
    for row in op.get_bind().execute(sa.select(answer)).mappings():
        values = {name: row[name] for name in COPIED}
        text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=True)
        if row["seeded_digest"] != hashlib.sha256(text.encode()).hexdigest():
            found.append(row["id"])
    return found


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in content_triggers.drop_sqlite() if is_sqlite else content_triggers.drop_postgresql():
        op.execute(statement)
    op.drop_column("answer", "revision_id")
    op.add_column("answer", sa.Column("seeded_digest", sa.String(length=64), nullable=True))
    for table in ("live_name", "reserved_word", "revision_event", "revision"):
        op.drop_table(table)
