"""The words of campaigns: versions that are added, approved by somebody else, and never changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from smsbot.core.campaigns.message import Message, MessageState
from smsbot.core.messages import Lang
from smsbot.db.tables_campaigns import campaign_message


def add(tx: Connection, name: str, lang: Lang, body: str, author: str, now: datetime) -> int:
    """Add the next version as a draft; its id."""
    last = tx.scalar(
        select(func.max(campaign_message.c.n)).where(
            campaign_message.c.name == name, campaign_message.c.lang == lang.value
        )
    )
    made = tx.execute(
        insert(campaign_message)
        .values(
            name=name,
            lang=lang.value,
            n=(last or 0) + 1,
            body=body,
            author=author,
            created_at=now,
        )
        .returning(campaign_message.c.id)
    )
    return int(made.scalar_one())


def approve(tx: Connection, message_id: int, who: str, now: datetime) -> bool:
    """Approve a draft; whether it was one.

    Raises:
        IntegrityError: the schema refuses, say because `who` wrote it.
    """
    return _move(
        tx, message_id, (MessageState.DRAFT,), MessageState.APPROVED, approved_by=who,
        approved_at=now,
    )  # fmt: skip


def retire(tx: Connection, message_id: int) -> bool:
    """Take a version out of use; whether it was in use."""
    return _move(tx, message_id, (MessageState.DRAFT, MessageState.APPROVED), MessageState.RETIRED)


def listed(tx: Connection, states: Iterable[MessageState], limit: int) -> tuple[Message, ...]:
    """Versions in these states, the newest first."""
    rows = tx.execute(
        select(campaign_message)
        .where(campaign_message.c.state.in_([one.value for one in states]))
        .order_by(campaign_message.c.id.desc())
        .limit(limit)
    )
    return tuple(map(_message, rows))


def find(tx: Connection, ids: Iterable[int]) -> dict[int, Message]:
    """These versions by their id."""
    rows = tx.execute(select(campaign_message).where(campaign_message.c.id.in_(list(ids))))
    return {row.id: _message(row) for row in rows}


def _move(
    tx: Connection,
    message_id: int,
    before: tuple[MessageState, ...],
    after: MessageState,
    **values: object,
) -> bool:
    done = tx.execute(
        update(campaign_message)
        .where(
            campaign_message.c.id == message_id,
            campaign_message.c.state.in_([one.value for one in before]),
        )
        .values(state=after.value, **values)
    )
    return done.rowcount == 1


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        name=row.name,
        lang=Lang(row.lang),
        n=row.n,
        body=row.body,
        state=MessageState(row.state),
        author=row.author,
        approved_by=row.approved_by,
        created_at=row.created_at,
    )
