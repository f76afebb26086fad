"""The replies a turn can end in: an answer, a question back, a page of the last answer, a switch.

They join whole vetted texts and fixed sentences; nothing here composes medical text.
"""

from dataclasses import replace

from smsbot.core.answers import Answer, Group
from smsbot.core.inbound import asking, paging
from smsbot.core.inbound.answering_turn import Turn
from smsbot.core.inbound.decision import Decision, Step, Tier
from smsbot.core.inbound.personal import is_personal
from smsbot.core.inbound.phrases import PHRASES
from smsbot.core.inbound.reply import citations, fit, join, listed, long_reply, short_reply
from smsbot.core.inbound.router import SUBJECT, Kind
from smsbot.core.messages import Lang

_SPANISH_NAMES = frozenset({"espanol", "spanish", "castellano"})
_ENGLISH_NAMES = frozenset({"english", "ingles"})

_NOT_THIS_ONE = frozenset(
    "no not dont cant doesnt didnt why mistake wrong instead stop tampoco error equivocado".split()
)
"""Beside the name of one language these ask for the other: "i dont speak spanish"."""

_NEAR, _MOST_NEAR = 0.45, 2
"""How like a topic an unanswered text must be for the topic to be offered, and how many are."""

ABOUT_A_PERSON = ("WHO", "NOTFOR")
"""What is offered to somebody who asks for themselves what no vetted answer covers."""


HARMFUL_TO_GUESS = frozenset({"MEDS", "HEART", "NOTFOR", "EMERGENCY"})
"""Interactions, heart, pregnancy, psychosis, overdose: not answered, or passed by, on a guess."""

GUESS = 0.5
"""Less sure than this, an answer is a guess."""


WHOM_TO_SEE = frozenset({"THERAPY", "FIND", "PRESCRIBE", "REDFLAGS", "STEPS", "THRIVETALK"})
"""Answers that are about whom to turn to: they send people to somebody as it is."""


def is_guess(keyword: str, confidence: float) -> bool:
    """Whether the bot must ask before it answers with this topic."""
    return keyword in HARMFUL_TO_GUESS and confidence < GUESS


def topic(turn: Turn) -> Decision:
    """The vetted answer that the route leads to, the other topics offered by name."""
    keyword = turn.route.topics[0]
    if keyword == "LANG":
        return switch_language(turn)
    if keyword == "SOURCES":
        return page(turn, paging.Command.SOURCES)
    answer = turn.catalogue.answers.get(keyword, turn.lang)
    if answer is None:
        return unknown(turn)
    step = Step.KEYWORD if turn.route.kind is Kind.KEYWORD else Step.QUESTION
    if keyword == "MENU":
        step = Step.MENU
    offers = [turn.catalogue.answers.call_it(k, turn.lang) for k in turn.route.topics[1:]]
    before, rule = "", turn.route.rule
    if _asks_for_oneself(turn, answer):
        before, rule = PHRASES[turn.lang].not_for_you, f"{rule}.personal"
    text = short_reply(answer, turn.lang, turn.now.date(), offers=offers, before=before, after="")
    # "1" after a helpline's answer may be for the helpline: "press 1" stands in some of them.
    offered = () if answer.group is Group.SAFETY else None
    decided = turn.decision(
        rule, text, step=step, topic=keyword, topics=turn.route.topics, offered=offered
    )
    return turn.remember(decided, answer, part=0)


def _asks_for_oneself(turn: Turn, answer: Answer) -> bool:
    # A bare keyword asks for the answer, whoever sends it.
    whole_message = turn.route.kind is Kind.KEYWORD and turn.route.confidence >= 1
    if whole_message or answer.group is not Group.CONTENT or answer.keyword in WHOM_TO_SEE:
        return False
    return is_personal(turn.words)


def ask(turn: Turn) -> Decision:
    """Which of the two close topics was meant, in one segment."""
    asked = turn.route.topics[: asking.MOST_ASKED]
    answers = turn.catalogue.answers
    for keyword in asked:
        answer = answers.get(keyword, turn.lang)
        if answer is None or answer.group is Group.SAFETY:
            # Who may need a helpline is told it at once; the other topic is offered beside it.
            lead = (keyword, *(other for other in asked if other != keyword))
            kept = lead if answer else lead[1:]
            return topic(replace(turn, route=replace(turn.route, topics=kept)))
    text = asking.did_you_mean(asked, turn.lang, answers)
    rule = f"ambiguous.{asked[0]}"
    return turn.decision(rule, text, offered=asked, step=Step.QUESTION, topics=asked)


def ask_about(turn: Turn, keyword: str) -> Decision:
    """Whether this one topic was meant, where answering on a guess could harm."""
    text = asking.guessed_at(keyword, turn.lang, turn.catalogue.answers)
    return turn.decision(
        f"ambiguous.harm.{keyword}", text, offered=(keyword,), step=Step.QUESTION, topics=(keyword,)
    )


def ask_again(turn: Turn, rule: str) -> Decision:
    """The choices once more, in the same order, so that the numbers stay what they were."""
    offered = turn.context_offer
    text = asking.which_one(offered, turn.lang, turn.catalogue.answers)
    return turn.decision(rule, text, offered=offered, step=Step.QUESTION, topics=offered)


