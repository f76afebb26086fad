"""Steps 3 and 4 together: a text that is neither a crisis nor STOP gets its answer.

Only `decide` calls this, after the crisis screen and the compliance step have passed the text on.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from smsbot.core.answers import Answer
from smsbot.core.contacts import MEMORY, Contact, Place
from smsbot.core.inbound import paging
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decision import Decision, Step, Tier
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.inbound.reply import citations, fit, join, long_reply, short_reply, shows_care
from smsbot.core.inbound.router import SUBJECT, Kind, Route, route
from smsbot.core.messages import InboundMessage, Lang
from smsbot.core.text.normalise import tokens

_SURE_OF_LANGUAGE = 4
"""So many words in the other language overrule the language a contact asked for."""

_HELP = "HELP"
_SPANISH_NAMES = frozenset({"espanol", "spanish", "castellano"})
_ENGLISH_NAMES = frozenset({"english", "ingles"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One text being answered: what is needed at every turn of the path below."""

    message: InboundMessage
    contact: Contact
    catalogue: Catalogue
    now: datetime
    route: Route
    lang: Lang

    def decision(self, rule: str, text: str, **more: object) -> Decision:
        """A decision of one message, the contact's language remembered."""
        contact = self.contact
        if not contact.lang_chosen:
            contact = replace(contact, lang=self.lang)
        base = Decision(
            step=Step.MENU, rule=rule, lang=self.lang, messages=(text,), contact=contact,
            confidence=self.route.confidence, runners_up=self.route.runners_up,
        )  # fmt: skip
        return replace(base, **more)  # type: ignore[arg-type]


def answer_text(
    message: InboundMessage,
    contact: Contact,
    catalogue: Catalogue,
    now: datetime,
    lead: tuple[str, ...] | None = None,
) -> Decision:
    """Route the text and put its reply together; `lead` overrules the router's topics."""
    found = route(message.body, catalogue.index)
    if lead is not None:
        found = replace(found, kind=Kind.QUESTION, topics=lead)
    found = replace(found, topics=tuple(dict.fromkeys(map(_not_done, found.topics))))
    turn = _Turn(
        message=message,
        contact=contact,
        catalogue=catalogue,
        now=now,
        route=found,
        lang=_language(found.lang, message, contact),
    )
    decided = _answer(turn)
    # Behind a crisis text stands the answer alone: who we are can wait for the next one.
    return decided if lead is not None else _with_lines(turn, decided)


def _not_done(keyword: str) -> str:
    # What only sounds like STOP or START has not stopped or started anything, and their texts say
    # "it's done". HELP says how to stop.
    return _HELP if keyword in {"STOP", "START"} else keyword


def _language(said_in: Lang | None, message: InboundMessage, contact: Contact) -> Lang:
    if contact.lang_chosen and contact.lang is not None:
        long_enough = len(tokens(message.body)) >= _SURE_OF_LANGUAGE
        return said_in if said_in is not None and long_enough else contact.lang
    return said_in or contact.lang or Lang.EN


def _answer(turn: _Turn) -> Decision:
    command = paging.command(turn.message.body)
    if command is not None:
        return _page(turn, command)
    match turn.route.kind:
        case Kind.KEYWORD | Kind.QUESTION:
            return _topic(turn)
        case Kind.THANKS:
            return turn.decision("thanks", PHRASES[turn.lang].thanks)
        case Kind.GREETING:
            text = join(PHRASES[turn.lang].greeting, _menu(turn))
            return turn.decision("greeting", text, topic="MENU", topics=("MENU",))
        case Kind.HELPLINE:
            return _helpline_word(turn)
        case Kind.EMPTY:
            line = PHRASES[turn.lang].media if turn.message.media_count else ""
            text = join(line, _menu(turn)) or PHRASES[turn.lang].nothing_yet
            return turn.decision("empty", text, topic="MENU", topics=("MENU",))
        case Kind.UNKNOWN:
            return _unknown(turn)


def _topic(turn: _Turn) -> Decision:
    keyword = turn.route.topics[0]
    if keyword == "LANG":
        return _switch_language(turn)
    if keyword == "SOURCES":
        return _page(turn, paging.Command.SOURCES)
    answer = turn.catalogue.answers.get(keyword, turn.lang)
    if answer is None:
        return _unknown(turn)
    step = Step.KEYWORD if turn.route.kind is Kind.KEYWORD else Step.QUESTION
    if keyword == "MENU":
        step = Step.MENU
    offers = [turn.catalogue.answers.call_it(k, turn.lang) for k in turn.route.topics[1:]]
    text = short_reply(answer, turn.lang, turn.now.date(), offers=offers, before="", after="")
    decided = turn.decision(
        turn.route.rule, text, step=step, topic=keyword, topics=turn.route.topics
    )
    return _remember(turn, decided, answer, part=0)


def _remember(turn: _Turn, decided: Decision, answer: Answer, part: int) -> Decision:
    place = Place(keyword=answer.keyword, lang=turn.lang, part=part, expires_at=turn.now + MEMORY)
    return replace(decided, contact=replace(decided.contact, place=place))


