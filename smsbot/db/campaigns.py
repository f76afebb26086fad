"""Campaigns in the database: each move is one conditional update and one line of history."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from smsbot.core.campaigns.campaign import (
    Arm,
    Campaign,
    CampaignState,
    Limits,
    Phase,
    Plan,
    Sample,
)
from smsbot.core.messages import Lang
from smsbot.db.tables_campaigns import campaign, campaign_event, campaign_use

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEvent:
    """One line of a campaign's history."""

    at: datetime
    who: str
    what: str
    moved: tuple[str, str] | None = None
    note: str = ""


def add(tx: Connection, plan: Plan, author: str, now: datetime, repeat_of: int | None) -> int:
    """Make a draft; its id."""
    made = tx.execute(
        insert(campaign)
        .values(
            **_columns(plan),
            repeat_of=repeat_of,
            author=author,
            changed_by=author,
            created_at=now,
            changed_at=now,
        )
        .returning(campaign.c.id)
    ).scalar_one()
    _use(tx, int(made), plan)
    return int(made)


def change(tx: Connection, one: Campaign, plan: Plan, who: str, now: datetime) -> bool:
    """Replace a draft's plan, if it is still as `one` was read; whether it was."""
    changed = tx.execute(
        update(campaign)
        .where(
            campaign.c.id == one.id,
            campaign.c.state == CampaignState.DRAFT.value,
            campaign.c.changed_at == one.changed_at,
        )
        .values(**_columns(plan), changed_by=who, changed_at=now, token=None, checked=None)
    )
    if changed.rowcount != 1:
        return False
    tx.execute(delete(campaign_use).where(campaign_use.c.campaign_id == one.id))
    _use(tx, one.id, plan)
    return True


def move(
    tx: Connection,
    campaign_id: int,
    moved: tuple[CampaignState, CampaignState],
    event: CampaignEvent,
    values: Mapping[str, object],
) -> bool:
    """Move a campaign that is still in the first state; whether it was. Notes it in the history."""
    before, after = moved
    done = tx.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id, campaign.c.state == before.value)
        .values(state=after.value, changed_at=event.at, **values)
    )
    if done.rowcount != 1:
        return False
    note(tx, campaign_id, event, (before.value, after.value))
    return True


def put(tx: Connection, campaign_id: int, values: Mapping[str, object]) -> None:
    """Write columns of a campaign that are not part of its plan."""
    tx.execute(update(campaign).where(campaign.c.id == campaign_id).values(**values))


def note(
    tx: Connection,
    campaign_id: int,
    event: CampaignEvent,
    moved: tuple[str, str] | None = None,
) -> None:
    """Add a line of history."""
    tx.execute(
        insert(campaign_event).values(
            campaign_id=campaign_id,
            at=event.at,
            who=event.who[:80],
            what=event.what[:30],
            from_state=moved[0] if moved else None,
            to_state=moved[1] if moved else None,
            note=event.note,
        )
    )


def find(tx: Connection, campaign_id: int, *, lock: bool = False) -> Campaign | None:
    """One campaign; locked until the transaction ends where that is asked for."""
    wanted = select(campaign).where(campaign.c.id == campaign_id)
    row = tx.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else _campaign(row, _used(tx, [campaign_id]).get(campaign_id, {}))


def listed(
    tx: Connection,
    states: Sequence[CampaignState] | None,
    limit: int,
    before: int | None = None,
) -> tuple[Campaign, ...]:
    """The newest first, of these states (None: all)."""
    wanted = select(campaign).order_by(campaign.c.id.desc()).limit(limit)
    if states is not None:
        wanted = wanted.where(campaign.c.state.in_([one.value for one in states]))
    if before is not None:
        wanted = wanted.where(campaign.c.id < before)
    rows = tx.execute(wanted).all()
    uses = _used(tx, [row.id for row in rows])
    return tuple(_campaign(row, uses.get(row.id, {})) for row in rows)


