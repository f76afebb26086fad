"""Senders: who pumps each of our numbers, at what speed, and whether its circuit is closed.

One row a number, shared by all workers. A pump holds its sender for some seconds and holds on with
each claim; when it dies, the next one takes over once they have passed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from smsbot.core.outbound.circuit import Circuit, pause
from smsbot.core.outbound.pacing import Pace
from smsbot.db.tables_outbox import sender

HOLD = timedelta(seconds=6)
"""How long a sender belongs to a pump that says nothing more."""

TRIAL = timedelta(seconds=60)
"""How long the one text that is tried may take before another is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sender as the pump that holds it finds it."""

    address: str
    pace: Pace
    circuit: Circuit
    circuit_until: datetime | None
    trips: int
    reason: str
    held_until: datetime | None

    def is_free(self, now: datetime) -> bool:
        """Whether a pump could take it now and send at least one text."""
        held = self.held_until is not None and self.held_until > now
        paused = self.circuit_until is not None and self.circuit_until > now
        return not held and (self.circuit is Circuit.CLOSED or not paused)


def ensure(tx: Connection, address: str, mps: float, now: datetime) -> None:
    """Make the sender's row where it is new, and set its speed."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    new = make(sender).values(address=address, mps=mps, updated_at=now)
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["address"], set_={"mps": mps}, where=sender.c.mps != mps
        )
    )


def hold(tx: Connection, address: str, holder: str, now: datetime) -> Held | None:
    """Hold the sender, or hold on to it; None when another pump does, or it has no row.

    Its row stays locked until the transaction ends, so that slots are handed out by one at a time.
    """
    row = tx.execute(
        update(sender)
        .where(
            sender.c.address == address,
            or_(sender.c.holder.is_(None), sender.c.holder == holder, sender.c.held_until < now),
        )
        .values(holder=holder, held_until=now + HOLD, updated_at=now)
        .returning(sender)
    ).first()
    return None if row is None else _held(row)


def let_go(tx: Connection, address: str, holder: str) -> None:
    """Give the sender back, if it is still ours."""
    tx.execute(
        update(sender)
        .where(sender.c.address == address, sender.c.holder == holder)
        .values(holder=None, held_until=None)
    )


def move_on(tx: Connection, address: str, next_slot_at: datetime | None) -> None:
    """Write down the sender's next free slot."""
    tx.execute(update(sender).where(sender.c.address == address).values(next_slot_at=next_slot_at))


def try_one(tx: Connection, address: str, now: datetime) -> bool:
    """Begin a trial if the circuit's pause, or the trial before, is over; whether it has begun."""
    moved = tx.execute(
        update(sender)
        .where(
            sender.c.address == address,
            sender.c.circuit != Circuit.CLOSED.value,
            sender.c.circuit_until <= now,
        )
        .values(circuit=Circuit.TRYING.value, circuit_until=now + TRIAL, updated_at=now)
    )
    return moved.rowcount == 1


def trip(tx: Connection, address: str, reason: str, now: datetime) -> None:
    """Open the circuit, each time in a row for longer. Open already: it stays as it is."""
    trips = tx.scalar(
        select(sender.c.trips).where(
            sender.c.address == address, sender.c.circuit != Circuit.OPEN.value
        )
    )
    if trips is None:
        return
    tx.execute(
        update(sender)
        .where(sender.c.address == address, sender.c.circuit != Circuit.OPEN.value)
        .values(
            circuit=Circuit.OPEN.value,
            circuit_until=now + pause(trips + 1),
            trips=trips + 1,
            reason=reason[:200],
            updated_at=now,
        )
    )


def close_circuit(tx: Connection, address: str, now: datetime) -> bool:
    """Close the circuit after a trial went well; whether it was tried."""
    moved = tx.execute(
        update(sender)
        .where(sender.c.address == address, sender.c.circuit == Circuit.TRYING.value)
        .values(
            circuit=Circuit.CLOSED.value, circuit_until=None, trips=0, reason="", updated_at=now
        )
    )
    return moved.rowcount == 1


def every(tx: Connection) -> list[Held]:
    """All senders."""
    return [_held(row) for row in tx.execute(select(sender).order_by(sender.c.address))]


def with_queued(tx: Connection) -> list[str]:
    """The addresses that have queued texts, due or not; reads one row for each of them."""
    return list(tx.scalars(_WITH_QUEUED))


# From one address to the next along the index: DISTINCT would read every row of a campaign.
_WITH_QUEUED = text(
    """
    WITH RECURSIVE found(address) AS (
        SELECT min(sender) FROM outbox WHERE state = 'queued'
        UNION ALL
        SELECT (SELECT min(sender) FROM outbox WHERE state = 'queued' AND sender > found.address)
        FROM found WHERE found.address IS NOT NULL
    )
    SELECT address FROM found WHERE address IS NOT NULL"""
)


def _held(row: Row[tuple[object, ...]]) -> Held:
    return Held(
        address=row.address,
        pace=Pace(mps=row.mps, next_slot_at=row.next_slot_at),
        circuit=Circuit(row.circuit),
        circuit_until=row.circuit_until,
        trips=row.trips,
        reason=row.reason,
        held_until=row.held_until,
    )
