"""Forget what people wrote, and what they were sent, once it is old enough.

Only the bodies go: that a text came, what answered it and what became of it stay, for the figures
and for whoever asks. What the provider keeps itself is another matter (docs/operations.md).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smsbot.db import retention, uploads
from smsbot.db.retention import Step
from smsbot.db.store import Store

CHUNK = 500
"""Rows in one transaction."""

MOST_CHUNKS = 2_000
"""Chunks of one table in one run; the next run goes on."""


@dataclass(slots=True)
class Retention:
    """Forgets bodies older than `keep`. One a process: it remembers where it was in each table."""

    keep: timedelta
    _reached: dict[str, int] = field(default_factory=dict)

    def run(self, store: Store, now: datetime) -> dict[str, int]:
        """Forget what has become old; how many bodies of each table.

        Raises:
            StoreUnavailable: the database can't be reached; what was forgotten stays so.
        """
        before = now - self.keep
        with store.begin() as tx:
            # Uploaded lists of numbers that nobody took in time.
            uploads.forget_rows(tx, now)
        return {
            "inbound": self._walk(store, "inbound", retention.forget_inbound, before),
            "outbox": self._walk(store, "outbox", retention.forget_outbox, before),
        }

    def _walk(self, store: Store, name: str, step: Step, before: datetime) -> int:
        forgotten = 0
        for _ in range(MOST_CHUNKS):
            with store.begin() as tx:
                some, reached = step(tx, before, self._reached.get(name, 0), CHUNK)
            forgotten += some
            if reached is None:
                break
            self._reached[name] = reached
        return forgotten
