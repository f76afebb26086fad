"""Where a new name or example question leads already. Part of step 3, for those who add one."""

from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.inbound.router import Kind, route
from smsbot.core.inbound.router_index import Index
from smsbot.core.text.normalise import squeeze, tokens


class Clash(StrEnum):
    """How a text belongs to another answer."""

    NAME = "name"
    """It is that answer's keyword or alias."""
    QUESTION = "question"
    """It is one of that answer's example questions, word for word."""
    ALIKE = "alike"
    """It is like that answer's questions, as sure as `confidence` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Another answer that a text leads to today."""

    keyword: str
    clash: Clash
    confidence: float
    """0 to 1; 1 for a name or a question word for word."""


def conflicts(text: str, keyword: str, index: Index) -> tuple[Conflict, ...]:
    """The other answers that would lose this text if it became an example or alias of `keyword`.

    The surest first; empty when it leads nowhere yet, or to `keyword` already. A name and a
    question word for word can't belong to two answers; for a text that is only alike a person
    decides: a question added to the right answer is what mends a wrong route.
    """
    found: dict[str, Conflict] = {}
    name = index.names.get(squeeze(text))
    if name is not None:
        found[name.keyword] = Conflict(keyword=name.keyword, clash=Clash.NAME, confidence=1.0)
    asked = index.questions.get(" ".join(tokens(text)))
    if asked is not None:
        found.setdefault(asked, Conflict(keyword=asked, clash=Clash.QUESTION, confidence=1.0))
    routed = route(text, index)
    if routed.kind in {Kind.QUESTION, Kind.AMBIGUOUS}:
        lead = routed.topics[0]
        alike = Conflict(keyword=lead, clash=Clash.ALIKE, confidence=routed.confidence)
        found.setdefault(lead, alike)
    return tuple(one for one in found.values() if one.keyword != keyword)
