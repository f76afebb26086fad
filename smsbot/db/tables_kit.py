"""The tables of the outreach kit: the codes on posters and cards, and what came of them by day."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, String, Table

from smsbot.db.tables import Id, UtcDateTime, metadata

entry_code = Table(
    "entry_code",
    metadata,
    # Never given out twice: an old poster may hang for years.
    Column("code", String(8), primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaign.id"), index=True),
    Column("keyword", String(40), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("label", String(80), nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("retired_by", String(80)),
    Column("retired_at", UtcDateTime),
    CheckConstraint("lang IN ('en', 'es')", name="lang"),
    CheckConstraint("(retired_by IS NULL) = (retired_at IS NULL)", name="retired_by_somebody"),
)

# Numbers only: nothing in here leads to a person.
entry_day = Table(
    "entry_day",
    metadata,
    Column("code", String(8), ForeignKey("entry_code.code"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("what", String(60), primary_key=True),
    Column("n", Integer, nullable=False),
    CheckConstraint("n > 0", name="counted"),
)
