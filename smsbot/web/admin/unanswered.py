"""What people asked in vain, in groups, and one action for each: a draft, or "not for us"."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.editorial.deeds import Deed
from smsbot.core.errors import StoreConflict
from smsbot.core.inbound.router_conflicts import Clash
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze
from smsbot.services import audit, gap_board, gap_drafts, gaps
from smsbot.services.editorial_desk import EditorialFault
from smsbot.services.gap_drafts import Verdict
from smsbot.services.gaps import Action, Proposal, Seen, Wording
from smsbot.web.admin import asked
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.message_labels import WHY_MISSED
from smsbot.web.system import Clock, the_system

MOST_SHOWN = 60
_LANGS = {Lang.EN.value: "English", Lang.ES.value: "Spanish"}
_KINDS = {
    Wording.QUESTION.value: "An example question: a whole sentence as people ask",
    Wording.ALIAS.value: "Another name: one or two words that lead to it",
}
_HIDDEN = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form of one group, as it was sent or is first shown."""

    wording: str
    keyword: str
    lang: str
    kind: str
    sure: bool = False


class UnansweredPages:
    """The pages of texts without an answer."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what staff do."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/unanswered/<gap_id>"
        for rule, name, view, method in (
            ("/unanswered", "unanswered", self._list, "GET"),
            (one, "gap", self._show, "GET"),
            (f"{one}/draft", "draft_from_gap", self._draft, "POST"),
            (f"{one}/dismiss", "dismiss_gap", self._dismiss, "POST"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])

    def _list(self) -> str:
        board = gap_board.read(the_system().store)
        return render_template(
            "admin/unanswered.html",
            found=board.report if board else None,
            made_at=board.made_at if board else None,
            shown=board.report.gaps[:MOST_SHOWN] if board else (),
            days=gap_board.DAYS,
            why=WHY_MISSED,
        )

    def _show(self, gap_id: str) -> str:
        gap = self._gap(gap_id)
        nearest = gap.nearest[0][0] if gap.nearest else ""
        lang = max(gap.langs, key=lambda one: gap.langs[one])
        can_show = not gap.one_person and _HIDDEN not in gap.example
        first = Typed(
            wording=gap.example if can_show else "",
            keyword=nearest if nearest != "NOTCOVERED" else "",
            lang=lang,
            kind=Wording.QUESTION.value,
        )
        return self._page(gap, first)

    def _draft(self, gap_id: str) -> ResponseReturnValue:
        gap, account = self._gap(gap_id), the_staff()
        assert account is not None  # noqa: S101 - the guard let nobody else in
        typed = Typed(
            wording=asked.typed("wording", gap_drafts.LONGEST + 1),
            keyword=squeeze(asked.typed("keyword", 40)),
            lang=request.form.get("lang", ""),
            kind=request.form.get("kind", ""),
            sure=request.form.get("sure") == "1",
        )
        errors, verdict = _judged(typed)
        if verdict.elsewhere and not typed.sure and not errors:
            errors["sure"] = "Say that it belongs here all the same, or choose other words."
        if not errors:
            proposal = Proposal(
                keyword=typed.keyword,
                lang=Lang(typed.lang),
                wording=typed.wording,
                kind=Wording(typed.kind),
                by=account.name,
            )
            store, now = the_system().store, self._clock()
            try:
                gaps.propose(store, gap, proposal, gap_drafts.drafting(store, account, now), now)
            except (EditorialFault, StoreConflict) as fault:
                errors["keyword"] = str(fault)
        if errors:
            return self._page(gap, typed, errors, verdict), 422
        flash(
            f"It is in the draft of {typed.keyword} ({_LANGS[typed.lang]}) now. "
            "It goes live when somebody else has approved it.",
            "good",
        )
        return redirect(url_for("admin.unanswered"), code=303)

    def _dismiss(self, gap_id: str) -> ResponseReturnValue:
        gap, by = self._gap(gap_id), asked.by(self._clock)
        store = the_system().store
        gaps.handle(store, gap, Action.DISMISSED, by.name, by.at)
        audit.record(
            store, Deed(who=by.name, what="dismiss_gap", about=f"gap {gap_id}"[:80], at=by.at)
        )
        flash(f"Put away: {gap.texts} texts. It stays away when it is asked again.", "good")
        return redirect(url_for("admin.unanswered"), code=303)

    def _gap(self, gap_id: str) -> Seen:
        board = gap_board.read(the_system().store)
        found = board.report.gaps if board else ()
        gap = next((one for one in found if one.id == gap_id), None)
        if gap is None:
            abort(404)
        return gap

    def _page(
        self,
        gap: Seen,
        typed: Typed,
        errors: dict[str, str] | None = None,
        verdict: Verdict | None = None,
    ) -> str:
        return render_template(
            "admin/gap.html",
            gap=gap,
            typed=typed,
            errors=errors or {},
            elsewhere=[one for one in verdict.elsewhere if one.clash is Clash.ALIKE]
            if verdict
            else [],
            langs=_LANGS,
            kinds=_KINDS,
            why=WHY_MISSED,
        )


def _judged(typed: Typed) -> tuple[dict[str, str], Verdict]:
    catalogue = the_system().catalogue.current
    errors: dict[str, str] = {}
    if typed.lang not in _LANGS:
        errors["lang"] = "Choose the language it is asked in."
    if typed.kind not in _KINDS:
        errors["kind"] = "Choose what it becomes."
    if not any(keyword == typed.keyword for keyword, _ in catalogue.answers.by_name):
        errors["keyword"] = "Name an answer that is live: its keyword, as FDA."
    verdict = gap_drafts.judge(typed.wording, typed.keyword, catalogue.index)
    if verdict.refused is not None:
        errors["wording"] = verdict.refused
    elif catalogue.screen.find(typed.wording) is not None:
        errors["wording"] = "The crisis screen answers such a text first: it can lead nowhere else."
    return errors, verdict
