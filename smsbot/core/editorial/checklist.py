"""What a reviewer says yes to, point by point, before a text is approved."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to look at. `short` names it in the history; `asks` is the whole sentence."""

    key: str
    short: str
    asks: str


CHECKLIST = (
    Point(
        key="true", short="true by its sources",
        asks="Every statement stands in a source named here. I opened the sources and read it.",
    ),
    Point(
        key="plain", short="plain words",
        asks="The words are plain: a person who is worried and in a hurry understands them.",
    ),
    Point(
        key="careful", short="no dose, ranking, price or verdict",
        asks="It names no dose and no price, ranks no brand, and tells nobody that they qualify.",
    ),
    Point(
        key="lifeline", short="988 where it must be",
        asks="988 is in it where the subject calls for it, and the number is right.",
    ),
    Point(
        key="languages", short="both languages agree",
        asks="English and Spanish say the same, or the other one is on its way too.",
    ),
    Point(
        key="dates", short="dates right",
        asks="The days on which the sources were read are right; the next review is soon enough.",
    ),
)  # fmt: skip
"""In the order in which it is shown."""

_BEGINS = "Checked: "


def unticked(ticked: Collection[str]) -> tuple[Point, ...]:
    """The points that nobody has said yes to."""
    return tuple(point for point in CHECKLIST if point.key not in ticked)


def signed_note(note: str) -> str:
    """The note of an approval for the history: that all points were ticked, then the own words."""
    points = f"{_BEGINS}{', '.join(point.short for point in CHECKLIST)}."
    own = " ".join(note.split())
    return f"{points} {own}" if own else points
