"""What waits to leave: lists by state, one text's history in words, and what staff do about one."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.outbound.history import standing, tell
from smsbot.core.outbound.outbox import State
from smsbot.providers.twilio.codes import TABLE
from smsbot.services import outbox
from smsbot.services.outbox import FOR_A_PERSON, By, OutboxFault
from smsbot.web.admin import asked
from smsbot.web.admin.message_labels import KINDS, LANES, STATES
from smsbot.web.system import Clock, the_system

PER_PAGE = 50
MEANINGS = {code: sentence for code, (_, sentence) in TABLE.items()}
_DONE = {
    "link": "The text is tied to that message at Twilio; its receipts count from now.",
    "resend": "The text leaves again at once. The person may get it twice.",
    "release": "The text leaves at once.",
    "cancel": "The text is taken back.",
}
_MAY = {
    "link": frozenset({State.HUMAN, State.UNKNOWN}),
    "resend": frozenset({State.HUMAN}),
    "release": frozenset({State.PARKED}),
    "cancel": frozenset({State.QUEUED, State.PARKED, State.HUMAN}),
}
"""What can be done in which state; the service decides."""


class OutboxPages:
    """The pages of texts that leave."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what staff do."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/outbox/<int:number>"
        pages.add_url_rule("/outbox", "outbox", self._list, methods=["GET"])
        pages.add_url_rule(one, "outbox_text", self._show, methods=["GET"])
        pages.add_url_rule(one, "handle_outbox", self._handle, methods=["POST"])

    def _list(self) -> str:
        chosen = asked.one_of("state", set(State))
        states = [State(chosen)] if chosen else list(FOR_A_PERSON)
        before, store = asked.number("before"), the_system().store
        found = outbox.listed(store, states, PER_PAGE + 1, before)
        more = found[PER_PAGE - 1].id if len(found) > PER_PAGE else None
        return render_template(
            "admin/outbox.html",
            texts=found[:PER_PAGE],
            summary=outbox.glance(store, self._clock()),
            chosen=chosen or "",
            choices={"": "Those that wait for a person", **{s.value: n for s, n in STATES.items()}},
            states=STATES,
            kinds=KINDS,
            lanes=LANES,
            meanings=MEANINGS,
            older=url_for("admin.outbox", state=chosen, before=more) if more else None,
            newest=url_for("admin.outbox", state=chosen) if before is not None else None,
        )

    def _show(self, number: int) -> str:
        return self._page(number)

    def _handle(self, number: int) -> ResponseReturnValue:
        what, reason = request.form.get("do", ""), asked.typed("reason", 200)
        acting = asked.by(self._clock)
        by = By(name=acting.name, at=acting.at, reason=reason)
        store, sid = the_system().store, asked.typed("sid", 40)
        actions: dict[str, Callable[[], None]] = {
            "link": lambda: outbox.link(store, number, sid, by),
            "resend": lambda: outbox.resend(store, number, by),
            "release": lambda: outbox.release(store, number, by),
            "cancel": lambda: outbox.cancel(store, number, by),
        }
        if what not in actions:
            abort(400)
        errors = {}
        if not reason:
            errors["reason"] = "Say why, in a few words: it stays in the text's history."
        else:
            try:
                actions[what]()
            except OutboxFault as fault:
                errors["sid" if what == "link" and "SID" in str(fault) else ""] = str(fault)
        if errors:
            return self._page(number, errors=errors, reason=reason, sid=sid), 422
        flash(_DONE[what], "good")
        return redirect(url_for("admin.outbox_text", number=number), code=303)

    def _page(self, number: int, **more: object) -> str:
        try:
            story = outbox.show(the_system().store, number)
        except OutboxFault:
            abort(404)
        state = story.entry.state
        return render_template(
            "admin/outbox_text.html",
            entry=story.entry,
            lines=tell(story, MEANINGS),
            standing=standing(state),
            may_do=[what for what, states in _MAY.items() if state in states],
            states=STATES,
            kinds=KINDS,
            lanes=LANES,
            **{"errors": {}, "reason": "", "sid": "", **more},
        )
