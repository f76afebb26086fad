"""What a text means in its conversation: a choice, a step on, a question that leans on the last.

Each function gives None where the text stands by itself; then the router alone has the word.
Within the memory of a conversation only (`contacts.MEMORY`).
"""

from dataclasses import replace

from smsbot.core.answers import Group
from smsbot.core.inbound import answering_replies as replies
from smsbot.core.inbound import paging
from smsbot.core.inbound.answering_turn import Turn
from smsbot.core.inbound.choosing import Choice, Wish, choice
from smsbot.core.inbound.conversation_words import SHORT
from smsbot.core.inbound.decision import Decision
from smsbot.core.inbound.follow_up import Onward, leans, onward
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.inbound.reply import join
from smsbot.core.inbound.router import SUBJECT, Kind, Route, route
from smsbot.core.messages import Lang
from smsbot.core.text.words import FUNCTION

_CLEAR = 0.45
"""The router's score from which a topic it does not dare to answer with may be what was chosen."""

_ASKING = frozenset("what how why which que como cual cuando when where donde".split())

_TREATMENT = {Lang.EN: "ketamine", Lang.ES: "ketamina"}


def chosen(turn: Turn) -> Decision | None:
    """The reply to "1", "the second one", "sure", "neither"; None when the text is no choice."""
    found = choice(turn.message.body)
    if found is None or (turn.route.kind is Kind.QUESTION and turn.route.confidence >= 1):
        # "es la primera opcion" is how people ask for an answer; then it is no choice.
        return None
    offered = turn.offer()
    turn = replace(turn, context_offer=offered)
    if not offered:
        return _nothing_offered(turn, found)
    if found.wish is Wish.NO:
        return turn.decision("choice.no", turn.menu() or PHRASES[turn.lang].nothing_yet,
                             topic="MENU", topics=("MENU",))  # fmt: skip
    if found.wish is Wish.YES and len(offered) > 1:
        return replies.ask_again(turn, "choice.yes.which")
    numbers = found.numbers if found.wish is Wish.NUMBER else range(1, len(offered) + 1)
    if not all(number <= len(offered) for number in numbers):
        return replies.ask_again(turn, "choice.number.none")
    picked = tuple(dict.fromkeys(offered[number - 1] for number in numbers))
    rule = f"choice.{found.wish.value}.{picked[0]}"
    return replies.topic(replace(turn, route=_certain(turn.route, rule, picked)))


def _nothing_offered(turn: Turn, found: Choice) -> Decision | None:
    if found.wish is Wish.NUMBER:
        phrases = PHRASES[turn.lang]
        return turn.decision(
            "choice.number.nothing", join(phrases.no_numbers, turn.menu()),
            topic="MENU", topics=("MENU",),
        )  # fmt: skip
    if found.wish is Wish.YES and _last_topic(turn) is not None:
        # All that was held out to them was MORE.
        return replies.page(turn, paging.Command.MORE, "choice.yes.more")
    return None


def stepped(turn: Turn) -> Decision | None:
    """The reply to MORE, BACK and SOURCES, and to "why?", "go on", "who says"; or None."""
    command = paging.command(turn.message.body)
    if command is not None:
        return replies.page(turn, command)
    wanted = onward(turn.message.body)
    if wanted is None or (wanted is not Onward.WHY and _last_topic(turn) is None):
        return None
    rule = f"follow_up.{wanted.value}"
    last = _last_topic(turn)
    if wanted is Onward.SAYS_WHO or (wanted is Onward.WHY and last and not _has_more(turn)):
        return replies.page(turn, paging.Command.SOURCES, f"{rule}.sources")
    return replies.page(turn, paging.Command.MORE, f"{rule}.more")


