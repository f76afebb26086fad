"""What the editor shows of a draft: its figures, remarks and preview, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import abort, get_template_attribute, render_template, request

from smsbot.core.answers import Answer
from smsbot.core.editorial.meter import Meter, meter, replaced
from smsbot.core.editorial.typed import FIELDS, LABELS, MOST_SOURCES, Typed, read_typed, to_cells
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.text.price import SegmentPrice, segment_price
from smsbot.services import published, staff, text_to_me
from smsbot.services.editing import Conflict, Opened, Remark
from smsbot.services.published import Preview
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.labels import GROUPS, MORE
from smsbot.web.system import the_system

_EMPTY_SOURCES = 2
_PARTS = "admin/editor_parts.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dollars:
    """What a thousand sends cost, as an estimate."""

    first: Decimal
    more: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text with what a phone gets of it."""

    preview: Preview | None
    """None: nothing is written yet."""
    dollars: Dollars


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What was typed, with everything there is to say of it."""

    answer: Answer
    meters: Mapping[str, Meter]
    remarks: tuple[Remark, ...]
    preview: Preview | None
    dollars: Dollars

    def of(self, field: str) -> list[Remark]:
        """What is to be said of one field."""
        return [one for one in self.remarks if one.field == field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something was not done: a title, and sentences with the field each is about."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What differs between one showing of the editor and another."""

    opened: Opened
    typed: Typed
    remarks: tuple[Remark, ...]
    conflict: Conflict | None = None
    problem: Problem | None = None
    ask_looked: bool = False


def typed_in(before: Answer, now: datetime) -> Typed:
    """What the form of this request says, with the characters replaced that were asked for."""
    cells = {name: value for name, value in request.form.items() if _is_cell(name)}
    field, _, char = request.form.get("replace", "").partition(":")
    if char and field in ("short", "long", "stub"):
        cells[field] = replaced(cells.get(field, ""), char)
    return read_typed(cells, before, now.date())


def desk_of(answer: Answer, remarks: tuple[Remark, ...], now: datetime) -> Desk:
    """The figures and the preview of a text, beside what was found."""
    texts = {"short": answer.short, "long": answer.long or "", "stub": answer.stub or ""}
    shown = shown_of(answer, now)
    return Desk(
        answer=answer,
        meters={key: meter(text, key, answer.lang) for key, text in texts.items()},
        remarks=remarks,
        preview=shown.preview,
        dollars=shown.dollars,
    )


def shown_of(answer: Answer, now: datetime) -> Shown:
    """What a phone gets of an answer today, and what that costs."""
    settings = the_system().settings
    if not answer.short:
        return Shown(preview=None, dollars=Dollars(first=Decimal(0), more=Decimal(0)))
    preview = published.preview(answer, now.date(), settings.program, settings.contact)
    price = the_price()
    more = sum(one.cost.segments for one in preview.after_more)
    dollars = Dollars(first=price.of(preview.first.cost.segments, 1000), more=price.of(more, 1000))
    return Shown(preview=preview, dollars=dollars)


def the_price() -> SegmentPrice:
    """What a segment costs here."""
    return segment_price(the_system().settings.segment_price)


def render(page: Page, now: datetime) -> str:
    """The editor as a page."""
    one, typed = page.opened.revision, page.typed
    cells = to_cells(typed.answer, owner=typed.owner, why=typed.why)
    sources = sum(f"source-{n}-title" in cells for n in range(MOST_SOURCES))
    # What could not be read is shown as it was typed.
    cells |= {fault.field: request.form.get(fault.field, "") for fault in typed.faults}
    theirs = page.conflict.theirs if page.conflict else one
    account = the_staff() or abort(403)
    return render_template(
        "admin/editor.html",
        one=one,
        opened=page.opened,
        desk=desk_of(typed.answer, page.remarks, now),
        sister=shown_of(page.opened.sister, now) if page.opened.sister else None,
        cells=cells,
        source_rows=min(sources + _EMPTY_SOURCES, MOST_SOURCES),
        version=theirs.version,
        conflict=page.conflict,
        problem=page.problem,
        ask_looked=page.ask_looked,
        number=text_to_me.own_number(the_system().store, account, now),
        price=the_price(),
        colleagues=[one.name for one in staff.everyone(the_system().store) if one.is_active],
        labels=LABELS,
        groups=GROUPS,
        more=MORE,
        appended=PHRASES[typed.answer.lang].more,
    )


def parts(desk: Desk, check_at: str) -> dict[str, str]:
    """The parts of the editor that change while somebody types, by the id of their place."""
    answer = desk.answer
    found = {
        f"meter-{key}": _part("meter")(key, figures, LABELS[key], check_at)
        for key, figures in desk.meters.items()
    }
    found |= {f"remarks-{key}": _part("remarks")(desk.of(key)) for key in (*FIELDS, "sources")}
    found["verdict"] = _part("verdict")(desk.remarks, LABELS)
    found["phone"] = _part("phone")(
        desk.preview, answer.lang, MORE[answer.lang], answer.expires_on, desk.dollars
    )
    return {place: str(html) for place, html in found.items()}


def people(opened_by: object) -> str:
    """Who else has the draft open, in words."""
    return str(_part("people")(opened_by))


def _part(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Flask does not say either
    return get_template_attribute(_PARTS, name)


def _is_cell(name: str) -> bool:
    return name in FIELDS or name.startswith("source-")
