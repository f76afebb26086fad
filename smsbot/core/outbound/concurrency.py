"""How many texts one process has with the provider at once: more while all is well, half at a 429.

Twilio caps an account's requests at once and does not say at how many; the headers of its answers
say how many there were. A 429 was never processed and is always safe to try again.
Source: https://www.twilio.com/docs/api/errors/20429 (read 2026-11-23).
"""

from dataclasses import dataclass, replace

from smsbot.core.outbound.outbox import Lane

LEAST = 2
MOST = 100
"""What third parties have measured Twilio to take at once."""

_START = 32.0
_COOL_DOWN = 1.0
"""Seconds. The 429s of one burst are one sign, not thirty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concurrency:
    """The limit now. It doubles each round until the first 429, then grows by one a round."""

    limit: float = _START
    is_growing_fast: bool = True
    cut_at: float | None = None
    """Monotonic seconds of the last cut."""

    def accepted(self) -> "Concurrency":
        """One text more has been answered."""
        if self.limit >= MOST:
            return self
        step = 1.0 if self.is_growing_fast else 1.0 / self.limit
        return replace(self, limit=min(self.limit + step, float(MOST)))

    def throttled(self, at: float, in_use: int | None = None) -> "Concurrency":
        """The provider asked us to slow down at `at`, when `in_use` requests were under way."""
        if self.cut_at is not None and at - self.cut_at < _COOL_DOWN:
            return self
        half = min(self.limit, float(in_use or MOST)) / 2
        return Concurrency(limit=max(half, float(LEAST)), is_growing_fast=False, cut_at=at)

    def free(self, lane: Lane, in_flight: int) -> int:
        """How many texts of this lane may start beside `in_flight` others.

        Campaigns leave a quarter of the places free, at least one: a reply never waits for them.
        """
        places = int(self.limit)
        if lane is Lane.CAMPAIGN:
            places -= max(1, places // 4)
        return max(places - in_flight, 0)
