"""What waits to leave, for the readiness page and `smsbot outbox summary`."""

from dataclasses import dataclass
from datetime import datetime

from smsbot.core.outbound.outbox import State
from smsbot.db import outbox
from smsbot.db.store import Store

_FOR_A_PERSON = (State.UNKNOWN, State.HUMAN, State.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The outbox at a glance. `oldest_due_seconds` is None when nothing is due."""

    by_state: dict[str, int]
    oldest_due_seconds: float | None
    wait_for_a_person: int


def summarize(store: Store, now: datetime) -> Summary:
    """Count the outbox by state.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        by_state = outbox.summary(tx)
        oldest = outbox.oldest_due(tx, now)
    return Summary(
        by_state=by_state,
        oldest_due_seconds=None if oldest is None else (now - oldest).total_seconds(),
        wait_for_a_person=sum(by_state.get(state.value, 0) for state in _FOR_A_PERSON),
    )
