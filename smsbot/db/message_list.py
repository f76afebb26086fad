"""The inbox of staff: inbound texts, newest first, a page at a time, however many there are."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, text

from smsbot.core.messages import E164, Lang, MessageSid
from smsbot.core.outbound.history import masked
from smsbot.core.people import Filter, ReplyState, Text
from smsbot.core.reports.counts import bounds
from smsbot.db.tables import contact, inbound
from smsbot.db.tables_outbox import outbox
from smsbot.sealing import SealBroken, Sealer

UNREADABLE = "(can't be opened)"
ANY = "any"
"""As a tier: whichever."""
MOST_REPLIES = 500
"""Replies in a state that are looked at: the newest."""

COLUMNS = (
    inbound.c.id, inbound.c.sid, inbound.c.contact_id, inbound.c.body_sealed,
    inbound.c.media_count, inbound.c.received_at, inbound.c.step, inbound.c.tier,
    inbound.c.topic, inbound.c.lang, inbound.c.why, inbound.c.late, inbound.c.found,
    contact.c.number_sealed,
)  # fmt: skip

# In these words, or SQLite does not use the partial indexes: it compares them as they are written.
_URGENT = text("inbound.step IN ('crisis', 'compliance')")
_NOT_ENGLISH = text("inbound.lang <> 'en'")
_LATE = text("(inbound.late OR inbound.found <> 'webhook')")
_ENDED_BADLY = text("state IN ('failed', 'undelivered', 'expired', 'suppressed', 'canceled')")
_ASIDE = text("state IN ('unknown', 'human', 'parked')")
_STATES = {
    ReplyState.WAITS: (_ASIDE, ("unknown", "human", "parked")),
    ReplyState.NOT_REACHED: (_ENDED_BADLY, ("failed", "undelivered", "expired")),
}
_REPLY = "reply:"


def newest(
    tx: Connection, sealer: Sealer, wanted: Filter, limit: int, before: int | None = None
) -> tuple[Text, ...]:
    """The last texts that fit, by when they were received; only those before the text `before`."""
    conditions = _conditions(tx, wanted)
    if before is not None:
        conditions.append(_earlier(tx, before))
    rows = tx.execute(
        select(*COLUMNS)
        .join(contact, contact.c.id == inbound.c.contact_id)
        .where(*conditions)
        .order_by(inbound.c.received_at.desc(), inbound.c.id.desc())
        .limit(limit)
    )
    return tuple(text_of(sealer, row) for row in rows)


def contact_of(tx: Connection, sid: MessageSid) -> tuple[int, int] | None:
    """The contact and the row of a text; None when it is not there."""
    found = tx.execute(
        select(inbound.c.contact_id, inbound.c.id).where(inbound.c.sid == sid)
    ).one_or_none()
    return None if found is None else (found.contact_id, found.id)


def text_of(sealer: Sealer, row: Row[*tuple[Any, ...]]) -> Text:
    """A row of `COLUMNS` as staff see it."""
    return Text(
        id=row.id,
        sid=MessageSid(row.sid),
        contact_id=row.contact_id,
        sender=masked_number(sealer, row.number_sealed),
        body=opened(sealer, row.body_sealed),
        has_expired=row.body_sealed is None,
        media_count=row.media_count,
        at=row.received_at,
        step=row.step,
        tier=row.tier,
        topic=row.topic,
        lang=Lang(row.lang),
        rule=str((row.why or {}).get("rule", "")),
        is_late=bool(row.late) or row.found != "webhook",
    )


def masked_number(sealer: Sealer, sealed: bytes) -> str:
    """A sealed number with all but its last two digits hidden; "" when it has been deleted."""
    if not sealed:
        return ""
    number = opened(sealer, sealed)
    return UNREADABLE if number is None else masked(E164(number))


def opened(sealer: Sealer, sealed: bytes | None) -> str | None:
    """What was sealed; None when there is nothing, or no configured key opens it."""
    if sealed is None:
        return None
    try:
        return sealer.open(sealed)
    except SealBroken:
        return None


def _conditions(tx: Connection, wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (inbound.c.step, wanted.step),
        (inbound.c.topic, wanted.topic),
        (inbound.c.lang, wanted.lang),
        (inbound.c.tier, None if wanted.tier == ANY else wanted.tier),
    ):
        if value is not None:
            conditions.append(column == value)
    for is_wanted, clause in (
        (wanted.step in {"crisis", "compliance"}, _URGENT),
        (wanted.lang not in {None, Lang.EN.value}, _NOT_ENGLISH),
        (wanted.tier is not None, inbound.c.tier.is_not(None)),
        (wanted.late, _LATE),
    ):
        if is_wanted:
            conditions.append(_as_condition(clause))
    if wanted.day is not None:
        start, end = bounds(wanted.day)
        conditions.append(and_(inbound.c.received_at >= start, inbound.c.received_at < end))
    if wanted.reply is not None:
        conditions.append(inbound.c.sid.in_(_replies(tx, wanted.reply)))
    return conditions


def _as_condition(clause: object) -> ColumnElement[bool]:
    return clause  # type: ignore[return-value]


def _replies(tx: Connection, state: ReplyState) -> list[str]:
    """The inbound SIDs of the newest replies in these states."""
    words, states = _STATES[state]
    keys = tx.scalars(
        select(outbox.c.sequence_key)
        .where(words, outbox.c.state.in_(states), outbox.c.sequence_key.startswith(_REPLY))
        .order_by(outbox.c.id.desc())
        .limit(MOST_REPLIES)
    )
    return sorted({key.removeprefix(_REPLY) for key in keys})


def _earlier(tx: Connection, before: int) -> ColumnElement[bool]:
    at: datetime | None = tx.scalar(select(inbound.c.received_at).where(inbound.c.id == before))
    if at is None:
        # Deleted since the page was read: go on by age of the row, which is nearly the same.
        return inbound.c.id < before
    # Both halves, or the index on the time is not used for the bound.
    return and_(inbound.c.received_at <= at, or_(inbound.c.received_at < at, inbound.c.id < before))
