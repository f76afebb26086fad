"""Takes texts of a campaign that have not left out of the outbox again."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, select, update

from smsbot.core.outbound.outbox import State
from smsbot.db.tables_campaigns import campaign_recipient as recipient
from smsbot.db.tables_outbox import outbox


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
