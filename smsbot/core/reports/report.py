"""What the counts of some days say, put together as staff read it: series by day, totals."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from operator import add

from smsbot.core.inbound.decision import Step
from smsbot.core.reports.counts import Count, Subject, days, percentile

MOST_TOPICS = 12
_WEEK = 7


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
    """The figures of some days, one value in each series for each stretch of days."""

    days: tuple[date, ...]
    """When each stretch begins."""
    days_each: int
    """How long a stretch is: 1, or 7."""
    texts: tuple[Series, ...]
    """Inbound texts by language: en, es."""
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


MOST_BY_DAY = 92
"""Days up to which a report has one value a day; more are put together by week."""

Table = dict[tuple[str, str], list[int]]
"""By item and language: one number for each stretch of days."""


def build(counts: Iterable[Count], first: date, last: date) -> Report:
    """Put the counts of these days, both included, together: by day, or by week if they are many.

    A week begins on the weekday of `first`; the last one may be short.
    """
    span = days(first, last)
    length = 1 if len(span) <= MOST_BY_DAY else _WEEK
    starts = span[::length]
    places = {day: number // length for number, day in enumerate(span)}
    tables: dict[Subject, Table] = {one: {} for one in Subject}
    for one in counts:
        place = places.get(one.day)
        if place is not None:
            row = tables[one.subject].setdefault((one.item, one.lang), [0] * len(starts))
            row[place] += one.number
    answered, missed = _questions(tables, len(starts))
    times = [_times(tables[Subject.REPLY_MS], place) for place in range(len(starts))]
    every = sum(times, Counter[int]())
    topics = _topics(tables[Subject.TOPIC])
    consents = tables[Subject.CONSENT]
    pick = partial(_picked, len(starts))
    return Report(
        days=starts,
        days_each=length,
        texts=tuple(pick(tables[Subject.STEP], lang, lang=lang) for lang in ("en", "es")),
        answered=Series(name="answered", values=tuple(map(_share, answered, missed))),
        crisis=pick(tables[Subject.STEP], "crisis", item="crisis"),
        missed=tuple(
            pick(tables[Subject.MISSED], why, item=why)
            for why in ("unknown", "notcovered", "ambiguous")
        ),
        people=pick(tables[Subject.PEOPLE], "new"),
        opt_outs=pick(consents, "opt_out", item="opt_out"),
        opt_ins=pick(consents, "opt_in", item="opt_in"),
        late=pick(tables[Subject.LATE], "late"),
        reply_p50=Series(name="p50", values=tuple(percentile(one, 0.5) for one in times)),
        reply_p99=Series(name="p99", values=tuple(percentile(one, 0.99) for one in times)),
        topics=topics[:MOST_TOPICS],
        topics_in_all=len(topics),
        outcomes=_outcomes(tables[Subject.SENT]),
        reply_p50_in_all=percentile(every, 0.5),
        reply_p99_in_all=percentile(every, 0.99),
        questions=sum(answered) + sum(missed),
        questions_answered=sum(answered),
    )


def _questions(tables: dict[Subject, Table], number: int) -> tuple[list[int], list[int]]:
    """Questions that got an answer, and those that did not.

    A question is a keyword, a sentence that was understood, or one that was missed. Asked back, or
    outside what we answer: the step says "question" then, and yet no answer came.
    """
    steps, whys = tables[Subject.STEP], tables[Subject.MISSED]
    understood = [0] * number
    for (item, _), values in steps.items():
        if item in {Step.KEYWORD, Step.QUESTION}:
            understood = list(map(add, understood, values))
    missed, in_vain = [0] * number, [0] * number
    for (item, _), values in whys.items():
        missed = list(map(add, missed, values))
        if item != "unknown":
            in_vain = list(map(add, in_vain, values))
    return [max(both - vain, 0) for both, vain in zip(understood, in_vain, strict=True)], missed


def _share(answered: int, missed: int) -> float | None:
    return round(100 * answered / (answered + missed), 1) if answered + missed else None


def _picked(
    number: int, table: Table, name: str, *, item: str | None = None, lang: str | None = None
) -> Series:
    """The rows of a table that are of this item and language, added up."""
    sums = [0] * number
    for (has, tongue), values in table.items():
        if item in {None, has} and lang in {None, tongue}:
            sums = list(map(add, sums, values))
    return Series(name=name, values=tuple(sums))


def _times(table: Table, place: int) -> Counter[int]:
    sums: Counter[int] = Counter()
    for (item, _), values in table.items():
        sums[int(item)] += values[place]
    return sums


def _topics(table: Table) -> tuple[Topic, ...]:
    sums = {key: sum(values) for key, values in table.items()}
    found = {
        Topic(keyword=keyword, en=sums.get((keyword, "en"), 0), es=sums.get((keyword, "es"), 0))
        for keyword, _ in sums
        if keyword != "MENU"
    }
    return tuple(sorted(found, key=lambda one: (-one.number, one.keyword)))


def _outcomes(table: Table) -> tuple[Outcome, ...]:
    found = []
    for (item, _), values in table.items():
        state, _, code = item.partition(":")
        found.append(Outcome(state=state, error_code=int(code or 0), number=sum(values)))
    return tuple(sorted(found, key=lambda one: (-one.number, one.state, one.error_code)))
