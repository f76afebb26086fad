"""The figures of `smsbot eval` as lines to read, and as JSON."""

from collections.abc import Iterator, Mapping

from smsbot.core.evaluation.asking import AskingRates
from smsbot.core.evaluation.rates import Rate
from smsbot.services.evaluate import CrisisReport, QuestionReport

_TEN_THOUSAND = 10_000


def crisis_table(report: CrisisReport) -> Iterator[str]:
    """The screen's figures, a line each."""
    figures = report.figures
    crisis, harmless = figures.recall.n, figures.alarms.any.n
    yield f"texts {figures.texts:,}: {crisis:,} crisis, {harmless:,} harmless"
    yield _percent("recall", figures.recall)
    yield _percent("  answered as a crisis", figures.urgent_recall)
    yield from _each("recall by tier", figures.recall_by_tier)
    yield from _each("recall by language", figures.recall_by_lang)
    yield _per_ten_thousand("false alarms in 10,000", figures.alarms.any)
    yield _per_ten_thousand("  urgent: as a crisis", figures.alarms.urgent)
    yield _per_ten_thousand("  line: 988, then answer", figures.alarms.line)
    for lang, rate in figures.alarms_by_lang.items():
        yield _per_ten_thousand(f"  {lang}", rate)
    yield from _found_as(figures.found_as)
    latency = figures.latency
    if latency.p50 is not None:
        yield (
            f"latency p50 {latency.p50:,.0f} us, p99 {latency.p99:,.0f} us, "
            f"longest {latency.longest:,.0f} us"
        )
    if report.raised:
        yield f"the screen raised an exception on {report.raised:,} texts (counted as found)"


def question_table(report: QuestionReport) -> Iterator[str]:
    """Routing's figures, a line each."""
    figures = report.figures
    yield f"questions {figures.questions:,}"
    yield from _asking(figures.overall)
    for lang, rates in figures.by_lang.items():
        yield f"{lang}:"
        yield from _asking(rates)
    if figures.confusions:
        yield "commonest confusions: expected -> led, times"
    for one in figures.confusions:
        yield f"  {one.expected:<14} -> {one.led:<14} {one.times:>5,}"


def with_shares(report: object) -> object:
    """A report as JSON has it: each rate with its share and interval, each fault as it is read."""
    if isinstance(report, Mapping):
        if report.keys() == {"hits", "n"}:
            rate = Rate(hits=report["hits"], n=report["n"])
            return {**report, "share": rate.share, "interval": list(rate.interval)}
        return {key: with_shares(value) for key, value in report.items()}
    if isinstance(report, list | tuple):
        return [with_shares(one) for one in report]
    return report


def _asking(rates: AskingRates) -> Iterator[str]:
    yield _percent("  right answer leads", rates.lead)
    yield _percent("  right answer offered", rates.offered)
    yield _percent("  wrong answer sent", rates.wrong)
    yield _percent("  said it doesn't know", rates.unknown)
    if rates.language.n:
        yield _percent("  in its language", rates.language)


def _each(title: str, rates: dict[str, Rate]) -> Iterator[str]:
    if rates:
        yield f"{title}:"
    for name, rate in rates.items():
        yield _percent(f"  {name}", rate)


def _found_as(found_as: dict[str, dict[str, int]]) -> Iterator[str]:
    if found_as:
        yield "labelled tier -> found as, times:"
    for tier, said in found_as.items():
        yield f"  {tier} -> " + ", ".join(f"{name} {times:,}" for name, times in said.items())


def _percent(name: str, rate: Rate) -> str:
    if rate.share is None:
        return f"{name:<26} none to count"
    low, high = rate.interval
    return (
        f"{name:<26} {rate.share:>7.1%}  ({rate.hits:,} of {rate.n:,}; "
        f"95 % interval {low:.1%} to {high:.1%})"
    )


def _per_ten_thousand(name: str, rate: Rate) -> str:
    if rate.share is None:
        return f"{name:<26} none to count"
    low, high = (end * _TEN_THOUSAND for end in rate.interval)
    return (
        f"{name:<26} {rate.share * _TEN_THOUSAND:>7.1f}  ({rate.hits:,} of {rate.n:,}; "
        f"95 % interval {low:.1f} to {high:.1f})"
    )
