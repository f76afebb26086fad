"""What came of a campaign: counted along its own index, and read person by person in pages."""

from typing import Any

from sqlalchemy import Connection, Row, func, select

from smsbot.core.campaigns.outcomes import End, Recipient
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import State
from smsbot.db.campaign_counts import opt_outs
from smsbot.db.message_list import masked_number
from smsbot.db.tables import contact
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
    left = opt_outs(tx, campaign_id, first_consent)
    return tuple(
        End(
            state=State(row.state),
            error_code=int(row.code),
            texts=int(row.texts),
            segments=int(row.segments or 0),
            opt_outs=left.get((State(row.state), int(row.code)), 0),
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
