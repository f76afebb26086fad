"""The tables of consent: topics, the ledger's subscriptions, tags, uploads and saved audiences.

The ledger itself is `consent` in tables.py; migrations/consent_triggers.py keeps its rules:

- A line is added and never changed. `change` is `asked`, `joined`, `left` (of one topic), or
  `opt_out`, `opt_in`, `undone` (of the number as a whole, `topic` NULL). `origin` says where it
  comes from: `text`, `provider`, `staff` or `import`; only a text or imported evidence can join.
- `subscription` follows from the ledger and refuses every write that does not. `consent_id` is the
  line its state rests on; in the state `joined` that is what a campaign's outbox row must name in
  `outbox.consent_id`, or it is refused. STOP ends every subscription, and START brings none back.
- `contact.opted_out` follows from the ledger too; `contacts.save` does not write it.
- `contact.area_code` is the number's first three digits after +1 (NULL elsewhere): zones are
  reckoned from it where no state or ZIP is known, without opening a number.

A person's lines stay when they are forgotten: a contact is emptied, never deleted. There is no
foreign key from `outbox.consent_id`: the trigger checks more than one would. A later step must not
copy `contact`, `consent` or `outbox` in Alembic's batch mode: SQLite would lose the triggers.
"""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from smsbot.db.tables import Id, UtcDateTime, metadata

topic = Table(
    "topic",
    metadata,
    Column("keyword", String(20), primary_key=True),
    Column("keyword_es", String(20), nullable=False, unique=True),
    Column("name_en", String(80), nullable=False),
    Column("name_es", String(80), nullable=False),
    # What one gets and how often, as it is said when somebody asks to join.
    Column("words_en", String(200), nullable=False),
    Column("words_es", String(200), nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),
)

subscription = Table(
    "subscription",
    metadata,
    Column("contact_id", Id, ForeignKey("contact.id"), primary_key=True, autoincrement=False),
    Column("topic", String(20), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("consent_id", Id, nullable=False),
    # The join that an undo would bring back.
    Column("joined_id", Id),
    sqlite_with_rowid=False,
)
Index(
    "ix_subscription_topic",
    subscription.c.topic,
    subscription.c.state,
    subscription.c.contact_id,
    subscription.c.consent_id,
)

contact_tag = Table(
    "contact_tag",
    metadata,
    Column("contact_id", Id, ForeignKey("contact.id"), primary_key=True, autoincrement=False),
    Column("tag", String(40), primary_key=True),
    Column("added_by", String(80), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
Index("ix_contact_tag_tag", contact_tag.c.tag, contact_tag.c.contact_id)

upload = Table(
    "upload",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(80), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("rows_taken", Integer, nullable=False),
    # Not taken though nothing is wrong with them: unknown numbers, what was known already.
    Column("rows_skipped", Integer, nullable=False),
    Column("rows_bad", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    # Where the proof of imported consents is kept.
    Column("evidence", String(200)),
    # Rows not taken yet, and those that can't be: sealed, and deleted after `sealed_until`.
    Column("good_sealed", LargeBinary),
    Column("bad_sealed", LargeBinary),
    Column("sealed_until", UtcDateTime),
    CheckConstraint("kind IN ('audience', 'consents', 'opt_outs')", name="kind"),
    CheckConstraint("state IN ('checked', 'taken', 'dropped')", name="state"),
)

upload_contact = Table(
    "upload_contact",
    metadata,
    Column("upload_id", Id, ForeignKey("upload.id"), primary_key=True, autoincrement=False),
    Column("contact_id", Id, ForeignKey("contact.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

audience = Table(
    "audience",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("rule", JSON, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_by", String(80), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("retired_at", UtcDateTime),
)
