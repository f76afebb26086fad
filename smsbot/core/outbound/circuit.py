"""A sender's circuit: when nothing should be tried for a while, and how it is tried again.

Every time-out makes a text nobody is sure of, so a provider that does not answer is left alone
rather than asked five hundred times. An account that is refused is left alone at once: each text
would be refused alike.
"""

from collections import deque
from datetime import timedelta
from enum import StrEnum

from smsbot.core.outbound.sending import NotProcessed, Refused, SendResult, Unknown


class Circuit(StrEnum):
    """Whether a sender's texts leave: all of them, none, or one to see how it goes."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


LEAST_FAILURES = 10
"""So many texts in a row of `WINDOW` must have gone wrong, at least half of them all."""

WINDOW = 20
RECENT_SECONDS = 30.0

_FIRST_PAUSE = 15
_LONGEST_PAUSE = 300
"""Seconds."""


def pause(trips: int) -> timedelta:
    """How long the circuit stays open when it opened `trips` times in a row: 15 s, doubling."""
    return timedelta(seconds=min(_FIRST_PAUSE << min(max(trips - 1, 0), 10), _LONGEST_PAUSE))


def failure(result: SendResult) -> str | None:
    """Why this answer speaks against the provider or our account; None when it does not.

    A refused text or a request to slow down is an answer: somebody is there.
    """
    match result:
        case Refused() if result.stops_sender:
            return f"account: {result.reason}"
        case Unknown():
            return f"unclear: {result.reason}"
        case NotProcessed(throttled=False):
            return f"unreachable: {result.reason}"
        case _:
            return None


class Breaker:
    """Counts one process's recent answers of one sender and says when to open its circuit."""

    def __init__(self) -> None:
        """Begin with no answers."""
        self._recent: deque[tuple[float, bool]] = deque(maxlen=WINDOW)

    def hear(self, result: SendResult, at: float, *, trying: bool = False) -> str | None:
        """Count one answer of the time `at` (monotonic seconds); the reason to open, or None.

        While `trying`, and when the account is refused, one failure is enough.
        """
        reason = failure(result)
        self._recent.append((at, reason is not None))
        if reason is None:
            return None
        if trying or isinstance(result, Refused):
            return reason
        failed = [wrong for when, wrong in self._recent if when > at - RECENT_SECONDS]
        wrong = sum(failed)
        return reason if wrong >= LEAST_FAILURES and wrong * 2 >= len(failed) else None

    def forget(self) -> None:
        """Begin anew, after the circuit has opened or closed."""
        self._recent.clear()
