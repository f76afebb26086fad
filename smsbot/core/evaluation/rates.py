"""Rates as they may be published: with the number they rest on and a 95 % interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054
"""Standard deviations either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`hits` of `n`. Nothing can be said of none: with n = 0 the share is None."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None when there was nothing to count."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson(self.hits, self.n)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a proportion; (0, 1) when n is 0.

    Unlike the textbook interval it stays within 0 and 1 and is honest at 0 of n and n of n.
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927), 209-212.

    Raises:
        ValueError: there are more hits than tries, or fewer than none.
    """
    if not 0 <= hits <= n:
        raise ValueError("hits must be between 0 and n")
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, _Z * _Z
    middle = share + square / (2 * n)
    spread = _Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = ((middle + sign * spread) / (1 + square / n) for sign in (-1, 1))
    # At the ends rounding may leave a trace beside the exact 0 or 1.
    return (low if hits else 0.0), (high if hits < n else 1.0)


def percentile(ordered: Sequence[int], share: float) -> int | None:
    """The smallest value that `share` of the values do not exceed (nearest rank).

    `ordered` stands smallest first; None when it is empty.
    """
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
