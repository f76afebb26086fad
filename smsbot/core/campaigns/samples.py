"""Comparing two messages: how many people, when to look, and what the numbers say. Exact, no luck.

The size and the moment of looking are settled before the first text leaves, and nothing is shown
before: whoever looks at every hour's result finds a difference sooner or later where there is none.
Sources: Fisher's exact test, two-sided by the sum of the less likely tables (R's fisher.test);
Armitage, McPherson and Rowe, "Repeated Significance Tests on Accumulating Data", JRSS A 1969.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import comb, sqrt

from smsbot.core.campaigns.campaign import Arm, Sample

SIGNIFICANT = 0.05
_Z_TWO_SIDED, _Z_POWER = 1.959964, 0.841621
"""For 5 per cent two-sided and a power of 80 per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of one message: of those who got it, so many texted back within the hours."""

    got: int
    replied: int

    @property
    def rate(self) -> float:
        """The share that texted back."""
        return self.replied / self.got if self.got else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What may be said once the comparison is over."""

    a: Tally
    b: Tally
    chance: float
    """How often a difference like this, or a larger one, comes by chance alone."""
    better: Arm | None
    """None: no difference that chance would not explain."""


def people_needed(rate: float, better: float) -> int:
    """People for each message so that a rise from `rate` to `better` is found 4 times of 5.

    Raises:
        ValueError: the rates are not between 0 and 1, or the same.
    """
    if not (0 < rate < 1 and 0 < better < 1) or rate == better:
        raise ValueError("Give two different shares between 0 and 1.")
    mean = (rate + better) / 2
    root = _Z_TWO_SIDED * sqrt(2 * mean * (1 - mean)) + _Z_POWER * sqrt(
        rate * (1 - rate) + better * (1 - better)
    )
    return int((root / (rate - better)) ** 2) + 1


def chance(a: Tally, b: Tally) -> float:
    """The two-sided p-value of Fisher's exact test, reckoned in whole numbers."""
    yes = a.replied + b.replied
    low, high = max(0, yes - b.got), min(yes, a.got)
    ways = {n: comb(a.got, n) * comb(b.got, yes - n) for n in range(low, high + 1)}
    whole, ours = sum(ways.values()), ways[a.replied]
    return float(Fraction(sum(way for way in ways.values() if way <= ours), whole))


def look_at(sample: Sample, last_left_at: datetime) -> datetime:
    """When the result may be seen, and not a moment before."""
    return last_left_at + timedelta(hours=sample.hours)


def result(a: Tally, b: Tally) -> Result:
    """Compare the two. To be called once, when the comparison is over."""
    p = chance(a, b)
    better = None
    if p < SIGNIFICANT:
        better = Arm.A if a.rate > b.rate else Arm.B
    return Result(a=a, b=b, chance=p, better=better)
