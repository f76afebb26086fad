"""Numbers that may be shown: none that stands for so few people that it could be somebody.

A number under LEAST is only ever shown as "fewer than LEAST", nought too. A total over days is the
sum of what is shown for the days, and of the rest only what it is at least, in steps of LEAST and
so low that each hidden day may still be any of several numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LEAST = 5
"""The smallest number that is shown.

US agencies hide counts of health data under numbers from 5 to 11. We took the lower end, because a
count here is of texts with a word from a public poster. Source: our decision, docs/outreach-kit.md.
"""

_MOST_TOLD = 3
"""A total never says more than that the hidden days had three each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A total that may be shown."""

    at_least: int
    is_exact: bool

    def __str__(self) -> str:
        """As it is written: "35", "35 or more", "fewer than 5"."""
        if self.at_least < LEAST:
            return f"fewer than {LEAST}"
        return str(self.at_least) if self.is_exact else f"{self.at_least} or more"


def shown(number: int) -> int | None:
    """The number, or None when it may not be shown."""
    return number if number >= LEAST else None


def total(numbers: Iterable[int]) -> Total:
    """What may be said of the sum of the numbers of days, beside the days themselves."""
    numbers = tuple(numbers)
    hidden = [one for one in numbers if 0 < one < LEAST]
    return summed(
        shown_sum=sum(one for one in numbers if one >= LEAST),
        hidden_sum=sum(hidden),
        hidden_days=len(hidden),
    )


def summed(*, shown_sum: int, hidden_sum: int, hidden_days: int) -> Total:
    """The same from the sum of the days that are shown, and sum and number of the others."""
    told = min(hidden_sum, _MOST_TOLD * hidden_days)
    return Total(at_least=shown_sum + told // LEAST * LEAST, is_exact=hidden_sum == 0)
