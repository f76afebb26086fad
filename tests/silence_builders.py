"""Rows that have been handed to the provider, and what it says of them, made in one line."""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from smsbot.core.messages import E164, MessageSid
from smsbot.core.outbound.listing import BY_API, Listed, Listing, Unreadable
from smsbot.core.outbound.receipts import Receipt
from smsbot.db.store import Store
from smsbot.db.tables_outbox import attempt, outbox, outbox_event, receipt
from tests.builders import NOW, OUR_NUMBER, a_sid
from tests.outbox_builders import PERSON, later, queue

SID, OTHER_SID = a_sid(700), a_sid(701)
_UNANSWERED = {"unknown", "worker_died"}


def attempted(
    store: Store,
    state: str = "sending",
    *,
    sid: MessageSid | None = None,
    outcomes: tuple[str | None, ...] = (None,),
    at: datetime = NOW,
    looks: int = 0,
    sequence: str = "reply:SM1",
    **row: object,
) -> int:
    """A text of one attempt or more in `state`: its id. An outcome of None is an open attempt."""
    parts = int(str(row.pop("parts", 1)))
    queue(store, sequence, parts=parts, **row)
    with store.begin() as tx:
        mine = outbox.c.sequence_key == sequence
        row_id = tx.execute(select(func.min(outbox.c.id)).where(mine)).scalar_one()
        look = at + timedelta(seconds=15) if state == "unknown" else at + timedelta(minutes=5)
        tx.execute(
            update(outbox)
            .where(outbox.c.id == row_id)
            .values(
                state=state,
                sid=sid,
                looks=looks,
                next_look_at=look if state in {"unknown", "accepted", "sent"} else None,
                lease_until=at + timedelta(seconds=60) if state == "sending" else None,
                lease_token="of-a-worker" if state == "sending" else None,
            )
        )
        for number, outcome in enumerate(outcomes, 1):
            began = at - timedelta(minutes=10) * (len(outcomes) - number)
            tx.execute(
                insert(attempt).values(
                    outbox_id=row_id,
                    n=number,
                    started_at=began,
                    ended_at=None if outcome is None else began + timedelta(seconds=1),
                    outcome=outcome,
                    sid=sid if outcome == "accepted" else None,
                )
            )
    return int(row_id)


def a_receipt(status: str, **more: object) -> Receipt:
    return Receipt(
        **{  # type: ignore[arg-type]
            "sid": SID,
            "status": status,
            "error_code": None,
            "raw_dlr_done": None,
            "outbox_id": None,
            "attempt": None,
            "received_at": NOW,
            **more,
        }
    )


def a_listed(body: str = "reply:SM1 1", **more: object) -> Listed:
    return Listed(
        **{  # type: ignore[arg-type]
            "sid": SID,
            "direction": BY_API,
            "sender": OUR_NUMBER,
            "recipient": PERSON,
            "body": body,
            "status": "queued",
            "error_code": None,
            "created_at": later(1),
            **more,
        }
    )


class Provider:
    """The provider's records: a list that can be made unreadable, on a clock of its own."""

    def __init__(self, *texts: Listed) -> None:
        self.texts = list(texts)
        self.fault = ""
        self.time = NOW
        self.asked = 0

    def to(self, person: E164, sender: str | None, since: datetime) -> Listing | Unreadable:
        self.asked += 1
        if self.fault:
            return Unreadable(reason=self.fault)
        mine = tuple(text for text in self.texts if text.recipient == person)
        return Listing(texts=mine, provider_time=self.time)

    def arrived(self, since: datetime) -> Listing | Unreadable:
        if self.fault:
            return Unreadable(reason=self.fault)
        mine = tuple(text for text in self.texts if text.created_at >= since)
        return Listing(texts=mine, provider_time=self.time)


def row(store: Store, row_id: int) -> dict[str, object]:
    with store.begin() as tx:
        found = tx.execute(select(outbox).where(outbox.c.id == row_id)).mappings().one()
        return dict(found)


def events(store: Store, row_id: int) -> list[str]:
    with store.begin() as tx:
        wanted = select(outbox_event.c.what).where(outbox_event.c.outbox_id == row_id)
        return list(tx.scalars(wanted.order_by(outbox_event.c.id)))


def heard_lately(store: Store, at: datetime = NOW) -> None:
    """A receipt of some other text came at that time: the way to us is open."""
    with store.begin() as tx:
        tx.execute(insert(receipt).values(sid=a_sid(), status="sent", received_at=at))
