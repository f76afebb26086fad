"""What the counts of some days say, put together as staff read it: series by day, totals."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from smsbot.core.inbound.decision import Step
from smsbot.core.reports.counts import Count, Subject, days, percentile

MOST_TOPICS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value a day; None where there is nothing to say."""

    name: str
    values: tuple[float | None, ...]

    @property
    def total(self) -> float:
        """All of them together."""
        return sum(value for value in self.values if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """How often one topic was the answer."""

    keyword: str
    en: int
    es: int

    @property
    def number(self) -> int:
        """In both languages."""
        return self.en + self.es


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many texts of the outbox are where, and for which error."""

    state: str
    error_code: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures of some days, one value a day in each series."""

    days: tuple[date, ...]
    texts: tuple[Series, ...]
    """Inbound texts by language: en, es."""
    steps: tuple[Series, ...]
    answered: Series
    """The share of questions that got an answer, 0 to 100; None on a day without a question."""
    crisis: Series
    missed: tuple[Series, ...]
    """Texts that asked and got no answer, by why."""
    people: Series
    opt_outs: Series
    opt_ins: Series
    late: Series
    reply_p50: Series
    """Milliseconds of the webhook, the middle of the day's replies."""
    reply_p99: Series
    topics: tuple[Topic, ...]
    topics_in_all: int
    outcomes: tuple[Outcome, ...]
    reply_p50_in_all: int | None
    reply_p99_in_all: int | None
    questions: int
    """Texts that asked something: answered or missed; crisis texts and STOP are not among them."""
    questions_answered: int

    @property
    def total(self) -> int:
        """All inbound texts."""
        return round(sum(series.total for series in self.texts))

    @property
    def share_answered(self) -> float | None:
        """Of all questions, 0 to 100."""
        return 100 * self.questions_answered / self.questions if self.questions else None


def build(counts: Iterable[Count], first: date, last: date) -> Report:
    """Put the counts of these days, both included, together."""
    span = days(first, last)
    by: dict[Subject, Counter[tuple[date, str, str]]] = {one: Counter() for one in Subject}
    for one in counts:
        by[one.subject][one.day, one.item, one.lang] += one.number
    answered, missed = _questions(by)
    times = {day: _times(by[Subject.REPLY_MS], {day}) for day in span}
    all_times = _times(by[Subject.REPLY_MS], set(span))
    topics = _topics(by[Subject.TOPIC])
    return Report(
        days=span,
        texts=tuple(
            _series(lang, by[Subject.STEP], span, partial(_is_in, lang)) for lang in ("en", "es")
        ),
        steps=tuple(_of_item(step.value, by[Subject.STEP], span) for step in Step),
        answered=Series(
            name="answered",
            values=tuple(_share(answered[day], missed[day]) for day in span),
        ),
        crisis=_of_item("crisis", by[Subject.STEP], span),
        missed=tuple(
            _of_item(why, by[Subject.MISSED], span)
            for why in ("unknown", "notcovered", "ambiguous")
        ),
        people=_of_item("new", by[Subject.PEOPLE], span),
        opt_outs=_of_item("opt_out", by[Subject.CONSENT], span),
        opt_ins=_of_item("opt_in", by[Subject.CONSENT], span),
        late=_of_item("late", by[Subject.LATE], span),
        reply_p50=Series(name="p50", values=tuple(percentile(times[d], 0.5) for d in span)),
        reply_p99=Series(name="p99", values=tuple(percentile(times[d], 0.99) for d in span)),
        topics=topics[:MOST_TOPICS],
        topics_in_all=len(topics),
        outcomes=_outcomes(by[Subject.SENT]),
        reply_p50_in_all=percentile(all_times, 0.5),
        reply_p99_in_all=percentile(all_times, 0.99),
        questions=answered.total() + missed.total(),
        questions_answered=answered.total(),
    )


def _questions(
    by: dict[Subject, Counter[tuple[date, str, str]]],
) -> tuple[Counter[date], Counter[date]]:
    """By day: questions that got an answer, and those that did not.

    A question is a keyword, a sentence that was understood, or one that was missed.
    """
    answered, missed = Counter[date](), Counter[date]()
    for (day, item, _), number in by[Subject.STEP].items():
        if item in {Step.KEYWORD, Step.QUESTION}:
            answered[day] += number
    for (day, item, _), number in by[Subject.MISSED].items():
        missed[day] += number
        if item != "unknown":
            # Asked back, or outside what we answer: the step says "question", and no answer came.
            answered[day] -= number
    for day in answered:
        answered[day] = max(answered[day], 0)
    return answered, missed


def _share(answered: int, missed: int) -> float | None:
    return round(100 * answered / (answered + missed), 1) if answered + missed else None


def _is_in(wanted: str, _: str, lang: str) -> bool:
    return lang == wanted


def _of_item(item: str, counted: Counter[tuple[date, str, str]], span: tuple[date, ...]) -> Series:
    return _series(item, counted, span, lambda has, _: has == item)


def _series(
    name: str,
    counted: Counter[tuple[date, str, str]],
    span: tuple[date, ...],
    fits: Callable[[str, str], bool],
) -> Series:
    sums: Counter[date] = Counter()
    for (day, item, lang), number in counted.items():
        if fits(item, lang):
            sums[day] += number
    return Series(name=name, values=tuple(sums[day] for day in span))


def _times(counted: Counter[tuple[date, str, str]], wanted: set[date]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for (day, item, _), number in counted.items():
        if day in wanted:
            sums[int(item)] += number
    return sums


def _topics(counted: Counter[tuple[date, str, str]]) -> tuple[Topic, ...]:
    sums: Counter[tuple[str, str]] = Counter()
    for (_, item, lang), number in counted.items():
        sums[item, lang] += number
    found = {
        Topic(keyword=keyword, en=sums[keyword, "en"], es=sums[keyword, "es"])
        for keyword, _ in sums
        if keyword != "MENU"
    }
    return tuple(sorted(found, key=lambda one: (-one.number, one.keyword)))


def _outcomes(counted: Counter[tuple[date, str, str]]) -> tuple[Outcome, ...]:
    sums: Counter[str] = Counter()
    for (_, item, _), number in counted.items():
        sums[item] += number
    found = []
    for item, number in sums.items():
        state, _, code = item.partition(":")
        found.append(Outcome(state=state, error_code=int(code or 0), number=number))
    return tuple(sorted(found, key=lambda one: (-one.number, one.state, one.error_code)))
