"""What routing is measured by: is the right answer sent, offered, or a wrong one sent instead?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from smsbot.core.evaluation.rates import Rate
from smsbot.core.messages import Lang

NO_TOPIC = "NONE"
"""Expected of small talk, and what stands in the confusion table for a menu."""

CLAIMS_NOTHING = frozenset({"MENU", "NOTCOVERED", NO_TOPIC})
"""What the bot sends when it does not know. Never a wrong answer, though perhaps a missing one."""

_MOST_CONFUSIONS = 20
_ANSWERED_IN = frozenset(lang.value for lang in Lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question and the answer it got: the keyword that led, and all that were offered."""

    expected: tuple[str, ...]
    lang: str | None
    led: str | None
    topics: tuple[str, ...]
    answered_in: str

    @property
    def leads(self) -> bool:
        """The keyword that must lead does; for NONE, that nothing was claimed."""
        return self._led == self.expected[0] or (
            self.expected[0] == NO_TOPIC and self._led in CLAIMS_NOTHING
        )

    @property
    def offers(self) -> bool:
        """The keyword that must lead is in the reply, as the answer or as what to text next."""
        return self.leads or self.expected[0] in self.topics

    @property
    def is_wrong(self) -> bool:
        """An answer was sent that nobody expected, and the right one was not even offered."""
        return not self.offers and self._led not in CLAIMS_NOTHING.union(self.expected)

    @property
    def is_unknown(self) -> bool:
        """A vetted answer was expected, and the bot said that it does not know."""
        return self._led in CLAIMS_NOTHING and not self.offers

    @property
    def _led(self) -> str:
        return self.led or NO_TOPIC


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingRates:
    """The five rates on one set of questions."""

    lead: Rate
    offered: Rate
    wrong: Rate
    unknown: Rate
    language: Rate
    """Answered in the language the question is labelled with; of those in one of ours. A mixed
    question may be answered in either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often questions for one keyword were led by another."""

    expected: str
    led: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingFigures:
    """Routing on a set of questions, all together and by the questions' language."""

    questions: int
    overall: AskingRates
    by_lang: dict[str, AskingRates]
    confusions: tuple[Confusion, ...]
    """The commonest first; of equals in the order of the alphabet."""


def asking_figures(outcomes: Iterable[Asked]) -> AskingFigures:
    """Count the outcomes."""
    asked = tuple(outcomes)
    langs = sorted({one.lang for one in asked if one.lang is not None})
    pairs = Counter((one.expected[0], one.led or NO_TOPIC) for one in asked if not one.leads)
    common = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_CONFUSIONS]
    return AskingFigures(
        questions=len(asked),
        overall=_rates(asked),
        by_lang={lang: _rates([one for one in asked if one.lang == lang]) for lang in langs},
        confusions=tuple(
            Confusion(expected=expected, led=led, times=times) for (expected, led), times in common
        ),
    )


def _rates(asked: Iterable[Asked]) -> AskingRates:
    asked = tuple(asked)
    n = len(asked)
    labelled = [one for one in asked if one.lang in _ANSWERED_IN]
    return AskingRates(
        lead=Rate(hits=sum(one.leads for one in asked), n=n),
        offered=Rate(hits=sum(one.offers for one in asked), n=n),
        wrong=Rate(hits=sum(one.is_wrong for one in asked), n=n),
        unknown=Rate(hits=sum(one.is_unknown for one in asked), n=n),
        language=Rate(hits=sum(one.lang == one.answered_in for one in labelled), n=len(labelled)),
    )
