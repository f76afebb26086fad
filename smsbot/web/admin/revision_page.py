"""The page of one revision: what it changes, how it looks on a phone, and what this person may do.

The steps that end on this page (`review`, `publishing`) show it again when one is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flask import abort, render_template, request

from smsbot.core.answers import Answer
from smsbot.core.editorial import next_steps
from smsbot.core.editorial.checklist import CHECKLIST
from smsbot.core.editorial.claims import ClaimStatus
from smsbot.core.editorial.story import in_words, is_refusal, why
from smsbot.core.editorial.typed import LABELS
from smsbot.services import published, review_page
from smsbot.services.editorial_desk import EditorialFault
from smsbot.services.neighbours import Neighbours
from smsbot.services.published import Preview
from smsbot.services.remarks import basis
from smsbot.services.review_page import Sight
from smsbot.web.admin.access import the_staff
from smsbot.web.admin.labels import MORE, REVISION_STATES
from smsbot.web.admin.times import viewer_zone
from smsbot.web.system import Clock, the_system

LOOK_FOR = {
    ClaimStatus.OUT_OF_DATE: "The explainer is behind here, and this is what holds now. See that"
    " the answer says this, not what the explainer says: the content check can't tell.",
    ClaimStatus.PARTLY: "The explainer is true only in part, and this is how it may be said. See"
    " that the answer keeps to it.",
    ClaimStatus.NOT_CHECKABLE: "No source proves or denies it. See that the answer does not state"
    " it as a fact.",
    ClaimStatus.CONTRADICTED: "The sources say otherwise: no answer may use it.",
}
"""What a reviewer looks for in an answer that rests on a claim which does not simply hold."""
CHANGED = "The text was changed after you opened this page: this is the text now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the forms of the page, and what is wrong with it, by the field's id."""

    errors: Mapping[str, str] = field(default_factory=dict)
    ticked: Collection[str] = ()
    approval: str = ""
    refusal: str = ""
    at: str = ""


class RevisionPage:
    """Shows a revision; one for the process, because it remembers what answers are asked."""

    def __init__(self, clock: Clock) -> None:
        """`clock` says which day it is."""
        self._clock = clock
        self._near = Neighbours()

    def show(self, revision_id: int, typed: Typed | None = None) -> str:
        """The whole page, with what was typed where a step was refused."""
        system, today = the_system(), self._clock().date()
        by = the_staff() or abort(403)
        claims = basis(system.settings.content).claims
        try:
            sight = review_page.look(system.store, revision_id, today, claims, self._near)
        except EditorialFault:
            abort(404)
        one = sight.one
        if typed and request.form.get("version", str(one.version)) != str(one.version):
            # What was ticked was ticked for another text.
            typed = replace(typed, errors={"": f"{CHANGED} Read it again."}, ticked=())
        return render_template(
            "admin/revision.html",
            one=one,
            sight=sight,
            claims=claims,
            look_for=LOOK_FOR,
            phones=phones(sight, today),
            sister_phone=preview(sight.sister, today),
            typed=typed or Typed(),
            checklist=CHECKLIST,
            not_review=next_steps.why_not_review(one, sight.writers, by),
            not_second=next_steps.why_not_second(one, sight.writers, by),
            not_publish=next_steps.why_not_publish(one, by),
            not_back=next_steps.why_not_back(one, by),
            zone=f"{self._clock().astimezone(viewer_zone()):%Z}",
            **words(),
        )


def words() -> dict[str, object]:
    """What every page about revisions needs to put them into words."""
    return {
        "states": REVISION_STATES,
        "labels": LABELS,
        "more": MORE,
        "in_words": in_words,
        "is_refusal": is_refusal,
        "why": why,
    }


def preview(answer: Answer | None, today: date) -> Preview | None:
    """How an answer looks on a phone; None for none."""
    settings = the_system().settings
    if answer is None:
        return None
    return published.preview(answer, today, settings.program, settings.contact)


def phones(sight: Sight, today: date) -> tuple[Preview | None, Preview | None]:
    """How both texts look on a phone: what it is compared with, and the revision."""
    return preview(sight.before, today), preview(sight.one.answer, today)
