"""Attempts to send: the intent is on record before a byte leaves, and what became of it after.

A batch at a time, each in one statement over all its rows. Every move is a conditional update that
names the state it comes from and the lease it was given.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)

from smsbot.core.outbound.outbox import (
    LEASE,
    LOOK_AFTER_ACCEPTED,
    LOOK_AFTER_UNKNOWN,
    MOST_DEATHS,
    PART_PATIENCE,
    Claimed,
    Lane,
    Outcome,
    State,
)
from smsbot.db import batches, outbox_events
from smsbot.db.batches import WORKER_DIED
from smsbot.db.claim_query import held, opted_out, unwanted
from smsbot.db.outbox import put_aside
from smsbot.db.outbox_events import NewEvent
from smsbot.db.tables import UtcDateTime
from smsbot.db.tables_outbox import attempt, outbox, outbox_event
from smsbot.failpoints import reach

_MOST_RELEASED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A text whose attempt is over, and how it ended."""

    claimed: Claimed
    outcome: Outcome


def begin_many(tx: Connection, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """Record the intent to send each of these, before a byte leaves; their leases begin anew.

    Returns those that may be sent. Of the others the lease is no longer ours, or since they were
    claimed they have expired or their contact has opted out.

    Raises:
        IntegrityError: one of them can't have an attempt; the others are to be begun without it.
    """
    late = [one.id for one in claimed if one.expires_at <= now]
    _aside(tx, claimed, late, State.EXPIRED, now)
    campaigns = any(one.lane is Lane.CAMPAIGN for one in claimed)
    ids = json.dumps([one.id for one in claimed if one.lane is not Lane.CRISIS])
    silenced = tx.scalars(
        _silenced(batches.among(tx), campaigns=campaigns), {"rows": ids, "now": now}
    ).all()
    _aside(tx, claimed, silenced, State.SUPPRESSED, now)
    gone = {*late, *silenced, *_give_up_held(tx, claimed, now)}
    rows = [[one.id, one.attempt, one.token] for one in claimed if one.id not in gone]
    if not rows:
        return []
    values = {"rows": json.dumps(rows), "now": now, "until": now + LEASE}
    begun = {tuple(row) for row in tx.execute(batches.begin(tx), values)}
    if begun:
        values["rows"] = json.dumps([row for row in rows if (row[0], row[2]) in begun])
        tx.execute(batches.intend(tx), values)
    if len(begun) < len(rows):
        begun |= _begun_before(tx, claimed)
    return [one for one in claimed if (one.id, one.token) in begun]


def _begun_before(tx: Connection, claimed: Sequence[Claimed]) -> set[tuple[int, str]]:
    """Which of these an earlier, equal call has begun whose commit nobody heard of."""
    mine = {(one.id, one.token, one.attempt) for one in claimed}
    found = tx.execute(
        select(outbox.c.id, outbox.c.lease_token, attempt.c.n)
        .join(attempt, attempt.c.outbox_id == outbox.c.id)
        .where(
            outbox.c.id.in_([one.id for one in claimed]),
            text("outbox.state = 'sending'"),
            attempt.c.ended_at.is_(None),
        )
    )
    return {(row.id, row.lease_token) for row in found if tuple(row) in mine}


def finish_many(tx: Connection, finished: Sequence[Finished], now: datetime) -> int:
    """Record what became of attempts; returns how many rows moved.

    The others a receipt has moved on already. A worker slower than its lease finds its row UNKNOWN:
    what it knows is better than that, unless another attempt has begun since.

    Raises:
        IntegrityError: one of them breaks a rule, such as a SID that another text has.
    """
    rows = [
        [
            one.claimed.id,
            one.claimed.attempt,
            one.claimed.token,
            one.outcome.state.value,
            one.outcome.label,
            one.outcome.sid,
            one.outcome.error_code,
            one.outcome.http_status,
        ]
        for one in finished
    ]
    values = {
        "rows": json.dumps(rows),
        "now": now,
        "next_part": now + PART_PATIENCE,
        "look_accepted": now + LOOK_AFTER_ACCEPTED,
        "look_unknown": now + LOOK_AFTER_UNKNOWN,
    }
    moved = tx.execute(batches.move(tx), values).rowcount
    reach("finish.mid_batch")
    tx.execute(batches.end(tx), values)
    again = [
        {"row_id": one.claimed.id, "moment": now, "retry_at": one.outcome.retry_at}
        for one in finished
        if one.outcome.retry_at is not None
    ]
    if again:
        tx.execute(_RETRY, again)
    return moved


def release_expired(tx: Connection, now: datetime) -> tuple[int, int]:
    """Rows whose worker died: claimed ones go back, sending ones become UNKNOWN. Counts both.

    A text that `MOST_DEATHS` workers died with before they began it goes to a person instead.
    """
    stale = tx.execute(
        select(outbox.c.id, outbox.c.state)
        .where(text("outbox.state IN ('claimed', 'sending')"), outbox.c.lease_until < now)
        .limit(_MOST_RELEASED)
        .with_for_update(skip_locked=True)
    ).all()
    back = [row.id for row in stale if row.state == State.CLAIMED]
    open_ = [row.id for row in stale if row.state == State.SENDING]
    _give_back(tx, back, now)
    tx.execute(
        update(attempt)
        .where(attempt.c.ended_at.is_(None), attempt.c.outbox_id.in_(open_))
        .values(ended_at=now, outcome=WORKER_DIED)
    )
    _move(tx, open_, (State.SENDING, State.UNKNOWN), now)
    return len(back), len(open_)


def _give_back(tx: Connection, ids: Sequence[int], now: datetime) -> None:
    if not ids:
        return
    deaths = tx.execute(
        select(outbox_event.c.outbox_id, func.count())
        .where(outbox_event.c.outbox_id.in_(ids), outbox_event.c.what == WORKER_DIED)
        .group_by(outbox_event.c.outbox_id)
        .having(func.count() >= MOST_DEATHS - 1)
    )
    deadly = {row[0] for row in deaths}
    why = f"{MOST_DEATHS} workers ended while they had it"
    put_aside(tx, sorted(deadly), (State.CLAIMED, State.HUMAN), why, now)
    _move(tx, [one for one in ids if one not in deadly], (State.CLAIMED, State.QUEUED), now)


def _move(tx: Connection, ids: Sequence[int], move: tuple[State, State], now: datetime) -> None:
    if not ids:
        return
    source, target = move
    look = now + LOOK_AFTER_UNKNOWN if target is State.UNKNOWN else None
    tx.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids), outbox.c.state == source.value)
        .values(
            state=target.value,
            lease_token=None,
            lease_until=None,
            next_look_at=look,
            looks=0,
            version=outbox.c.version + 1,
            updated_at=now,
        )
    )
    outbox_events.add_all(
        tx,
        [
            NewEvent(outbox_id=one, at=now, who="sweeper", what=WORKER_DIED, moved=move)
            for one in ids
        ],
    )