def held(tx: Connection, campaign_id: int, column: str) -> dict[str, Any]:
    """One of the JSON columns: `checked`, `progress` or `watched`; {} when it is empty."""
    value = tx.scalar(select(campaign.c[column]).where(campaign.c.id == campaign_id))
    return json.loads(value) if value else {}


def history(tx: Connection, campaign_id: int) -> tuple[CampaignEvent, ...]:
    """The lines about one campaign, oldest first."""
    rows = tx.execute(
        select(campaign_event)
        .where(campaign_event.c.campaign_id == campaign_id)
        .order_by(campaign_event.c.id)
    )
    return tuple(
        CampaignEvent(
            at=row.at,
            who=row.who,
            what=row.what,
            moved=None if row.to_state is None else (row.from_state, row.to_state),
            note=row.note,
        )
        for row in rows
    )


def repeated(tx: Connection, campaign_id: int) -> int | None:
    """The campaign that was drafted as the next one after this, if there is one."""
    found = tx.scalar(select(campaign.c.id).where(campaign.c.repeat_of == campaign_id))
    return None if found is None else int(found)


def written(value: object) -> str:
    """A value as the JSON columns hold it."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True)


def reason(text: str) -> str:
    """A reason for a pause as long as is kept."""
    return text[:_LONGEST_REASON]


def _use(tx: Connection, campaign_id: int, plan: Plan) -> None:
    rows = [
        {"campaign_id": campaign_id, "arm": arm.value, "lang": lang.value, "message_id": number}
        for (arm, lang), number in plan.messages.items()
    ]
    if rows:
        tx.execute(insert(campaign_use), rows)


def _used(tx: Connection, ids: Sequence[int]) -> dict[int, dict[tuple[Arm, Lang], int]]:
    uses: dict[int, dict[tuple[Arm, Lang], int]] = {}
    for row in tx.execute(select(campaign_use).where(campaign_use.c.campaign_id.in_(ids))):
        uses.setdefault(row.campaign_id, {})[Arm(row.arm), Lang(row.lang)] = row.message_id
    return uses


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "name": plan.name,
        "topic": plan.topic,
        "audience": plan.audience,
        "sender": plan.sender,
        "sender_confirmed_by": plan.sender_confirmed_by,
        "starts_at": plan.starts_at,
        "expires_at": plan.expires_at,
        "repeat_days": plan.repeat_days,
        "canary_size": plan.canary_size,
        "canary_minutes": plan.canary_minutes,
        "most_errors": plan.limits.most_errors,
        "most_opt_outs": plan.limits.most_opt_outs,
        "most_filtered": plan.limits.most_filtered,
        "slowest_reply_ms": plan.limits.slowest_reply_ms,
        "sample": plan.sample.each,
        "sample_hours": plan.sample.hours,
    }


def _campaign(row: Row[Any], messages: Mapping[tuple[Arm, Lang], int]) -> Campaign:
    plan = Plan(
        name=row.name,
        topic=row.topic,
        audience=row.audience,
        sender=row.sender,
        sender_confirmed_by=row.sender_confirmed_by,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        repeat_days=row.repeat_days,
        canary_size=row.canary_size,
        canary_minutes=row.canary_minutes,
        limits=Limits(
            most_errors=row.most_errors,
            most_opt_outs=row.most_opt_outs,
            most_filtered=row.most_filtered,
            slowest_reply_ms=row.slowest_reply_ms,
        ),
        sample=Sample(each=row.sample, hours=row.sample_hours),
        messages=messages,
    )
    return Campaign(
        id=row.id,
        state=CampaignState(row.state),
        phase=Phase(row.phase),
        plan=plan,
        author=row.author,
        changed_by=row.changed_by,
        created_at=row.created_at,
        changed_at=row.changed_at,
        token=row.token,
        checked_at=row.checked_at,
        approved_by=row.approved_by,
        approved_token=row.approved_token,
        started_at=row.started_at,
        held_because=row.held_because,
        ended_at=row.ended_at,
        repeat_of=row.repeat_of,
    )