def followed(turn: Turn) -> Decision | None:
    """The reply to a short text that only means something after the last answer, or None."""
    last = _last_topic(turn)
    if last is None or not _leans_on_it(turn):
        return None
    turn = replace(turn, context_topic=last)
    content = " ".join(word for word in turn.words if word not in FUNCTION)
    if not content:
        asks = "?" in turn.message.body or not _ASKING.isdisjoint(turn.words)
        return replies.page(turn, paging.Command.MORE, "follow_up.more") if asks else None
    called = route(content, turn.catalogue.index)
    if called.kind is Kind.KEYWORD and _may_follow(turn, called.topics[0]):
        # "and the risks?" is RISKS, said with a few words around it.
        return _onto(turn, called)
    subject = _TREATMENT[turn.lang]
    found = route(f"{turn.message.body} {subject}", turn.catalogue.index)
    # What only the word we put beside it has brought in says nothing of the text.
    brought_in = route(subject, turn.catalogue.index).topics
    topics = tuple(k for k in found.topics if k not in brought_in and _may_follow(turn, k))
    if not topics or (found.kind is Kind.AMBIGUOUS and len(topics) < len(found.topics)):
        return None
    return _onto(turn, replace(found, topics=topics))


def _onto(turn: Turn, found: Route) -> Decision:
    """The reply to a text read in context: of two close topics it asks, of the last it tells on."""
    lead = found.topics[0]
    turn = replace(turn, route=replace(found, rule=f"follow_up.{lead}"))
    if lead == turn.context_topic and _has_more(turn):
        return replies.page(turn, paging.Command.MORE, f"follow_up.more.{lead}")
    if found.kind is Kind.AMBIGUOUS and len(found.topics) > 1:
        return replies.ask(turn)
    if replies.is_guess(lead, found.confidence):
        return replies.ask_about(turn, lead)
    return replies.topic(replace(turn, route=replace(turn.route, kind=Kind.QUESTION)))


def picked_by_name(turn: Turn) -> Decision | None:
    """The reply to a few words that point at one of several choices without its name, or None."""
    offered, found = turn.offer(), turn.route
    if not offered or len(turn.words) > SHORT:
        return None
    meant: tuple[str, ...] = ()
    if found.kind is Kind.AMBIGUOUS:
        meant = tuple(keyword for keyword in found.topics if keyword in offered)
    elif found.kind is Kind.UNKNOWN:
        meant = _far_ahead(found.runners_up)
    if len(meant) != 1 or meant[0] not in offered:
        return None
    rule = f"choice.named.{meant[0]}"
    read = replace(found, kind=Kind.QUESTION, rule=rule, topics=meant)
    return replies.topic(replace(turn, route=read, context_offer=offered))


def _far_ahead(scored: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    """The first of these when it is clear by itself and twice as likely as the second."""
    if not scored or scored[0][1] < _CLEAR:
        return ()
    second = scored[1][1] if len(scored) > 1 else 0.0
    return (scored[0][0],) if scored[0][1] >= 2 * second else ()


def _last_topic(turn: Turn) -> str | None:
    """The health topic of the last answer; menus and helplines are nothing to lean on."""
    place = paging.place(turn.contact, turn.now)
    answer = turn.catalogue.answers.get(place.keyword, turn.lang) if place else None
    return answer.keyword if answer is not None and answer.group is Group.CONTENT else None


def _has_more(turn: Turn) -> bool:
    """Whether the last answer has details that the contact has not been sent."""
    place = paging.place(turn.contact, turn.now)
    answer = turn.catalogue.answers.get(place.keyword, turn.lang) if place else None
    if place is None or answer is None or place.part:
        return False
    return answer.more(turn.now.date()) is not None


def _leans_on_it(turn: Turn) -> bool:
    # What the router can answer without any context it understands best by itself.
    if turn.route.kind not in {Kind.UNKNOWN, Kind.AMBIGUOUS}:
        return False
    if not leans(turn.words) or not SUBJECT.isdisjoint(turn.words):
        return False
    index = turn.catalogue.index
    # One word that is about something else ("what about dinner") and it leans on nothing.
    return all(word in FUNCTION or index.repair(word) in index.known for word in turn.words)


def _may_follow(turn: Turn, keyword: str) -> bool:
    answer = turn.catalogue.answers.get(keyword, turn.lang)
    return answer is not None and answer.group in {Group.CONTENT, Group.FALLBACK}


def _certain(found: Route, rule: str, topics: tuple[str, ...]) -> Route:
    return replace(
        found, kind=Kind.KEYWORD, rule=rule, topics=topics, confidence=1.0, runners_up=()
    )