def _give_up_held(tx: Connection, claimed: Sequence[Claimed], now: datetime) -> list[int]:
    """Give texts back whose campaign was paused or cancelled since they were claimed; which."""
    ids = [one.id for one in claimed if one.lane is Lane.CAMPAIGN]
    found = list(tx.scalars(select(outbox.c.id).where(outbox.c.id.in_(ids), held()))) if ids else []
    tokens = {one.token for one in claimed if one.id in found}
    if found:
        tx.execute(
            update(outbox)
            .where(
                outbox.c.id.in_(found),
                outbox.c.state == State.CLAIMED.value,
                outbox.c.lease_token.in_(tokens),
            )
            .values(
                state=State.QUEUED.value,
                lease_token=None,
                lease_until=None,
                version=outbox.c.version + 1,
                updated_at=now,
            )
        )
    return found


def _aside(
    tx: Connection, claimed: Sequence[Claimed], ids: Sequence[int], target: State, now: datetime
) -> None:
    """Take claimed texts off the path that may not leave any more, as far as they are ours."""
    if not ids:
        return
    ours = tx.scalars(
        select(outbox.c.id)
        .where(outbox.c.id.in_(ids), outbox.c.lease_token.in_({one.token for one in claimed}))
        .with_for_update()
    ).all()
    why = "its time was over" if target is State.EXPIRED else "the contact wants it no more"
    put_aside(tx, ours, (State.CLAIMED, target), why, now)


@cache
def _silenced(ids: Select[int], *, campaigns: bool) -> Select[int]:
    """Which of these may not leave any more: built once, which costs more than carrying it out."""
    aside: ColumnElement[bool] = opted_out()
    if campaigns:
        # Only then: it doubles what the statement costs, and replies come by the thousand.
        aside = or_(aside, unwanted(bindparam("now", type_=UtcDateTime)))
    return select(outbox.c.id).where(outbox.c.id.in_(ids), aside)


_RETRY = (
    update(outbox)
    .where(
        # Moved by us a moment ago, in this transaction, and by nobody else.
        outbox.c.id == bindparam("row_id"),
        outbox.c.state == State.QUEUED.value,
        outbox.c.updated_at == bindparam("moment", type_=UtcDateTime),
    )
    .values(due_at=bindparam("retry_at", type_=UtcDateTime))
)
