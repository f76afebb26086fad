"""Steps 3 and 4 together: a text that is neither a crisis nor STOP gets its answer.

Only `decide` calls this, after the crisis screen and the compliance step have passed the text on.
In order: a choice from what was offered, a step on in the last answer, what the router makes of
the text by itself or together with the last answer, and where a guess could harm a question back.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from smsbot.core.contacts import Contact
from smsbot.core.inbound import answering_context as context
from smsbot.core.inbound import answering_replies as replies
from smsbot.core.inbound.answering_turn import Turn
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decision import Decision
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.inbound.reply import fit, join, shows_care
from smsbot.core.inbound.router import SUBJECT, Kind, route
from smsbot.core.messages import InboundMessage, Lang
from smsbot.core.text.normalise import tokens

_SURE_OF_LANGUAGE = 4
"""So many words in the other language overrule the language a contact asked for."""

_HELP = "HELP"

_AFTERCARE = timedelta(hours=1)
"""So long after a crisis text, 988 is the answer to what can't be answered."""

_HINTED, _PASSED_BY = 0.45, 0.8
"""The router's scores from which one of those that could harm may be meant by a text that is not
understood, and from which it is named first beside another answer."""


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
        # Of one topic alone there is nothing to ask back.
        asks = found.kind is Kind.AMBIGUOUS and len(lead) > 1
        found = replace(found, kind=Kind.AMBIGUOUS if asks else Kind.QUESTION, topics=lead)
    found = replace(found, topics=tuple(dict.fromkeys(map(_not_done, found.topics))))
    turn = Turn(
        message=message,
        contact=contact,
        catalogue=catalogue,
        now=now,
        route=found,
        lang=_language(found.lang, message, contact),
        words=tokens(message.body),
    )
    if lead is not None:
        # Behind a crisis text stands the answer alone: who we are can wait for the next one.
        return _routed(turn)
    decided = context.chosen(turn) or context.stepped(turn) or context.picked_by_name(turn)
    decided = decided or context.followed(turn) or _guarded(turn) or _routed(turn)
    return _with_lines(turn, _aftercare(turn, decided))


def _not_done(keyword: str) -> str:
    # What only sounds like STOP or START has not stopped or started anything, and their texts say
    # "it's done". HELP says how to stop.
    return _HELP if keyword in {"STOP", "START"} else keyword


def _language(said_in: Lang | None, message: InboundMessage, contact: Contact) -> Lang:
    if contact.lang_chosen and contact.lang is not None:
        long_enough = len(tokens(message.body)) >= _SURE_OF_LANGUAGE
        return said_in if said_in is not None and long_enough else contact.lang
    return said_in or contact.lang or Lang.EN


def _guarded(turn: Turn) -> Decision | None:
    """A question back, where the answer would be a guess that could harm; else None."""
    found = turn.route
    if found.kind in {Kind.KEYWORD, Kind.QUESTION}:
        guess = replies.is_guess(found.topics[0], found.confidence)
        return replies.ask_about(turn, found.topics[0]) if guess else None
    if found.kind is not Kind.UNKNOWN or SUBJECT.isdisjoint(turn.words):
        return None
    for keyword, score in found.runners_up[:1]:
        if keyword in replies.HARMFUL_TO_GUESS and score >= _HINTED:
            return replies.ask_about(turn, keyword)
    return None


def _routed(turn: Turn) -> Decision:
    """The reply to what the router made of the text by itself."""
    match turn.route.kind:
        case Kind.KEYWORD | Kind.QUESTION:
            return replies.topic(_beside_harm(turn))
        case Kind.AMBIGUOUS:
            return replies.ask(turn)
        case Kind.THANKS:
            return turn.decision("thanks", PHRASES[turn.lang].thanks, offered=turn.offer())
        case Kind.GREETING:
            text = join(PHRASES[turn.lang].greeting, turn.menu())
            return turn.decision("greeting", text, topic="MENU", topics=("MENU",))
        case Kind.HELPLINE:
            return replies.helpline_word(turn)
        case Kind.EMPTY:
            line = PHRASES[turn.lang].media if turn.message.media_count else ""
            text = join(line, turn.menu()) or PHRASES[turn.lang].nothing_yet
            return turn.decision("empty", text, topic="MENU", topics=("MENU",))
        case Kind.UNKNOWN:
            return replies.unknown(turn)


def _beside_harm(turn: Turn) -> Turn:
    """The turn with what could harm if passed by among the topics it offers."""
    found = turn.route
    passed_by = tuple(
        keyword
        for keyword, score in found.runners_up
        if keyword in replies.HARMFUL_TO_GUESS - {"EMERGENCY"} and score >= _PASSED_BY
    )
    if not passed_by:
        return turn
    topics = tuple(dict.fromkeys((found.topics[0], *passed_by, *found.topics[1:])))
    return replace(turn, route=replace(found, topics=topics))


def _aftercare(turn: Turn, decided: Decision) -> Decision:
    """The decision, or 988 once more to a person in crisis whose text says nothing by itself."""
    crisis_at = turn.contact.crisis_at
    unsure = decided.rule == "unknown" or decided.rule.startswith("ambiguous")
    is_lost = decided.rule.endswith(".nothing") or (unsure and SUBJECT.isdisjoint(turn.words))
    if crisis_at is None or abs(turn.now - crisis_at) >= _AFTERCARE or not is_lost:
        return decided
    # "why", "1", "please" in such a moment is not a question that has no checked answer.
    return turn.decision(f"aftercare.{decided.rule}", PHRASES[turn.lang].aftercare, offered=())


def _with_lines(turn: Turn, decided: Decision) -> Decision:
    """Add, once, who we are; and after a crisis, on every answer, the 988 line."""
    contact, first = decided.contact, decided.messages[0]
    phrases = PHRASES[decided.lang]
    in_care = contact.care_until is not None and contact.care_until > turn.now
    answer = turn.catalogue.answers.get(decided.topic or "", decided.lang)
    if in_care and "988" not in first and not (answer is not None and shows_care(answer)):
        first = fit(first, [phrases.in_care], separator="\n\n")
    if not contact.greeted:
        line = turn.catalogue.answers.programme_line(decided.lang)
        longer = fit(first, [line], separator="\n\n")
        contact = replace(contact, greeted=longer != first)
        first = longer
    return replace(decided, contact=contact, messages=(first, *decided.messages[1:]))
