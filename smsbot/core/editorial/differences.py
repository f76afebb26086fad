"""What differs between two texts of an answer, field by field and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from smsbot.core.answers import Answer

_TOKEN = re.compile(r"\s+|\w+(?:['\u2019-]\w+)*|[^\w\s]")
_MOST_TOKENS = 4_000
"""Beyond that a field is shown as taken out and put in whole: matching is quadratic."""


LISTS = frozenset({"aliases", "questions", "cues", "hints", "claims", "seed", "loose", "sources"})
"""Fields that are a list, one item a line: what differs is whole items."""


class Piece(StrEnum):
    """What became of a stretch of text."""

    KEPT = "kept"
    TAKEN_OUT = "taken out"
    PUT_IN = "put in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that differs: its stretches in reading order."""

    field: str
    pieces: tuple[tuple[Piece, str], ...]

    @property
    def before(self) -> str:
        """The field as it was."""
        return "".join(text for piece, text in self.pieces if piece is not Piece.PUT_IN)

    @property
    def after(self) -> str:
        """The field as it is to be."""
        return "".join(text for piece, text in self.pieces if piece is not Piece.TAKEN_OUT)

    @property
    def is_list(self) -> bool:
        """Whether whole items differ, not words in a text."""
        return self.field in LISTS

    @property
    def taken_out(self) -> tuple[str, ...]:
        """Of a list, the items that are no more in it."""
        return _without(self.before, self.after)

    @property
    def put_in(self) -> tuple[str, ...]:
        """Of a list, the items that are new in it."""
        return _without(self.after, self.before)

    @property
    def kept(self) -> int:
        """Of a list, how many items stay."""
        return len([one for one in self.after.splitlines() if one]) - len(self.put_in)


def changes(before: Answer | None, after: Answer) -> tuple[Change, ...]:
    """The fields of an answer that differ, in the order of its files; all of them if it is new."""
    old = {} if before is None else dict(_fields(before))
    return tuple(
        Change(field=name, pieces=word_diff(old.get(name, ""), text))
        for name, text in _fields(after)
        if text != old.get(name, "")
    )


def word_diff(before: str, after: str) -> tuple[tuple[Piece, str], ...]:
    """The stretches that were kept, taken out and put in, whole words at a time."""
    if before == after:
        return ((Piece.KEPT, before),) if before else ()
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) + len(new) > _MOST_TOKENS:
        whole = ((Piece.TAKEN_OUT, before), (Piece.PUT_IN, after))
        return tuple((piece, text) for piece, text in whole if text)
    return tuple(_pieces(old, new))


def one_line(change: Change) -> str:
    """The change on one line: `short: It is [-not-] {+now+} approved.` and so on."""
    marks = {Piece.KEPT: "{}", Piece.TAKEN_OUT: "[-{}-]", Piece.PUT_IN: "{{+{}+}}"}
    text = "".join(marks[piece].format(text) for piece, text in change.pieces)
    return f"{change.field}: " + text.replace("\n", " / ")


def _without(items: str, others: str) -> tuple[str, ...]:
    there = set(others.splitlines())
    return tuple(one for one in items.splitlines() if one and one not in there)


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Piece, str]]:
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[a:b] == new[c:d]:
            yield Piece.KEPT, "".join(old[a:b])
            continue
        if b > a:
            yield Piece.TAKEN_OUT, "".join(old[a:b])
        if d > c:
            yield Piece.PUT_IN, "".join(new[c:d])


def _fields(answer: Answer) -> Iterator[tuple[str, str]]:
    yield "group", answer.group.value
    yield "short", answer.short
    yield "long", answer.long or ""
    yield "stub", answer.stub or ""
    for name in ("aliases", "questions", "cues", "hints", "claims", "seed"):
        yield name, "\n".join(getattr(answer, name))
    yield "loose", "\n".join(sorted(answer.loose))
    yield "sources", "\n".join(f"{s.title} | {s.url} | {s.read_on}" for s in answer.sources)
    yield "review_by", answer.review_by.isoformat()
    yield "expires_on", answer.expires_on.isoformat() if answer.expires_on else ""
    yield "author", answer.author
    yield "reviewer", answer.reviewer or ""