def _page(turn: _Turn, command: paging.Command) -> Decision:
    turn = replace(turn, route=replace(turn.route, confidence=1.0, runners_up=()))
    phrases = PHRASES[turn.lang]
    place = paging.place(turn.contact, turn.now)
    answer = turn.catalogue.answers.get(place.keyword, turn.lang) if place else None
    rule = f"paging.{command.value}"
    if command is paging.Command.SOURCES:
        named = answer or turn.catalogue.answers.get("SOURCES", turn.lang)
        text = citations(named, turn.lang) if answer and named else named.short if named else ""
        return turn.decision(
            rule, text or phrases.nothing_yet, step=Step.KEYWORD, topic="SOURCES",
            topics=("SOURCES",),
        )  # fmt: skip
    if place is None or answer is None:
        return turn.decision(f"{rule}.nothing", phrases.nothing_yet, topics=("MENU",))
    if command is paging.Command.MORE and (place.part or not answer.more(turn.now.date())):
        decided = turn.decision(f"{rule}.end", phrases.nothing_more, step=Step.KEYWORD)
        return replace(decided, topic=answer.keyword, topics=(answer.keyword,))
    if command is paging.Command.BACK and place.part == 0:
        parts: tuple[str, ...] = (
            short_reply(answer, turn.lang, turn.now.date(), offers=(), before="", after=""),
        )
    else:
        parts = long_reply(answer, turn.now.date())
    part = 1 if command is paging.Command.MORE else place.part
    decided = turn.decision(
        rule, parts[0], step=Step.KEYWORD, topic=answer.keyword, topics=(answer.keyword,),
        later=parts[1:],
    )  # fmt: skip
    return _remember(turn, decided, answer, part)


def _switch_language(turn: _Turn) -> Decision:
    words = frozenset(tokens(turn.message.body))
    if _SPANISH_NAMES & words and not _ENGLISH_NAMES & words:
        lang = Lang.ES
    elif _ENGLISH_NAMES & words and not _SPANISH_NAMES & words:
        lang = Lang.EN
    else:
        answer = turn.catalogue.answers.get("LANG", turn.lang)
        text = answer.short if answer else _menu(turn)
        return turn.decision(
            turn.route.rule, text, step=Step.KEYWORD, topic="LANG", topics=("LANG",)
        )
    turn = replace(turn, lang=lang)
    place = paging.place(turn.contact, turn.now)
    last = turn.catalogue.answers.get(place.keyword, lang) if place else None
    # Whoever changes the language wants what they were just reading in it.
    text = join(PHRASES[lang].lang_set, last.text(turn.now.date()) if last else _menu(turn))
    decided = turn.decision(
        turn.route.rule, text, step=Step.KEYWORD, topic="LANG", topics=("LANG",)
    )
    contact = replace(decided.contact, lang=lang, lang_chosen=True)
    return replace(decided, contact=contact)


def _helpline_word(turn: _Turn) -> Decision:
    phrases = PHRASES[turn.lang]
    others = [k for k in turn.route.topics if k != "CRISIS"]
    names = [turn.catalogue.answers.call_it(k, turn.lang) for k in others]
    offer = phrases.offer.replace("{keywords}", names[0]) if names else ""
    return turn.decision(
        turn.route.rule,
        join(phrases.helpline_word, offer, _menu(turn)),
        step=Step.CRISIS,
        tier=Tier.SOFT,
        topic="CRISIS",
        topics=turn.route.topics,
    )


def _unknown(turn: _Turn) -> Decision:
    text = fit(PHRASES[turn.lang].unknown, [_menu(turn)], separator="\n")
    if SUBJECT.isdisjoint(tokens(turn.message.body)):
        return turn.decision("unknown", text)
    # It speaks of the subject, and no vetted answer covers it: that is an answer of its own.
    return turn.decision(
        "unknown.subject", text, step=Step.QUESTION, topic="NOTCOVERED", topics=("NOTCOVERED",)
    )


def _menu(turn: _Turn) -> str:
    answer = turn.catalogue.answers.get("MENU", turn.lang)
    return answer.text(turn.now.date()) if answer else ""


def _with_lines(turn: _Turn, decided: Decision) -> Decision:
    """Add, once, who we are; and after a crisis, on every answer, the 988 line."""
    contact, first = decided.contact, decided.messages[0]
    phrases = PHRASES[decided.lang]
    in_care = contact.care_until is not None and contact.care_until > turn.now
    answer = turn.catalogue.answers.get(decided.topic or "", decided.lang)
    if in_care and not (answer is not None and shows_care(answer)):
        first = fit(first, [phrases.in_care], separator="\n\n")
    if not contact.greeted:
        line = turn.catalogue.answers.programme_line(decided.lang)
        longer = fit(first, [line], separator="\n\n")
        contact = replace(contact, greeted=longer != first)
        first = longer
    return replace(decided, contact=contact, messages=(first, *decided.messages[1:]))
