"""Labelled texts, one JSON object a line. A line that can't be read is named, never passed over."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from smsbot.core.inbound.decision import Tier

_TIERS = frozenset(tier.value for tier in Tier)
# As they are found in the wild: the word for it, a tier's name, a number, yes and no.
_LABELS: dict[object, bool] = {
    **dict.fromkeys(("crisis", "pos", "positive", "suicide", "suicidal"), True),
    **dict.fromkeys(("1", "1.0", "true", "yes"), True),
    **dict.fromkeys(_TIERS, True),
    **dict.fromkeys(("harmless", "none", "neg", "negative", "non-suicide", "non-suicidal"), False),
    **dict.fromkeys(("0", "0.0", "false", "no"), False),
}
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """A line that can't be evaluated. `what` never holds any of the text."""

    source: str
    row: int
    """Counted from 1, blank lines too."""
    what: str

    def __str__(self) -> str:
        """As editors and shells name a place: source:row: what."""
        return f"{self.source}:{self.row}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text that somebody has judged to be a crisis text or harmless."""

    source: str
    row: int
    text: str
    is_crisis: bool
    tier: str | None
    """The judge's own word for how urgent it is; any name will do."""
    lang: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A text and the keywords that answer it, the one that must lead first."""

    source: str
    row: int
    text: str
    expected: tuple[str, ...]
    """Upper case. "NONE" alone means that no topic may be claimed."""
    lang: str | None


_Row = TypeVar("_Row", LabelledText, Question)


def labelled_texts(
    source: str, lines: Iterable[str], *, unlabelled: bool | None = None
) -> Iterator[LabelledText | RowFault]:
    """Read {"text", "label"} and, if given, "tier" and "lang"; blank lines are no rows.

    A label is crisis, a tier's name ("third_party"), pos, 1 or yes; or harmless, none, neg, 0 or
    no; in any case, and the like of them. `unlabelled` is what a row without a label counts as;
    None makes it a fault.
    """

    def read(row: int, found: dict[str, object]) -> LabelledText:
        is_crisis, tier = _label(found, unlabelled=unlabelled)
        return LabelledText(
            source=source,
            row=row,
            text=_text(found),
            is_crisis=is_crisis,
            tier=_name(found, "tier") or tier,
            lang=_name(found, "lang"),
        )

    return _rows(source, lines, read)


def questions(source: str, lines: Iterable[str]) -> Iterator[Question | RowFault]:
    """Read {"text", "expected": [...]} and, if given, "lang"; blank lines are no rows."""

    def read(row: int, found: dict[str, object]) -> Question:
        return Question(
            source=source,
            row=row,
            text=_text(found),
            expected=_expected(found),
            lang=_name(found, "lang"),
        )

    return _rows(source, lines, read)


def _rows(
    source: str, lines: Iterable[str], read: Callable[[int, dict[str, object]], _Row]
) -> Iterator[_Row | RowFault]:
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield read(row, _object(line))
        except ValueError as error:
            yield RowFault(source=source, row=row, what=str(error))


def _object(line: str) -> dict[str, object]:
    try:
        line.encode()
    except UnicodeEncodeError:
        raise ValueError("not UTF-8. Save the file as UTF-8.") from None
    try:
        found = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        where = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"not JSON{where}. Write one JSON object a line.") from None
    if not isinstance(found, dict):
        raise ValueError('not a JSON object. Write {"text": ..., ...}.')  # noqa: TRY004 - a row's
    return found


def _text(found: dict[str, object]) -> str:
    text = found.get("text")
    if not isinstance(text, str):
        raise ValueError('"text" is missing or not a string.')  # noqa: TRY004 - fault
    return text


def _label(found: dict[str, object], *, unlabelled: bool | None) -> tuple[bool, str | None]:
    """Whether it is a crisis text and, where the label is a tier's name, which tier."""
    label = found.get("label")
    if label is None and unlabelled is not None:
        return unlabelled, None
    # As text, so that 1, 1.0, true and "True" are one, and a list is none of them; but no label at
    # all is not the label "none".
    name = "" if label is None else str(label).strip().casefold().replace(" ", "_")
    is_crisis = _LABELS.get(name)
    if is_crisis is None:
        raise ValueError(
            '"label" must be crisis, a tier, pos, 1, yes or harmless, none, neg, 0, no.'
        )
    return is_crisis, name if name in _TIERS else None


def _name(found: dict[str, object], field: str) -> str | None:
    name = found.get(field)
    if name is None or name == "":
        return None
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueError(f'"{field}" must be a word of at most {_LONGEST_NAME} characters.')
    return name.strip().casefold()


def _expected(found: dict[str, object]) -> tuple[str, ...]:
    expected = found.get("expected")
    if isinstance(expected, str):
        expected = [expected]
    if (
        not isinstance(expected, list)
        or not expected
        or not all(isinstance(k, str) and k.strip() for k in expected)
    ):
        raise ValueError('"expected" must list one keyword or more, the leading one first.')
    return tuple(keyword.strip().upper() for keyword in expected)
