"""Hands the people of a campaign to the outbox a little before their time, and takes them back.

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
    ids = list(tx.scalars(_next_people(batch)))
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


def take_back(
    tx: Connection, campaign_id: int, states: Sequence[State], into: str, limit: int
) -> int:
    """Take texts that have not left out of the outbox again; how many.

    With QUEUED and PARKED those of a campaign that does not run; with EXPIRED those whose hours
    ended before their turn. Their people are `into` "planned" again, or "cancelled".
    """
    rows = tx.execute(
        select(outbox.c.id, outbox.c.contact_id)
        .join(
            recipient,
            and_(
                recipient.c.campaign_id == outbox.c.campaign_id,
                recipient.c.contact_id == outbox.c.contact_id,
                recipient.c.outbox_id == outbox.c.id,
            ),
        )
        .where(
            outbox.c.campaign_id == campaign_id,
            outbox.c.state.in_([one.value for one in states]),
            recipient.c.state == "queued",
        )
        .limit(limit)
        .with_for_update(of=outbox, skip_locked=True)
    ).all()
    if not rows:
        return 0
    ids = [row.id for row in rows]
    if State.EXPIRED not in states:
        tx.execute(
            update(outbox)
            .where(
                outbox.c.id.in_(ids), outbox.c.state.in_([State.QUEUED.value, State.PARKED.value])
            )
            .values(state=State.CANCELED.value, version=outbox.c.version + 1)
        )
    tx.execute(
        update(recipient)
        .where(
            recipient.c.campaign_id == campaign_id,
            recipient.c.contact_id.in_([row.contact_id for row in rows]),
            recipient.c.state == "queued",
        )
        .values(state=into, outbox_id=None, tries=recipient.c.tries + 1)
    )
    return len(ids)


def _next_people(batch: Batch) -> Select[Any]:
    wanted = select(recipient.c.contact_id).where(
        recipient.c.campaign_id == batch.campaign_id, _PLANNED, recipient.c.place == batch.place
    )
    if batch.arm is not None:
        wanted = wanted.where(recipient.c.arm == batch.arm.value)
    return wanted.order_by(recipient.c.contact_id).limit(batch.most)


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
