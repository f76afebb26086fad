"""Topics: what people can join, in which words they are asked, made and retired."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from smsbot.core.campaigns.audience import FieldFault
from smsbot.core.campaigns.topics import FIELDS, mark
from smsbot.core.contacts import Topic
from smsbot.core.errors import ContentFault
from smsbot.core.inbound.joining import shown
from smsbot.core.messages import Lang
from smsbot.core.text.segments import measure
from smsbot.services import consent, topics
from smsbot.web.admin import asked
from smsbot.web.system import Clock, the_system


class TopicPages:
    """The pages of topics."""

    def __init__(self, clock: Clock) -> None:
        """`clock` dates what is changed."""
        self._clock = clock

    def add_to(self, pages: Blueprint) -> None:
        """Add the routes."""
        one = "/consent/topics/<keyword>"
        for rule, name, view, method in (
            ("/consent/topics", "topics", self._list, "GET"),
            ("/consent/topics/new", "new_topic", self._new, "GET"),
            ("/consent/topics", "add_topic", self._add, "POST"),
            (one, "topic", self._one, "GET"),
            (one, "change_topic", self._change, "POST"),
            (f"{one}/retire", "ask_retire_topic", self._ask, "GET"),
            (f"{one}/retire", "retire_topic", self._retire, "POST"),
        ):
            pages.add_url_rule(rule, name, view, methods=[method])

    def _list(self) -> str:
        return render_template("admin/topics.html", topics=consent.joined(the_system().store))

    def _new(self) -> str:
        return _form(None, topics.read({}), ())

    def _add(self) -> ResponseReturnValue:
        one, catalogue, by = _typed(), the_system().catalogue.current, asked.by(self._clock)
        if asked.typed("do") == "check":
            return _form(None, one, topics.check(the_system().store, one, catalogue, by))
        faults = topics.add(the_system().store, one, catalogue, by)
        if faults:
            return _form(None, one, faults), 422
        flash(f"{one.keyword} can be joined now.", "good")
        return redirect(url_for("admin.topics"), code=303)

    def _one(self, keyword: str) -> str:
        kept = _got(keyword)
        return _form(kept, kept, ())

    def _change(self, keyword: str) -> ResponseReturnValue:
        kept, typed = _got(keyword), _typed(keyword=keyword)
        store, catalogue = the_system().store, the_system().catalogue.current
        by, opened = asked.by(self._clock), asked.typed("opened", 16)
        if asked.typed("do") == "check":
            return _form(kept, typed, topics.check(store, typed, catalogue, by), opened)
        try:
            faults = topics.change(store, opened, typed, catalogue, by)
        except ContentFault as fault:
            return _form(kept, typed, (FieldFault(field="", what=str(fault)),), opened), 422
        if faults:
            return _form(kept, typed, faults, opened), 422
        flash("Saved. Who asks from now on is shown these words.", "good")
        return redirect(url_for("admin.topic", keyword=keyword), code=303)

    def _ask(self, keyword: str) -> str:
        return _retire_page(_got(keyword), None)

    def _retire(self, keyword: str) -> ResponseReturnValue:
        kept = _got(keyword)
        try:
            topics.retire(the_system().store, keyword, asked.by(self._clock))
        except ContentFault as fault:
            return _retire_page(kept, str(fault)), 422
        flash(f"{keyword} is retired. Who joined it can still leave it.", "good")
        return redirect(url_for("admin.topics"), code=303)


def _typed(**fixed: str) -> Topic:
    return topics.read({name: asked.typed(name, 300) for name in FIELDS} | fixed)


def _got(keyword: str) -> Topic:
    try:
        return topics.get(the_system().store, keyword)
    except ContentFault:
        abort(404)


def _form(
    kept: Topic | None, typed: Topic, faults: tuple[FieldFault, ...], opened: str | None = None
) -> str:
    program = the_system().settings.program
    said = []
    for lang in Lang:
        text = shown(typed, lang, program)[0]
        said.append((lang.value, text, measure(text)))
    errors: dict[str, str] = {}
    for fault in faults:
        errors.setdefault(fault.field, fault.what)
    return render_template(
        "admin/topic.html",
        kept=kept,
        typed=typed,
        errors=errors,
        opened=opened or (mark(kept) if kept else ""),
        said=said if typed.words_en and typed.words_es else [],
    )


def _retire_page(kept: Topic, fault: str | None) -> str:
    joined = {one.keyword: number for one, number in consent.joined(the_system().store)}
    return render_template(
        "admin/topic_retire.html", kept=kept, joined=joined.get(kept.keyword, 0), fault=fault
    )
