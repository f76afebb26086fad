"""The tables behind the reports and the lists of people's texts; and the indexes of those lists.

Counts by day are what the reports are drawn from, so that none reads a million rows. They hold no
person: whoever is forgotten stays counted.
"""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, LargeBinary, String, Table

from smsbot.db.tables import Id, UtcDateTime, contact, inbound, metadata
from smsbot.db.tables_answers import revision
from smsbot.db.tables_outbox import outbox

day_count = Table(
    "day_count",
    metadata,
    Column("subject", String(12), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("item", String(60), primary_key=True),
    Column("lang", String(2), primary_key=True),
    Column("number", Id, nullable=False),
)

# Texts of people who were forgotten: the provider still lists them for some days, and what it lists
# and we do not have would be taken for a text that was missed.
forgotten_text = Table(
    "forgotten_text",
    metadata,
    Column("sid", String(34), primary_key=True),
    Column("forgotten_at", UtcDateTime, nullable=False),
)

# The last report of what people asked in vain: made by a chore, read by a page.
gap_report = Table(
    "gap_report",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# The lists of the staff pages: newest first within one filter, without reading what does not fit.
# Partial where most rows would only make writing slower.
for _name, _columns, _where in (
    (
        "inbound_topic_at",
        (inbound.c.topic, inbound.c.received_at),
        # Partial for the planner too: SQLite would rather read the missed texts through this one.
        inbound.c.topic.is_not(None),
    ),
    (
        "inbound_urgent",
        (inbound.c.step, inbound.c.received_at),
        inbound.c.step.in_(("crisis", "compliance")),
    ),
    ("inbound_tier", (inbound.c.tier, inbound.c.received_at), inbound.c.tier.is_not(None)),
    ("inbound_not_english", (inbound.c.lang, inbound.c.received_at), inbound.c.lang != "en"),
    (
        "inbound_late",
        (inbound.c.received_at,),
        inbound.c.late | (inbound.c.found != "webhook"),
    ),
    ("contact_lang", (contact.c.lang, contact.c.id), None),
    ("contact_opted_out", (contact.c.id,), contact.c.opted_out),
    ("contact_care", (contact.c.care_until,), contact.c.care_until.is_not(None)),
    ("outbox_contact", (outbox.c.contact_id, outbox.c.id), None),
    (
        "revision_health",
        tuple(
            revision.c[name] for name in ("review_by", "expires_on", "reviewer", "keyword", "lang")
        ),
        revision.c.state == "published",
    ),
    (
        "outbox_ended_badly",
        (outbox.c.state, outbox.c.id),
        outbox.c.state.in_(("failed", "undelivered", "expired", "suppressed", "canceled")),
    ),
):
    Index(f"ix_{_name}", *_columns, sqlite_where=_where, postgresql_where=_where)
