"""The texts that answer a person in crisis, as staff read them: those of the program and theirs."""

from dataclasses import dataclass

from smsbot.core.answers import Group
from smsbot.core.editorial.shelves import PastRevision
from smsbot.core.inbound.crisis_replies import LAST_RESORT, crisis_reply, safety_line
from smsbot.core.inbound.decision import Finding, Tier
from smsbot.core.messages import Lang
from smsbot.core.text.segments import Measure, measure
from smsbot.db import revision_history
from smsbot.db.store import Store

_THREAT = Finding(tier=Tier.VIOLENCE, rule="", lang=None, topics=("EMERGENCY",))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedText:
    """One text that only a release changes, and what it costs to send."""

    text: str
    cost: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTexts:
    """What is said to texts of one tier, by language."""

    tier: Tier
    is_threat: bool
    """Of violence: the texter may hurt somebody, rather than be hurt."""
    first: dict[Lang, FixedText]
    again: dict[Lang, FixedText]
    line: dict[Lang, FixedText]
    """The short line before an answer; empty where only the whole text is sent."""


def fixed() -> tuple[FixedTexts, ...]:
    """The texts in the program, the most urgent tier first."""
    rows = []
    for tier in Tier:
        rows.append(_of(Finding(tier=tier, rule="", lang=None), with_line=not tier.is_urgent))
        if tier is Tier.VIOLENCE:
            rows.append(_of(_THREAT, with_line=False))
    return tuple(rows)


def last_resort() -> FixedText:
    """What is sent when nothing else can be worked out."""
    return _measured(LAST_RESORT)


def editable(store: Store) -> dict[Group, tuple[PastRevision, ...]]:
    """The live answers that staff change under stricter rules: helplines; STOP, START and HELP.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    found: dict[Group, tuple[PastRevision, ...]] = {Group.SAFETY: (), Group.RESERVED: ()}
    with store.read() as tx:
        for group, one in revision_history.live_safety(tx):
            found[group] = (*found[group], one)
    return found


def _of(finding: Finding, *, with_line: bool) -> FixedTexts:
    return FixedTexts(
        tier=finding.tier,
        is_threat=finding is _THREAT,
        first={lang: _measured(crisis_reply(finding, lang, repeated=False)) for lang in Lang},
        again={lang: _measured(crisis_reply(finding, lang, repeated=True)) for lang in Lang},
        line={lang: _measured(safety_line(finding.tier, lang)) for lang in Lang if with_line},
    )


def _measured(text: str) -> FixedText:
    return FixedText(text=text, cost=measure(text))
