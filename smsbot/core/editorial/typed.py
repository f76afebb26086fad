"""A draft as it is typed into a form: cells of text to an answer, and an answer to cells.

Whatever is typed is kept where the store can keep it: an answer that is not finished is a draft.
Only what can't be read at all is a fault here; what may be said is for the content check.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from smsbot.core.answers import Answer, Source
from smsbot.core.text.normalise import squeeze

MOST_SOURCES = 20
LONGEST = {"short": 5_000, "long": 8_000, "stub": 5_000, "why": 1_000, "owner": 80}
"""Characters that are kept of a cell; the content check asks for far less."""
MOST_ITEMS, LONGEST_ITEM = 1_000, 200
FIELDS = (
    "short", "long", "stub", "aliases", "loose", "questions", "cues", "hints", "claims", "seed",
    "review_by", "expires_on", "owner", "why",
)  # fmt: skip
"""The cells of a form besides the sources, whose cells are `source-0-title` and so on."""
LABELS: Mapping[str, str] = {
    "short": "First text", "long": "Text after MORE", "stub": "Text after the last day",
    "aliases": "Other words for it", "loose": "Everyday words", "questions": "Example questions",
    "cues": "Cues", "hints": "Hints", "claims": "Claims", "seed": "Parts of the explainer",
    "sources": "Sources", "review_by": "Review by", "expires_on": "Last day",
    "owner": "Who looks after it", "why": "Reason for the change", "keyword": "Keyword",
    "language": "Language", "group": "Kind",
}  # fmt: skip
"""What staff call each field."""

_WORDS = re.compile(r"[\n,;]+|\s{2,}")
_UNSTORABLE = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """What keeps a cell from being kept. `what` and `cure` are whole sentences."""

    field: str
    what: str
    cure: str

    def __str__(self) -> str:
        """The two sentences."""
        return f"{self.what} {self.cure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it was read: the answer, with what could not be read left as it was before."""

    answer: Answer
    owner: str | None
    why: str
    faults: tuple[FieldFault, ...]


def read_typed(cells: Mapping[str, str], before: Answer, today: date) -> Typed:
    """The answer that was typed over `before`, whose keyword, language and kind it keeps.

    A cell that is missing leaves its field as it was. A source without a day was read `today`.
    """
    faults: list[FieldFault] = []
    texts = {name: _text(cells, name, faults) for name in ("short", "long", "stub", "owner", "why")}
    lists = {
        name: _items(cells, name, _squeezed if name in {"aliases", "loose"} else str, faults)
        for name in ("aliases", "loose", "questions", "cues", "hints", "claims", "seed")
    }
    values: dict[str, object] = {name: lists[name] for name in lists if name in cells}
    values |= {name: texts[name] or None for name in ("long", "stub") if name in cells}
    if "short" in cells:
        values["short"] = texts["short"]
    if "loose" in values:
        values["loose"] = frozenset(lists["loose"])
    if "sources" in cells or "source-0-url" in cells:
        values["sources"] = _sources(cells, today, faults)
    if "expires_on" in cells:
        values["expires_on"] = _day(cells, "expires_on", before.expires_on, faults)
    if "review_by" in cells:
        values["review_by"] = _review_by(cells, before, faults)
    return Typed(
        answer=replace(before, **values),  # type: ignore[arg-type]
        owner=texts["owner"] or None,
        why=texts["why"],
        faults=tuple(faults),
    )


def to_cells(answer: Answer, *, owner: str | None = None, why: str = "") -> dict[str, str]:
    """What a form shows of an answer."""
    cells = {
        "short": answer.short,
        "long": answer.long or "",
        "stub": answer.stub or "",
        **{
            name: "\n".join(getattr(answer, name))
            for name in ("aliases", "questions", "cues", "hints", "claims", "seed")
        },
        "loose": "\n".join(sorted(answer.loose)),
        "review_by": answer.review_by.isoformat(),
        "expires_on": answer.expires_on.isoformat() if answer.expires_on else "",
        "owner": owner or "",
        "why": why,
    }
    for number, source in enumerate(answer.sources):
        cells[f"source-{number}-title"] = source.title
        cells[f"source-{number}-url"] = source.url
        cells[f"source-{number}-read"] = source.read_on.isoformat()
    return cells


def _clean(value: str) -> str:
    """The text as the store can hold it: no control characters but the end of a line."""
    return _UNSTORABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(cells: Mapping[str, str], name: str, faults: list[FieldFault]) -> str:
    text = _clean(cells.get(name, ""))
    if len(text) > LONGEST[name]:
        what = f"{LABELS[name]} has {len(text):,} characters; {LONGEST[name]:,} are kept."
        faults.append(FieldFault(field=name, what=what, cure="Shorten it, or its end is lost."))
    return text[: LONGEST[name]]


def _items(
    cells: Mapping[str, str], name: str, change: Callable[[str], str], faults: list[FieldFault]
) -> tuple[str, ...]:
    cell = _clean(cells.get(name, ""))
    parts = cell.split("\n") if name in {"questions", "cues", "hints"} else _WORDS.split(cell)
    items = [change(" ".join(part.split()))[:LONGEST_ITEM] for part in parts]
    items = list(dict.fromkeys(item for item in items if item))
    if len(items) > MOST_ITEMS:
        what = f"{LABELS[name]} has {len(items)} lines; {MOST_ITEMS} are kept."
        faults.append(FieldFault(field=name, what=what, cure="Leave the less usual ones out."))
    return tuple(items[:MOST_ITEMS])


def _squeezed(word: str) -> str:
    """As names are compared: "side effects" is SIDEEFFECTS."""
    return squeeze(word)


def _sources(cells: Mapping[str, str], today: date, faults: list[FieldFault]) -> tuple[Source, ...]:
    found = []
    for number in range(MOST_SOURCES):
        title, url = (
            _clean(cells.get(f"source-{number}-{part}", ""))[:500].replace("\n", " ")
            for part in ("title", "url")
        )
        if title or url:
            read_on = _day(cells, f"source-{number}-read", today, faults)
            found.append(Source(title=title, url=url, read_on=read_on or today))
    return tuple(found)


def _review_by(cells: Mapping[str, str], before: Answer, faults: list[FieldFault]) -> date:
    found = _day(cells, "review_by", before.review_by, faults)
    if found is None:
        cure = "Write the day by which somebody must read it again."
        faults.append(FieldFault(field="review_by", what="There is no review date.", cure=cure))
    return found or before.review_by


def _day(
    cells: Mapping[str, str], name: str, before: date | None, faults: list[FieldFault]
) -> date | None:
    value = _clean(cells.get(name, ""))
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        faults.append(
            FieldFault(
                field=name,
                what=f"{value[:20]!r} is no day.",
                cure="Write it as 2027-02-28.",
            )
        )
        return before
