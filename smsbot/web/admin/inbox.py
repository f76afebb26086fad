"""What people wrote: the inbox with its filters, and the conversation with one person."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from smsbot.core.inbound.decision import Step
from smsbot.core.messages import Lang
from smsbot.core.outbound.history import standing
from smsbot.core.people import Conversation, Filter, ReplyState, Sent, Text
from smsbot.providers.twilio.twiml import texts
from smsbot.services import inbox
from smsbot.web.admin import asked
from smsbot.web.admin.message_labels import CONSENTS, KINDS, REPLIES, STATES, STEPS, TIERS
from smsbot.web.admin.times import viewer_zone
from smsbot.web.system import the_system

PER_PAGE = 50
_LANGS = {Lang.EN.value: "English", Lang.ES.value: "Spanish"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One text of a conversation as it is drawn."""

    at: datetime
    is_theirs: bool
    body: str | None
    notes: tuple[str, ...]
    """What became of it, in words."""
    lang: str | None = None
    text: Text | None = None
    """The inbound text, where it is one."""
    sent: Sent | None = None
    """The row of the outbox, where it left through it."""


class InboxPages:
    """The pages of people's texts."""

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/inbox", "inbox", self._inbox, methods=["GET"])
        pages.add_url_rule(
            "/contacts/<int:contact_id>/texts", "conversation", self._conversation, methods=["GET"]
        )

    def _inbox(self) -> str:
        wanted = _filter()
        before = asked.number("before")
        found, more = inbox.page(the_system().store, wanted, PER_PAGE, before)
        chosen: dict[str, Any] = {
            name: value for name, value in request.args.items() if name != "before" and value
        }
        return render_template(
            "admin/inbox.html",
            texts=found,
            wanted=wanted,
            chosen=chosen,
            choices=_choices(),
            older=url_for("admin.inbox", **chosen, before=more) if more else None,
            newest=url_for("admin.inbox", **chosen) if before is not None else None,
            steps=STEPS,
            tiers=TIERS,
        )

    def _conversation(self, contact_id: int) -> str:
        found = inbox.conversation(the_system().store, contact_id, asked.number("before"))
        if found is None:
            abort(404)
        older = None
        if found.older is not None:
            older = url_for("admin.conversation", contact_id=contact_id, before=found.older)
        return render_template(
            "admin/conversation.html",
            found=found,
            by_day=_by_day(_bubbles(found)),
            older=older,
            is_old=request.args.get("before") is not None,
            kept_days=the_system().settings.retention_days,
            kinds=KINDS,
            states=STATES,
            steps=STEPS,
            tiers=TIERS,
            consents=CONSENTS,
        )


def _filter() -> Filter:
    topic = " ".join(request.args.get("topic", "").split()).upper()[:40]
    reply = asked.one_of("reply", set(ReplyState))
    return Filter(
        step=asked.one_of("step", set(Step)),
        tier=asked.one_of("tier", {inbox.ANY, *TIERS}),
        topic=topic or None,
        lang=asked.one_of("lang", _LANGS),
        day=asked.day("day"),
        late=request.args.get("late") == "1",
        reply=ReplyState(reply) if reply else None,
    )


def _choices() -> dict[str, dict[str, str]]:
    return {
        "step": {"": "Any", **{step.value: label for step, label in STEPS.items()}},
        "tier": {
            "": "Any text",
            inbox.ANY: "Crisis screen fired",
            **{tier.value: label for tier, label in TIERS.items()},
        },
        "lang": {"": "Both", **_LANGS},
        "reply": {"": "Any", **{state.value: label for state, label in REPLIES.items()}},
    }


def _bubbles(found: Conversation) -> list[Bubble]:
    bubbles: list[Bubble] = []
    for turn in found.turns:
        one = turn.text
        bubbles.append(
            Bubble(at=one.at, is_theirs=True, body=one.body, notes=(), lang=one.lang, text=one)
        )
        said = texts(turn.document)
        note = "Answered at once." if not one.is_late else "Recorded late: this was not sent again."
        bubbles += [
            Bubble(at=one.at, is_theirs=False, body=body, notes=(note,), lang=one.lang)
            for body in said
        ]
    bubbles += [
        Bubble(
            at=one.entry.created_at,
            is_theirs=False,
            body=one.body,
            notes=(standing(one.entry.state),),
            sent=one,
        )
        for one in found.sent
    ]
    return sorted(bubbles, key=lambda one: one.at)


def _by_day(bubbles: list[Bubble]) -> list[tuple[str, list[Bubble]]]:
    zone = viewer_zone()

    def day(one: Bubble) -> str:
        local = one.at.astimezone(zone)
        return f"{local:%A}, {local.day} {local:%B %Y}"

    return [(name, list(some)) for name, some in groupby(bubbles, key=day)]
