"""Measure the crisis screen and the router on labelled texts: only counts come back.

The screen is timed as it runs when a text arrives; the router through the whole decision, as to a
contact who is known and has no memory.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from smsbot.core.contacts import Contact
from smsbot.core.evaluation.asking import Asked, AskingFigures, asking_figures
from smsbot.core.evaluation.rows import LabelledText, Question, RowFault
from smsbot.core.evaluation.screening import Screened, ScreenFigures, screen_figures
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.crisis import Screen
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import E164, InboundMessage, MessageSid

_NOBODY = E164("+15005550006")
_NO_SID = MessageSid("SM" + "0" * 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A text the screen got wrong. It holds the text: for a local file, never for a log."""

    row: LabelledText
    found: Tier | None
    rule: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisReport:
    """How the screen did, and the lines that could not be read."""

    figures: ScreenFigures
    faults: tuple[RowFault, ...]
    raised: int
    """Texts on which the screen raised an exception. Each counts as found: 988 was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReport:
    """How routing did, and the lines that could not be read."""

    figures: AskingFigures
    faults: tuple[RowFault, ...]


def evaluate_crisis(
    screen: Screen,
    rows: Iterable[LabelledText | RowFault],
    on_miss: Callable[[Miss], None] = lambda _: None,
) -> CrisisReport:
    """Screen every text once. `on_miss` gets each missed crisis text and each false alarm."""
    faults: list[RowFault] = []
    raised = 0

    def outcomes() -> Iterator[Screened]:
        nonlocal raised
        for row in rows:
            if isinstance(row, RowFault):
                faults.append(row)
                continue
            started = time.perf_counter_ns()
            try:
                finding = screen.find(row.text)
                found, rule = (finding.tier, finding.rule) if finding else (None, None)
            except Exception:  # noqa: BLE001 - when a text arrives, a screen that fails has fired
                found, rule = Tier.ACTIVE, "screen.failed"
                raised += 1
            took = time.perf_counter_ns() - started
            if row.is_crisis != (found is not None):
                on_miss(Miss(row=row, found=found, rule=rule))
            yield Screened(
                is_crisis=row.is_crisis,
                tier=row.tier,
                lang=row.lang,
                found=found,
                nanoseconds=took,
            )

    figures = screen_figures(outcomes())
    return CrisisReport(figures=figures, faults=tuple(faults), raised=raised)


def evaluate_questions(
    catalogue: Catalogue, rows: Iterable[Question | RowFault], now: datetime
) -> QuestionReport:
    """Answer every question once, each as if nothing had been asked before."""
    faults: list[RowFault] = []

    def outcomes() -> Iterator[Asked]:
        for row in rows:
            if isinstance(row, RowFault):
                faults.append(row)
            else:
                yield _asked(row, catalogue, now)

    figures = asking_figures(outcomes())
    return QuestionReport(figures=figures, faults=tuple(faults))


def _asked(row: Question, catalogue: Catalogue, now: datetime) -> Asked:
    message = InboundMessage(
        sid=_NO_SID, sender=_NOBODY, recipient=_NOBODY, body=row.text, received_at=now
    )
    decision = decide(message, Contact(greeted=True), catalogue, now)
    return Asked(
        expected=row.expected,
        lang=row.lang,
        led=decision.topic,
        topics=decision.topics,
        answered_in=decision.lang.value,
    )
