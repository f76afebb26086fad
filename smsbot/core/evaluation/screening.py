"""What a crisis screen is measured by: whom it finds, whom it alarms in vain, its speed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from smsbot.core.evaluation.rates import Rate, percentile
from smsbot.core.inbound.decision import Tier

NOT_FOUND = "nothing"
"""What stands in the confusion table for a text that the screen let pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One labelled text, screened: what was found, and how long it took in nanoseconds."""

    is_crisis: bool
    tier: str | None
    lang: str | None
    found: Tier | None
    nanoseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long one text took, in microseconds; None when no text was screened."""

    p50: float | None
    p99: float | None
    longest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Harmless texts that set the screen off: any of it, and by what it costs the texter."""

    any: Rate
    urgent: Rate
    """Answered as a crisis: a question in the text may go unanswered."""
    line: Rate
    """Answered as usual, behind one line with 988."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenFigures:
    """A screen on a set of labelled texts. Names of tiers and languages are the labels' own."""

    texts: int
    recall: Rate
    """Crisis texts that got 988 at all."""
    urgent_recall: Rate
    """Crisis texts that were answered as a crisis, not only with a line."""
    recall_by_tier: dict[str, Rate]
    recall_by_lang: dict[str, Rate]
    alarms: Alarms
    alarms_by_lang: dict[str, Rate]
    found_as: dict[str, dict[str, int]]
    """For each labelled tier: how many were found as which tier, the commonest first."""
    latency: Latency


def screen_figures(outcomes: Iterable[Screened]) -> ScreenFigures:
    """Count the outcomes once; they are not kept."""
    crisis, by_tier, by_lang = _Tally(), _Tallies(), _Tallies()
    harmless, quiet_by_lang = _Tally(), _Tallies()
    found_as: dict[str, Counter[str]] = {}
    times: list[int] = []
    for one in outcomes:
        times.append(one.nanoseconds)
        if not one.is_crisis:
            harmless.add(one.found)
            quiet_by_lang.add(one.lang, one.found)
            continue
        crisis.add(one.found)
        by_tier.add(one.tier, one.found)
        by_lang.add(one.lang, one.found)
        if one.tier is not None:
            said = found_as.setdefault(one.tier, Counter())
            said[one.found.value if one.found else NOT_FOUND] += 1
    return ScreenFigures(
        texts=len(times),
        recall=crisis.any,
        urgent_recall=crisis.urgent,
        recall_by_tier=by_tier.rates,
        recall_by_lang=by_lang.rates,
        alarms=Alarms(any=harmless.any, urgent=harmless.urgent, line=harmless.line),
        alarms_by_lang=quiet_by_lang.rates,
        found_as={tier: dict(said.most_common()) for tier, said in sorted(found_as.items())},
        latency=_latency(times),
    )


class _Tally:
    """Counts texts, and those that were found, by how urgent."""

    def __init__(self) -> None:
        self._n = self._urgent = self._line = 0

    def add(self, found: Tier | None) -> None:
        self._n += 1
        self._urgent += found is not None and found.is_urgent
        self._line += found is not None and not found.is_urgent

    @property
    def any(self) -> Rate:
        return Rate(hits=self._urgent + self._line, n=self._n)

    @property
    def urgent(self) -> Rate:
        return Rate(hits=self._urgent, n=self._n)

    @property
    def line(self) -> Rate:
        return Rate(hits=self._line, n=self._n)


class _Tallies:
    """A tally for each name; texts without one are left out."""

    def __init__(self) -> None:
        self._tallies: dict[str, _Tally] = {}

    def add(self, name: str | None, found: Tier | None) -> None:
        if name is not None:
            self._tallies.setdefault(name, _Tally()).add(found)

    @property
    def rates(self) -> dict[str, Rate]:
        return {name: tally.any for name, tally in sorted(self._tallies.items())}


def _latency(nanoseconds: list[int]) -> Latency:
    ordered = sorted(nanoseconds)
    p50, p99, longest = (
        None if found is None else found / 1000
        for found in (percentile(ordered, share) for share in (0.5, 0.99, 1.0))
    )
    return Latency(p50=p50, p99=p99, longest=longest)
