"""Watches a running campaign: when it pauses by itself, and when the first few have gone well.

A pause costs an hour; a thousand texts that carriers filter cost the number. So it pauses when in
doubt, says why, and only a person lets it go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smsbot.core.campaigns.campaign import SMALLEST_JUDGED, Limits
from smsbot.core.outbound.outbox import State

FILTERED = 30007
"""The carrier took the text for unwanted.
Source: https://www.twilio.com/docs/api/errors/30007 (read 2026-11-23)."""

ENOUGH_KNOWN = 0.8
"""The share of the first few whose end must be known before the rest follow."""

LATEST = 1_000
"""Rates are those of about so many texts, the latest: trouble at the end counts in full."""

_ENDED_WELL = (State.DELIVERED,)
_ENDED_BADLY = (State.UNDELIVERED, State.FAILED)
_LEFT = (
    State.ACCEPTED, State.SENT, State.DELIVERED, State.UNDELIVERED, State.FAILED, State.UNKNOWN,
    State.HUMAN,
)  # fmt: skip
_IN_HAND = (State.QUEUED, State.CLAIMED, State.SENDING, State.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How a campaign's texts stand, by outbox state and error code, and who took themselves off."""

    by_end: Mapping[tuple[State, int], int] = field(default_factory=dict)
    """(state, error code or 0) -> texts."""
    opt_outs: int = 0
    """People who were texted and said STOP, or left the topic, since the campaign started."""

    def of(self, *states: State) -> int:
        """Texts in any of these states."""
        return sum(n for (state, _), n in self.by_end.items() if state in states)

    @property
    def left(self) -> int:
        """Texts that may have reached somebody."""
        return self.of(*_LEFT)

    @property
    def in_hand(self) -> int:
        """Texts that the pump may send this moment."""
        return self.of(*_IN_HAND)

    @property
    def known(self) -> int:
        """Texts whose end is known."""
        return self.of(*_ENDED_WELL, *_ENDED_BADLY)

    @property
    def bad(self) -> int:
        """Texts that did not arrive."""
        return self.of(*_ENDED_BADLY)

    @property
    def filtered(self) -> int:
        """Texts that a carrier took for unwanted."""
        return sum(n for (_, code), n in self.by_end.items() if code == FILTERED)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way: each text has left or been given up, one way or another."""
        return not self.in_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The counts from which rates are reckoned: since the start, a resume, or the last thousand."""

    known: int = 0
    bad: int = 0
    filtered: int = 0
    left: int = 0
    opt_outs: int = 0

    @classmethod
    def at(cls, counts: Counts) -> "Mark":
        """Reckon from here on."""
        return cls(
            known=counts.known,
            bad=counts.bad,
            filtered=counts.filtered,
            left=counts.left,
            opt_outs=counts.opt_outs,
        )


def next_marks(marks: tuple[Mark, Mark], counts: Counts) -> tuple[Mark, Mark]:
    """The older mark rates are reckoned from and the newer one that will replace it.

    Together they keep the window between one and two times `LATEST`.
    """
    _, new = marks
    return (new, Mark.at(counts)) if counts.left - new.left >= LATEST else marks


def why_pause(
    counts: Counts, since: Mark, limits: Limits, slowest_reply_ms: int | None
) -> str | None:
    """Why the campaign must pause now, in a sentence; None: it may go on.

    `slowest_reply_ms`: how long the slowest of the latest answers to people took; None: none did.
    """
    if slowest_reply_ms is not None and slowest_reply_ms > limits.slowest_reply_ms:
        return (
            f"Answers to people have become slow: {slowest_reply_ms} ms,"
            f" and the limit is {limits.slowest_reply_ms}."
        )
    known, left = counts.known - since.known, counts.left - since.left
    for name, part, whole, most in (
        ("did not arrive", counts.bad - since.bad, known, limits.most_errors),
        ("were filtered (30007)", counts.filtered - since.filtered, known, limits.most_filtered),
        ("led to STOP", counts.opt_outs - since.opt_outs, left, limits.most_opt_outs),
    ):
        if whole >= SMALLEST_JUDGED and part > most * whole:
            return f"{part} of the last {whole} texts {name}: the limit is {most:.1%}."
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """How it stands with the first few: `wait` on, `pause` for this reason, or neither: go on."""

    wait: bool = False
    pause: str | None = None


def judge_canary(
    counts: Counts, size: int, since_last: timedelta, patience: timedelta, limits: Limits
) -> Canary:
    """Whether the first `size` texts, the last of which left `since_last` ago, went well.

    With few texts one bad end is many per cent: one is let pass, two are judged by the limit.
    """
    if counts.in_hand:
        return Canary(wait=True)
    left, known = counts.left, counts.known
    for name, part, most in (
        ("did not arrive", counts.bad, limits.most_errors),
        ("were filtered (30007)", counts.filtered, limits.most_filtered),
        ("led to STOP", counts.opt_outs, limits.most_opt_outs),
    ):
        if part > 1 and part > most * left:
            return Canary(pause=f"{part} of the first {left} texts {name}: look at them first.")
    if known >= ENOUGH_KNOWN * left and (left or not size):
        return Canary()
    if since_last < patience:
        return Canary(wait=True)
    if not left:
        return Canary(pause="None of the first texts has left: see the outbox.")
    minutes = int(patience.total_seconds() // 60)
    return Canary(
        pause=f"After {minutes} minutes the end of {left - known} of the first {left} texts"
        " is not known."
    )


def seconds_left(waiting_segments: int, mps: float, opens_at: datetime, now: datetime) -> float:
    """How long the rest takes at least: at this speed, and not before the hours begin."""
    return max((opens_at - now).total_seconds(), 0.0) + waiting_segments / mps
