"""The answers: a list to look through, and one answer in full with what is being written."""

from flask import Blueprint, abort, render_template, request, url_for

from smsbot.core.editorial.standing import standing
from smsbot.core.messages import Lang
from smsbot.core.text.normalise import squeeze
from smsbot.services import answer_list, published, staff
from smsbot.services.answer_list import USE_DAYS, Only, Wanted
from smsbot.services.answer_search import AnswerSearch
from smsbot.web.admin.labels import GROUPS, LANGUAGES, MORE, REVISION_STATES
from smsbot.web.system import Clock, the_system

ONLY = {
    Only.ALL: "All answers",
    Only.LIVE: "Live",
    Only.DRAFT: "Being written",
    Only.IN_REVIEW: "In review",
    Only.APPROVED: "Approved, not live yet",
    Only.SCHEDULED: "Scheduled",
    Only.WAITING: "Waiting for a signature",
    Only.OVERDUE: "Review overdue",
    Only.GAP: "One language missing",
}
LONGEST_SOUGHT = 100
A_PAGE = 50
"""Keywords on one page of the list."""


class Answers:
    """The pages on which answers are read."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which day it is for dates that pass."""
        self._clock = clock
        self._search = AnswerSearch()

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/answers", "answers", self._answers, methods=["GET"])
        pages.add_url_rule("/answers/<keyword>", "answer", self._answer, methods=["GET"])
        pages.app_template_filter("language")(LANGUAGES.__getitem__)

    def _answers(self) -> str:
        wanted = _wanted()
        today = self._clock().date()
        page = answer_list.page(the_system().store, self._search, wanted, today, A_PAGE)
        return render_template(
            "admin/answers.html",
            found=page,
            wanted=wanted,
            today=today,
            choices=ONLY,
            owners=_writers(),
            groups=GROUPS,
            states=REVISION_STATES,
            use_days=USE_DAYS,
            gone=_gone(),
            newer=_address(wanted, None) if wanted.after else None,
            older=_address(wanted, page.after) if page.after else None,
        )

    def _answer(self, keyword: str) -> str:
        system, today = the_system(), self._clock().date()
        listed, live = answer_list.one_keyword(system.store, keyword)
        if listed is None:
            abort(404)
        settings = system.settings
        shown = {
            one.lang: (
                one,
                standing(one, today),
                published.preview(one, today, settings.program, settings.contact),
            )
            for one in live
        }
        return render_template(
            "admin/answer.html",
            listed=listed,
            gone=_gone(),
            shown=shown,
            groups=GROUPS,
            more=MORE,
            states=REVISION_STATES,
        )


def _wanted() -> Wanted:
    only = request.args.get("only", "")
    return Wanted(
        words=request.args.get("q", "").strip()[:LONGEST_SOUGHT],
        only=Only(only) if only in set(Only) else Only.ALL,
        owner=request.args.get("owner", "").strip()[:LONGEST_SOUGHT],
        after=request.args.get("after", "")[:LONGEST_SOUGHT],
    )


def _gone() -> tuple[str, Lang, int] | None:
    """The draft that was just given up, as "FDA.en.3": keyword, language and number."""
    keyword, _, rest = request.args.get("gone", "").partition(".")
    lang, _, n = rest.partition(".")
    is_number = n.isascii() and n.isdecimal() and len(n) < 9
    is_one = is_number and lang in set(Lang) and keyword == squeeze(keyword)
    return (keyword, Lang(lang), int(n)) if keyword and is_one else None


def _writers() -> list[str]:
    """Who may look after an answer: everybody who can sign in."""
    return [one.name for one in staff.everyone(the_system().store) if one.is_active]


def _address(wanted: Wanted, after: str | None) -> str:
    return url_for(
        "admin.answers",
        q=wanted.words or None,
        only=wanted.only.value or None,
        owner=wanted.owner or None,
        after=after,
    )


def as_lang(value: str) -> Lang:
    """The language in an address; any other is a page that is not there."""
    if value not in set(Lang):
        abort(404)
    return Lang(value)
