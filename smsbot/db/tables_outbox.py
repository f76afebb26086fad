"""The tables of texts that leave. They are the truth about what leaves; RQ is only a bell."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from smsbot.db.tables import Id, UtcDateTime, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("dedupe_key", String(120), nullable=False, unique=True),
    Column("sequence_key", String(120), nullable=False),
    Column("part", Integer, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("contact_id", Id, ForeignKey("contact.id"), nullable=False),
    Column("sender", String(40), nullable=False),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("number_index", String(43), nullable=False),
    Column("body_sealed", LargeBinary),
    Column("segments", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("lease_token", String(36)),
    Column("lease_until", UtcDateTime),
    Column("due_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("sid", String(34)),
    Column("error_code", Integer),
    Column("next_part_at", UtcDateTime),
    Column("next_look_at", UtcDateTime),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # The line of the consent ledger a campaign's text rests on; see tables_consent.
    Column("consent_id", Id),
    # No foreign key: SQLite can't add one to a table that is there.
    Column("campaign_id", Id),
    UniqueConstraint("sequence_key", "part"),
)
# Partial: SQLite ignores a plain index on a column that was all NULL when it was analysed.
Index(
    "uq_outbox_sid",
    outbox.c.sid,
    unique=True,
    sqlite_where=outbox.c.sid.is_not(None),
    postgresql_where=outbox.c.sid.is_not(None),
)
# Each answers one question of the pump or the sweeper by itself, so that none reads the table:
# what may leave, who has a text under way, whose worker died, what is too late, what waits for
# something else, what the reconciler looks at.
for _name, _columns, _where in (
    ("ready", ("sender", "lane", "due_at", "id"), outbox.c.state == "queued"),
    ("open", ("number_index",), outbox.c.state.in_(("claimed", "sending", "unknown"))),
    ("lease", ("lease_until",), outbox.c.state.in_(("claimed", "sending"))),
    ("life", ("expires_at",), outbox.c.state.in_(("queued", "parked"))),
    ("aside", ("state", "sender", "id"), outbox.c.state.in_(("unknown", "human", "parked"))),
    ("look", ("next_look_at",), outbox.c.next_look_at.is_not(None)),
    ("campaign", ("campaign_id", "state", "error_code"), outbox.c.campaign_id.is_not(None)),
):
    Index(
        f"ix_outbox_{_name}",
        *(outbox.c[column] for column in _columns),
        sqlite_where=_where,
        postgresql_where=_where,
    )

outbox_event = Table(
    "outbox_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Id, ForeignKey("outbox.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(30), nullable=False),
    Column("from_state", String(12)),
    Column("to_state", String(12)),
    Column("reason", Text, nullable=False, server_default=text("''")),
)

sender = Table(
    "sender",
    metadata,
    Column("address", String(40), primary_key=True),
    Column("mps", Float, nullable=False),
    Column("next_slot_at", UtcDateTime),
    Column("circuit", String(8), nullable=False, server_default=text("'closed'")),
    Column("circuit_until", UtcDateTime),
    Column("reason", String(200), nullable=False, server_default=text("''")),
    Column("trips", Integer, nullable=False, server_default=text("0")),
    Column("holder", String(36)),
    Column("held_until", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("mps > 0", name="some_speed"),
    CheckConstraint("circuit IN ('closed', 'open', 'trying')", name="circuit"),
)

chore = Table(
    "chore",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("fault", String(200)),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Id, ForeignKey("outbox.id"), nullable=False),
    Column("n", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(20)),
    Column("http_status", Integer),
    Column("error_code", Integer),
    Column("sid", String(34)),
    UniqueConstraint("outbox_id", "n"),
)
Index(
    "uq_attempt_open",
    attempt.c.outbox_id,
    unique=True,
    sqlite_where=attempt.c.ended_at.is_(None),
    postgresql_where=attempt.c.ended_at.is_(None),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sid", String(34), nullable=False),
    Column("status", String(30), nullable=False),
    Column("error_code", Integer, nullable=False, server_default=text("0")),
    Column("raw_dlr", String(30), nullable=False, server_default=text("''")),
    Column("outbox_id", Id, ForeignKey("outbox.id"), index=True),
    Column("named_outbox_id", Id),
    Column("conflict", Boolean, nullable=False, server_default=false()),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("sid", "status", "error_code", "raw_dlr"),
)
_ORPHAN = receipt.c.outbox_id.is_(None)
Index(
    "ix_receipt_orphan",
    receipt.c.received_at,
    sqlite_where=_ORPHAN,
    postgresql_where=_ORPHAN,
)
