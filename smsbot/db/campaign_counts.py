"""How a campaign's texts stand, counted along an index of its own."""

from datetime import timedelta

from sqlalchemy import Connection, and_, func, or_, select

from smsbot.core.campaigns.campaign import Arm
from smsbot.core.campaigns.watch import Counts
from smsbot.core.outbound.outbox import State
from smsbot.db.tables import consent, inbound
from smsbot.db.tables_campaigns import campaign
from smsbot.db.tables_campaigns import campaign_recipient as recipient
from smsbot.db.tables_outbox import outbox

_ARRIVED = (State.ACCEPTED, State.SENT, State.DELIVERED)
_MOST_COMPARED = 20_000


def counts(tx: Connection, campaign_id: int, first_consent: int) -> Counts:
    """How the campaign's texts stand; those taken back or expired are not among them.

    `first_consent`: the ledger's last line when it started; opt-outs after it are counted.
    """
    rows = tx.execute(
        select(outbox.c.state, func.coalesce(outbox.c.error_code, 0), func.count())
        .where(
            outbox.c.campaign_id == campaign_id,
            outbox.c.state.not_in([State.CANCELED.value, State.EXPIRED.value]),
        )
        .group_by(outbox.c.state, outbox.c.error_code)
    ).all()
    by_end: dict[tuple[State, int], int] = {}
    for state, code, number in rows:
        key = (State(state), int(code))
        by_end[key] = by_end.get(key, 0) + int(number)
    left = opt_outs(tx, campaign_id, first_consent)
    return Counts(by_end=by_end, opt_outs=sum(left.values()))


def last_consent(tx: Connection) -> int:
    """The id of the ledger's last line."""
    return int(tx.scalar(select(func.max(consent.c.id))) or 0)


def opt_outs(tx: Connection, campaign_id: int, first_consent: int) -> dict[tuple[State, int], int]:
    """People who took themselves off after their text, by its state and error code (0: none).

    A text that never left because of their STOP did not drive them away, and is not among them.
    """
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
    return {(State(state), int(number)): int(people) for state, number, people in rows}


def replies(tx: Connection, campaign_id: int, within: timedelta) -> dict[Arm, tuple[int, int]]:
    """For each arm how many people got its text, and how many texted back within that time.

    People in care and texts that only said STOP count as no reply: nobody wins by upsetting.
    """
    found = dict.fromkeys(Arm, (0, 0))
    rows = tx.execute(
        select(recipient.c.arm, outbox.c.due_at, recipient.c.contact_id)
        .select_from(recipient.join(outbox, outbox.c.id == recipient.c.outbox_id))
        .where(
            recipient.c.campaign_id == campaign_id,
            recipient.c.state == "queued",
            outbox.c.state.in_([one.value for one in _ARRIVED]),
        )
        .limit(_MOST_COMPARED)
    ).all()
    for row in rows:
        answered = tx.scalar(
            select(inbound.c.id)
            .where(
                inbound.c.contact_id == row.contact_id,
                inbound.c.received_at >= row.due_at,
                inbound.c.received_at <= row.due_at + within,
                inbound.c.step.not_in(("crisis", "compliance")),
            )
            .limit(1)
        )
        got, replied = found[Arm(row.arm)]
        found[Arm(row.arm)] = (got + 1, replied + (answered is not None))
    return found
