"""The consent ledger as a value: its lines in words, and which opt-out may be undone.

An opt-out that a person sent themselves, or gave the provider, ends only by their own START: the
law lets nobody else say yes for them. Source: 47 CFR 64.1200(a)(10), FCC 24-24,
https://www.govinfo.gov/content/pkg/FR-2024-03-05/html/2024-04587.htm (read 2026-11-23).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smsbot.core.contacts import ConsentChange, ConsentOrigin
from smsbot.core.messages import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the ledger; times are aware UTC."""

    id: int
    change: ConsentChange
    topic: str | None
    at: datetime
    how: str
    words: str | None
    origin: ConsentOrigin
    source: str | None = None
    inbound_sid: str | None = None
    recorded_by: str | None = None
    recorded_at: datetime | None = None
    reason: str | None = None
    undoes_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the ledger and what follows from it say of one contact."""

    contact_id: int
    opted_out: bool
    care_until: datetime | None
    lang: Lang | None
    joined: tuple[str, ...]
    lines: tuple[Line, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why something may not be recorded, and what could be done."""

    why: str


_SAID_THEMSELVES = frozenset({ConsentOrigin.TEXT, ConsentOrigin.PROVIDER})


def undoable(lines: Sequence[Line]) -> tuple[Line, ...] | Refused:
    """The opt-outs that one undo takes back, or why there is none to take back."""
    undone = {line.undoes_id for line in lines if line.change is ConsentChange.UNDONE}
    standing: list[Line] = []
    for line in sorted(lines, key=lambda one: (one.at, one.id)):
        if line.change is ConsentChange.OPT_IN:
            standing = []
        elif line.change is ConsentChange.OPT_OUT and line.id not in undone:
            standing.append(line)
    if not standing:
        return Refused(why="There is no opt-out to undo.")
    if any(line.origin in _SAID_THEMSELVES for line in standing):
        return Refused(
            why="They opted out themselves. Only their own START ends that: nobody may do it for"
            " them."
        )
    return tuple(standing)


_CHANGES = {
    ConsentChange.OPT_OUT: "Opted out of all texts",
    ConsentChange.OPT_IN: "Started again",
    ConsentChange.ASKED: "Asked for {topic}, and was asked to confirm it",
    ConsentChange.JOINED: "Joined {topic}",
    ConsentChange.LEFT: "Left {topic}",
    ConsentChange.UNDONE: "An opt-out was undone",
}
_WAYS = {
    ConsentOrigin.TEXT: "by text",
    ConsentOrigin.PROVIDER: "at the provider, which told us",
    ConsentOrigin.STAFF: "recorded by {who}",
    ConsentOrigin.IMPORT: "imported by {who}",
}


def in_words(line: Line) -> str:
    """A line as a sentence: "Joined NEWS, by text." Holds no number."""
    what = _CHANGES[line.change].replace("{topic}", line.topic or "")
    way = _WAYS[line.origin].replace("{who}", line.recorded_by or "somebody")
    how = f" ({line.how})" if line.origin is ConsentOrigin.IMPORT else ""
    return f"{what}, {way}{how}."
