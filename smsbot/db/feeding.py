"""Hands the people of a campaign to the outbox a little before their time.

Every condition is asked again in the statement that hands over: who has said STOP, left the topic
or is in care by then is skipped, and a trigger refuses what this statement should miss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from smsbot.core.campaigns.campaign import Arm
from smsbot.core.campaigns.dry_run import Reason
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import Lane, State
from smsbot.db.tables import UtcDateTime, contact
from smsbot.db.tables_campaigns import campaign
from smsbot.db.tables_campaigns import campaign_recipient as recipient
from smsbot.db.tables_consent import subscription
from smsbot.db.tables_outbox import outbox

_PLANNED = text("campaign_recipient.state = 'planned'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One message, sealed once for all who get it."""

    body_sealed: bytes
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is to be handed over: some people of one place, at most `most`, of one arm or of all."""

    campaign_id: int
    topic: str
    sender: str
    place: str
    arm: Arm | None
    most: int
    expires_at: datetime
    """When the hours end there, or the campaign expires: nothing leaves after it."""
    words: Mapping[tuple[Arm, Lang], Words]


def hand_over(tx: Connection, batch: Batch, now: datetime) -> tuple[int, int]:
    """Queue the next people of a place; how many were queued, and how many skipped.

    Nobody is queued unless the campaign runs at this moment: its row is locked, so a pause comes
    before or after, never between.
    """
    runs = select(campaign.c.id).where(
        campaign.c.id == batch.campaign_id, campaign.c.state == "running"
    )
    if tx.scalar(runs.with_for_update(read=True)) is None:
        return 0, 0
    ids = _next_people(tx, batch)
    if not ids:
        return 0, 0
    skipped = _skip(tx, batch, ids, now)
    tx.execute(
        insert(outbox).from_select(
            [
                "dedupe_key", "sequence_key", "part", "lane", "contact_id", "sender",
                "number_sealed", "number_index", "body_sealed", "segments", "state", "due_at",
                "expires_at", "created_at", "updated_at", "campaign_id", "consent_id",
            ],
            _texts(batch, ids, now),
            include_defaults=False,
        )
    )  # fmt: skip
    row = (
        select(outbox.c.id)
        .where(outbox.c.dedupe_key == _key(recipient.c.tries))
        .correlate(recipient)
        .scalar_subquery()
    )
    done = tx.execute(
        update(recipient)
        .where(
            recipient.c.campaign_id == batch.campaign_id,
            recipient.c.contact_id.in_(ids),
            _PLANNED,
            select(outbox.c.id)
            .where(outbox.c.dedupe_key == _key(recipient.c.tries))
            .correlate(recipient)
            .exists(),
        )
        .values(state="queued", outbox_id=row)
    )
    return int(done.rowcount), skipped


def _next_people(tx: Connection, batch: Batch) -> list[int]:
    """Who is next there. By name of the index: SQLite would step over all who had their turn."""
    index = "INDEXED BY ix_campaign_recipient_planned" if tx.dialect.name == "sqlite" else ""
    arm = "AND arm = :arm" if batch.arm is not None else ""
    wanted = text(
        f"SELECT contact_id FROM campaign_recipient {index} WHERE campaign_id = :campaign"  # noqa: S608
        f" AND state = 'planned' AND place = :place {arm} ORDER BY contact_id LIMIT :most"
    )
    values: dict[str, object] = {
        "campaign": batch.campaign_id,
        "place": batch.place,
        "most": batch.most,
    }
    if batch.arm is not None:
        values["arm"] = batch.arm.value
    return [int(one) for one in tx.scalars(wanted, values)]


def _skip(tx: Connection, batch: Batch, ids: Sequence[int], now: datetime) -> int:
    why = (
        select(
            case(
                (contact.c.opted_out, Reason.STOP.value),
                (contact.c.care_until > literal(now, UtcDateTime), Reason.CARE.value),
                else_=Reason.LEFT.value,
            )
        )
        .where(contact.c.id == recipient.c.contact_id)
        .correlate(recipient)
        .scalar_subquery()
    )
    done = tx.execute(
        update(recipient)
        .where(
            recipient.c.campaign_id == batch.campaign_id,
            recipient.c.contact_id.in_(ids),
            _PLANNED,
            ~_may_get(batch, now),
        )
        .values(state="skipped", reason=func.coalesce(why, Reason.LEFT.value))
    )
    return int(done.rowcount)


def _may_get(batch: Batch, now: datetime) -> Any:
    return (
        select(contact.c.id)
        .select_from(contact.join(subscription, subscription.c.contact_id == contact.c.id))
        .where(
            contact.c.id == recipient.c.contact_id,
            subscription.c.topic == batch.topic,
            *_allowed(now),
        )
        .correlate(recipient)
        .exists()
    )


def _allowed(now: datetime) -> tuple[Any, ...]:
    moment = literal(now, UtcDateTime)
    return (
        subscription.c.state == "joined",
        subscription.c.since <= moment,
        ~contact.c.opted_out,
        or_(contact.c.care_until.is_(None), contact.c.care_until <= moment),
    )


def _key(tries: Any) -> Any:
    """One key for each time that somebody is handed over: the outbox takes each once."""
    return (
        literal("campaign:", String)
        + cast(recipient.c.campaign_id, String)
        + ":"
        + cast(recipient.c.contact_id, String)
        + ":"
        + cast(tries, String)
    )


def _texts(batch: Batch, ids: Sequence[int], now: datetime) -> Select[Any]:
    said = [
        (and_(recipient.c.arm == arm.value, recipient.c.lang == lang.value), words)
        for (arm, lang), words in batch.words.items()
    ]
    moment = literal(now, UtcDateTime)
    key = _key(recipient.c.tries)
    return (
        select(
            key,
            key,
            literal(1),
            literal(int(Lane.CAMPAIGN)),
            contact.c.id,
            literal(batch.sender, String),
            contact.c.number_sealed,
            contact.c.number_index,
            case(*((when, words.body_sealed) for when, words in said)),
            case(*((when, words.segments) for when, words in said)),
            literal(State.QUEUED.value, String),
            moment,
            literal(batch.expires_at, UtcDateTime),
            moment,
            moment,
            recipient.c.campaign_id,
            subscription.c.consent_id,
        )
        .select_from(
            recipient.join(contact, contact.c.id == recipient.c.contact_id).join(
                subscription,
                and_(
                    subscription.c.contact_id == contact.c.id, subscription.c.topic == batch.topic
                ),
            )
        )
        .where(
            recipient.c.campaign_id == batch.campaign_id,
            recipient.c.contact_id.in_(ids),
            _PLANNED,
            or_(*(when for when, _ in said)),
            *_allowed(now),
        )
    )


def places_waiting(tx: Connection, campaign_id: int) -> list[str]:
    """The places where people wait for their text; reads one row for each of them."""
    return list(tx.scalars(_PLACES, {"campaign": campaign_id}))


# From one place to the next along the partial index: DISTINCT would read everybody who waits.
_PLACES = text(
    """
    WITH RECURSIVE found(place) AS (
        SELECT min(place) FROM campaign_recipient
        WHERE campaign_id = :campaign AND state = 'planned'
        UNION ALL
        SELECT (SELECT min(place) FROM campaign_recipient WHERE campaign_id = :campaign
                AND state = 'planned' AND place > found.place)
        FROM found WHERE found.place IS NOT NULL
    )
    SELECT place FROM found WHERE place IS NOT NULL"""
)