def page(turn: Turn, command: paging.Command, rule: str | None = None) -> Decision:
    """MORE, BACK or SOURCES of the last answer."""
    turn = replace(turn, route=replace(turn.route, confidence=1.0, runners_up=()))
    phrases = PHRASES[turn.lang]
    place = paging.place(turn.contact, turn.now)
    answer = turn.catalogue.answers.get(place.keyword, turn.lang) if place else None
    rule = rule or f"paging.{command.value}"
    if answer is not None:
        turn = replace(turn, context_topic=answer.keyword)
    if command is paging.Command.SOURCES:
        named = answer or turn.catalogue.answers.get("SOURCES", turn.lang)
        text = citations(named, turn.lang) if answer and named else named.short if named else ""
        return turn.decision(
            rule, text or phrases.nothing_yet, offered=turn.offer(), step=Step.KEYWORD,
            topic="SOURCES", topics=("SOURCES",),
        )  # fmt: skip
    if place is None or answer is None:
        return turn.decision(f"{rule}.nothing", phrases.nothing_yet, topics=("MENU",))
    if command is paging.Command.MORE and (place.part or not answer.more(turn.now.date())):
        return turn.decision(
            f"{rule}.end", phrases.nothing_more, offered=turn.offer(), step=Step.KEYWORD,
            topic=answer.keyword, topics=(answer.keyword,),
        )  # fmt: skip
    if command is paging.Command.BACK and place.part == 0:
        parts: tuple[str, ...] = (
            short_reply(answer, turn.lang, turn.now.date(), offers=(), before="", after=""),
        )
    else:
        parts = long_reply(answer, turn.now.date())
    decided = turn.decision(
        rule, parts[0], step=Step.KEYWORD, topic=answer.keyword, topics=(answer.keyword,),
        later=parts[1:],
    )  # fmt: skip
    part = 1 if command is paging.Command.MORE else place.part
    return turn.remember(decided, answer, part)


def switch_language(turn: Turn) -> Decision:
    """The language asked for from now on, and what was just read in it."""
    lang = _language_asked_for(frozenset(turn.words))
    if lang is None:
        answer = turn.catalogue.answers.get("LANG", turn.lang)
        text = answer.short if answer else turn.menu()
        return turn.decision(
            turn.route.rule, text, step=Step.KEYWORD, topic="LANG", topics=("LANG",)
        )
    place = paging.place(turn.contact, turn.now)
    last = turn.catalogue.answers.get(place.keyword, lang) if place else None
    turn = replace(turn, lang=lang, context_topic=last.keyword if last else None)
    # Whoever changes the language wants what they were just reading in it.
    text = join(PHRASES[lang].lang_set, last.text(turn.now.date()) if last else turn.menu())
    decided = turn.decision(
        turn.route.rule, text, step=Step.KEYWORD, topic="LANG", topics=("LANG",)
    )
    contact = replace(decided.contact, lang=lang, lang_chosen=True)
    return replace(decided, contact=contact)


def _language_asked_for(words: frozenset[str]) -> Lang | None:
    spanish, english = _SPANISH_NAMES & words, _ENGLISH_NAMES & words
    if bool(spanish) is bool(english):
        return None
    named = Lang.ES if spanish else Lang.EN
    return named if words.isdisjoint(_NOT_THIS_ONE) else named.other


def helpline_word(turn: Turn) -> Decision:
    """988 first to a word that another helpline has people text, then what it may mean here."""
    phrases = PHRASES[turn.lang]
    others = [k for k in turn.route.topics if k != "CRISIS"]
    names = [turn.catalogue.answers.call_it(k, turn.lang) for k in others]
    offer = phrases.offer.replace("{keywords}", names[0]) if names else ""
    return turn.decision(
        turn.route.rule,
        join(phrases.helpline_word, offer, turn.menu()),
        offered=(),
        step=Step.CRISIS,
        tier=Tier.SOFT,
        topic="CRISIS",
        topics=turn.route.topics,
    )


def unknown(turn: Turn) -> Decision:
    """That there is no checked answer; with the near topics when it speaks of the subject."""
    phrases = PHRASES[turn.lang]
    personal = is_personal(turn.words)
    if SUBJECT.isdisjoint(turn.words) and not (personal and turn.context_topic):
        return turn.decision("unknown", fit(phrases.unknown, [turn.menu()], separator="\n"))
    near = _near(turn) or (ABOUT_A_PERSON if personal else ())
    names = [turn.catalogue.answers.call_it(k, turn.lang) for k in (*near, "MENU")]
    offer = phrases.offer.replace("{keywords}", listed(names, turn.lang))
    # It speaks of the subject, and no vetted answer covers it: that is an answer of its own.
    return turn.decision(
        "unknown.subject",
        fit(phrases.unknown, [offer] if near else [turn.menu()], separator="\n"),
        step=Step.QUESTION,
        topic="NOTCOVERED",
        topics=("NOTCOVERED", *near),
    )


def _near(turn: Turn) -> tuple[str, ...]:
    near = []
    for keyword, score in turn.route.runners_up:
        answer = turn.catalogue.answers.get(keyword, turn.lang)
        if answer is not None and answer.group is Group.CONTENT and score >= _NEAR:
            near.append(keyword)
    return tuple(near[:_MOST_NEAR])
