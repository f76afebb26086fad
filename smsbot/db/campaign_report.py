"""What came of a campaign: counted along its own index, and read person by person in pages."""

from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from smsbot.core.campaigns.outcomes import End, Recipient
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import State
from smsbot.db.message_list import masked_number
from smsbot.db.tables import consent, contact
from smsbot.db.tables_campaigns import campaign
from smsbot.db.tables_campaigns import campaign_recipient as recipient
from smsbot.db.tables_outbox import outbox
from smsbot.sealing import Sealer

_GONE = (State.CANCELED.value, State.EXPIRED.value)


def ends(tx: Connection, campaign_id: int, first_consent: int) -> tuple[End, ...]:
    """The campaign's texts by how they stand; those taken back are not among them."""
    rows = tx.execute(
        select(
            outbox.c.state,
            func.coalesce(outbox.c.error_code, 0).label("code"),
            func.count().label("texts"),
            func.sum(outbox.c.segments).label("segments"),
        )
        .where(outbox.c.campaign_id == campaign_id, outbox.c.state.not_in(_GONE))
        .group_by(outbox.c.state, outbox.c.error_code)
    ).all()
    left = _opt_outs(tx, campaign_id, first_consent)
    return tuple(
        End(
            state=State(row.state),
            error_code=int(row.code),
            texts=int(row.texts),
            segments=int(row.segments or 0),
            opt_outs=left.get((row.state, int(row.code)), 0),
        )
        for row in sorted(rows, key=lambda one: (one.state, one.code))
    )


def page(
    tx: Connection, sealer: Sealer, campaign_id: int, after: int, limit: int, only: str = ""
) -> tuple[Recipient, ...]:
    """Recipients with contact ids above `after`, in their order; `only` those of one standing."""
    wanted = (
        select(
            recipient,
            contact.c.number_sealed,
            outbox.c.state.label("outbox_state"),
            outbox.c.error_code,
            outbox.c.segments,
            outbox.c.due_at,
            outbox.c.updated_at,
        )
        .select_from(
            recipient.join(contact, contact.c.id == recipient.c.contact_id).outerjoin(
                outbox, outbox.c.id == recipient.c.outbox_id
            )
        )
        .where(recipient.c.campaign_id == campaign_id, recipient.c.contact_id > after)
        .order_by(recipient.c.contact_id)
        .limit(limit)
    )
    if only in set(State):
        wanted = wanted.where(outbox.c.state == only)
    elif only:
        wanted = wanted.where(recipient.c.state == only)
    return tuple(_recipient(row, sealer) for row in tx.execute(wanted))


def _opt_outs(tx: Connection, campaign_id: int, first_consent: int) -> dict[tuple[str, int], int]:
    """People who took themselves off after their text, by how that text stands."""
    topic = select(campaign.c.topic).where(campaign.c.id == campaign_id).scalar_subquery()
    code = func.coalesce(outbox.c.error_code, 0)
    # Grouped by itself: so the ledger's few last lines are what the others are looked up for.
    gone = (
        select(
            func.max(consent.c.contact_id).label("contact_id"), func.max(consent.c.at).label("at")
        )
        .where(
            consent.c.id > first_consent,
            or_(
                consent.c.change == "opt_out",
                and_(consent.c.change == "left", consent.c.topic == topic),
            ),
        )
        # Not by the column itself, whose index would be read from end to end.
        .group_by(consent.c.contact_id + 0)
        .subquery()
    )
    rows = tx.execute(
        select(outbox.c.state, code, func.count())
        .select_from(
            gone.join(
                recipient,
                and_(
                    recipient.c.campaign_id == campaign_id,
                    recipient.c.contact_id == gone.c.contact_id,
                ),
            ).join(outbox, outbox.c.id == recipient.c.outbox_id)
        )
        .where(
            recipient.c.state == "queued",
            outbox.c.due_at <= gone.c.at,
            outbox.c.state != State.SUPPRESSED.value,
        )
        .group_by(outbox.c.state, code)
    )
    return {(state, int(number)): int(people) for state, number, people in rows}


def _recipient(row: Row[Any], sealer: Sealer) -> Recipient:
    return Recipient(
        contact_id=row.contact_id,
        number=masked_number(sealer, row.number_sealed),
        lang=Lang(row.lang),
        arm=row.arm,
        place=row.place,
        state=row.state,
        reason=row.reason,
        outbox_id=row.outbox_id,
        outbox_state=State(row.outbox_state) if row.outbox_state else None,
        error_code=row.error_code,
        segments=row.segments,
        due_at=row.due_at,
        changed_at=row.updated_at,
    )
