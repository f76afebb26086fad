"""The page of the texts for people in crisis: what staff may change of them, and what a release."""

from flask import Blueprint, render_template

from smsbot.core.answers import Group
from smsbot.core.inbound.decision import Tier
from smsbot.services import crisis_texts
from smsbot.web.admin.revision_page import words
from smsbot.web.system import the_system

TIERS = {
    Tier.EMERGENCY: "A life is at risk now",
    Tier.ACTIVE: "Intent, a plan or a method; also the words CRISIS, SUICIDE, 988",
    Tier.PASSIVE: "A wish not to live, self-harm",
    Tier.THIRD_PARTY: "Somebody else is at risk",
    Tier.VIOLENCE: "The person is hurt or threatened",
    Tier.BEREAVEMENT: "Somebody was lost to suicide",
    Tier.SOFT: "Despair that may be more",
    Tier.INFORMATION: "A question that mentions suicide, self-harm or overdose",
}
THREAT = "The person may hurt somebody"


class CrisisTexts:
    """The page."""

    def add_to(self, pages: Blueprint) -> None:
        """Add the route."""
        pages.add_url_rule("/crisis-texts", "crisis_texts", self._show, methods=["GET"])

    def _show(self) -> str:
        found = crisis_texts.editable(the_system().store)
        return render_template(
            "admin/crisis_texts.html",
            helplines=found[Group.SAFETY],
            reserved=found[Group.RESERVED],
            fixed=crisis_texts.fixed(),
            last_resort=crisis_texts.last_resort(),
            tiers=TIERS,
            threat=THREAT,
            **words(),
        )
