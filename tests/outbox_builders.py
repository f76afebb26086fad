"""Outbox rows and what a provider answers, made in one line."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from smsbot.core.contacts import ConsentChange
from smsbot.core.messages import E164
from smsbot.core.outbound.outbox import REPLY_LIFE, Claimed, Lane, NewOutgoing, Outcome, Wanted
from smsbot.db import attempts, contacts, outbox
from smsbot.db.attempts import Finished
from smsbot.db.contacts import ConsentEntry
from smsbot.db.store import Store
from smsbot.db.tables import contact
from smsbot.db.tables_consent import subscription
from smsbot.db.tables_outbox import outbox as rows
from tests.builders import NOW, OUR_NUMBER

PERSON = E164("+12025550101")


def queue(store: Store, sequence: str = "reply:SM1", parts: int = 1, **more: object) -> int:
    """Queue the parts of one reply, due now; the id of the contact."""
    person = E164(str(more.pop("person", PERSON)))
    with store.begin() as tx:
        owner = contacts.lock(tx, store.sealer, [person], NOW)[person].id
        if more.get("lane") is Lane.CAMPAIGN and "consent_id" not in more:
            more["consent_id"] = join(tx, owner)
        texts = [
            NewOutgoing(
                **{  # type: ignore[arg-type]
                    "dedupe_key": f"{sequence}:{part}",
                    "sequence_key": sequence,
                    "part": part,
                    "lane": Lane.REPLY,
                    "contact_id": owner,
                    "sender": OUR_NUMBER,
                    "recipient": person,
                    "body": f"{sequence} {part}",
                    "segments": 1,
                    "due_at": NOW,
                    "expires_at": NOW + REPLY_LIFE,
                    **more,
                }
            )
            for part in range(1, parts + 1)
        ]
        outbox.add(tx, store.sealer, texts, NOW)
    return owner


def join(tx: Connection, contact_id: int, topic: str = "NEWS") -> int:
    """Let them join a topic a day ago as people do, by two texts; the line of the ledger."""
    for change, minutes in ((ConsentChange.ASKED, 2), (ConsentChange.JOINED, 1)):
        entry = ConsentEntry(
            contact_id=contact_id, change=change, how="text:join", inbound_sid=None, topic=topic,
            words="Reply JOIN to confirm.", at=NOW - timedelta(days=1, minutes=minutes),
        )  # fmt: skip
        contacts.record_consent(tx, [entry])
    found = select(subscription.c.consent_id).where(
        subscription.c.contact_id == contact_id, subscription.c.topic == topic
    )
    return int(tx.execute(found).scalar_one())


def claim(store: Store, at: datetime = NOW, limit: int = 20) -> list[Claimed]:
    with store.begin() as tx:
        wanted = Wanted(sender=OUR_NUMBER, rows=limit, campaign_rows=limit, segments=1_000)
        return outbox.claim(tx, store.sealer, wanted, at)


def begin(store: Store, claimed: list[Claimed], at: datetime = NOW) -> list[Claimed]:
    with store.begin() as tx:
        return attempts.begin_many(tx, claimed, at)


def finish(store: Store, claimed: Claimed, outcome: Outcome, at: datetime = NOW) -> bool:
    """Whether the row moved."""
    with store.begin() as tx:
        finished = Finished(claimed=claimed, outcome=outcome)
        return attempts.finish_many(tx, [finished], at) == 1


def opt_out(store: Store, contact_id: int) -> None:
    with store.begin() as tx:
        tx.execute(update(contact).where(contact.c.id == contact_id).values(opted_out=True))


def states(store: Store) -> list[str]:
    """The state of every row, in the order they were queued."""
    with store.begin() as tx:
        return list(tx.scalars(select(rows.c.state).order_by(rows.c.id)))


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
