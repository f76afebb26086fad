"""A text arrives: one pure function decides all that follows, and its order is the product.

crisis -> compliance -> router -> reply. If the screen fires, the first message carries 988 within
its first 40 characters, whatever else is true of the text or the contact.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from smsbot.core.answers import Answer, Group
from smsbot.core.contacts import ConsentChange, Contact
from smsbot.core.inbound import compliance, joining
from smsbot.core.inbound.answering import answer_text
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.context import find_across
from smsbot.core.inbound.crisis import Screen, self_test
from smsbot.core.inbound.crisis_replies import crisis_reply, safety_line
from smsbot.core.inbound.decision import Decision, Finding, Step, Tier
from smsbot.core.inbound.entry_codes import came_by, heads, take_off
from smsbot.core.inbound.reply import Answers, join
from smsbot.core.inbound.router import route, stands_alone
from smsbot.core.inbound.router_features import NO_VOCABULARY, Vocabulary
from smsbot.core.inbound.router_index import compile_index
from smsbot.core.messages import InboundMessage, Lang
from smsbot.core.text.language import guess
from smsbot.core.text.normalise import squeeze, tokens

REPEATED_WITHIN = timedelta(minutes=10)
"""A crisis text this soon after the last one gets the shorter reply: never none."""

CARE = timedelta(days=30)
"""How long a contact is in care after a crisis text: no campaigns, 988 on every answer."""

_ASKED_FOR = 0.6
"""How sure the router must be that a crisis text also asks for an answer."""

_NO_CARE = {Tier.INFORMATION, Tier.BEREAVEMENT}


def build_catalogue(
    screen: Screen,
    answers: Iterable[Answer],
    program: str,
    vocabulary: Vocabulary = NO_VOCABULARY,
) -> Catalogue:
    """Compile what is said and found into the form `decide` works with.

    Raises:
        ScreenFault: the screen does not find what it must; nothing may start with it.
    """
    self_test(screen)
    answers = tuple(answers)
    return Catalogue(
        screen=screen,
        index=compile_index(answers, vocabulary),
        answers=Answers(by_name={(a.keyword, a.lang): a for a in answers}, program=program),
    )


def decide(
    message: InboundMessage, contact: Contact, catalogue: Catalogue, now: datetime
) -> Decision:
    """Decide one inbound text. Pure: the same arguments give the same decision.

    `contact` is what is known before the text; the decision holds what is known after it.
    """
    finding = _screen(message, catalogue)
    # The screen reads the text as it came and, with posters about, once more without what may be
    # a code: one is enough to fire.
    for head in heads(message.body) if catalogue.entry_codes else ():
        finding = finding or _screen(replace(message, body=head), catalogue)
    entered = take_off(message.body, catalogue.entry_codes, partial(_is_answered, catalogue))
    if entered is None:
        return _begun(_decide(message, contact, catalogue, now, finding), contact, catalogue)
    message, entry = replace(message, body=entered.body), entered.entry
    if entry is not None and contact.lang is None:
        contact = replace(contact, lang=entry.lang)
    decision = _begun(_decide(message, contact, catalogue, now, finding), contact, catalogue)
    return came_by(decision, entry, contact)


def _begun(decision: Decision, before: Contact, catalogue: Catalogue) -> Decision:
    """The decision with the keyword remembered that somebody's very first text was."""
    if before.greeted or decision.step is not Step.KEYWORD or decision.topic is None:
        return decision
    answer = catalogue.answers.get(decision.topic, decision.lang)
    if before.first_keyword is not None or answer is None or answer.group is not Group.CONTENT:
        return decision
    return replace(decision, contact=replace(decision.contact, first_keyword=answer.keyword))


def _is_answered(catalogue: Catalogue, text: str) -> bool:
    """Whether a text is a whole that is answered: a keyword, STOP, HOME, a topic to join."""
    return stands_alone(text, catalogue.index) or joining.read(text, catalogue.topics) is not None


def _decide(
    message: InboundMessage,
    contact: Contact,
    catalogue: Catalogue,
    now: datetime,
    finding: Finding | None,
) -> Decision:
    request = compliance.check(message)
    if finding is None and request is None:
        # STOP or HELP by itself is that word, not the end of a sentence begun in the text before.
        finding = _screen(message, catalogue, recent=message.recent)
    if finding is not None:
        return _crisis(message, contact, catalogue, now, finding)
    if request is not None:
        return _comply(message, contact, catalogue, request)
    if contact.opted_out:
        # They said STOP: only START, HELP and a crisis text are answered until they say START.
        lang = contact.lang or Lang.EN
        return Decision(
            step=Step.COMPLIANCE, rule="opted_out", lang=lang, messages=(), contact=contact
        )
    wish = joining.read(message.body, catalogue.topics)
    if wish is not None:
        return _join(wish, contact, catalogue, now)
    return answer_text(message, contact, catalogue, now)


def _screen(
    message: InboundMessage, catalogue: Catalogue, recent: tuple[str, ...] | None = None
) -> Finding | None:
    """What the text says by itself or, with `recent`, as the end of the texts before it."""
    try:
        if recent is None:
            return catalogue.screen.find(message.body)
        return find_across(catalogue.screen, recent, message.body)
    except Exception:  # noqa: BLE001 - a screen that fails has fired: 988 rather than silence
        return Finding(tier=Tier.ACTIVE, rule="screen.failed", lang=None)


def _crisis(
    message: InboundMessage,
    contact: Contact,
    catalogue: Catalogue,
    now: datetime,
    finding: Finding,
) -> Decision:
    lang = finding.lang or _said_in(message, catalogue) or contact.lang or Lang.EN
    # A clock set back puts the last one in the future: years from now it is no repeat.
    repeated = contact.crisis_at is not None and abs(now - contact.crisis_at) < REPEATED_WITHIN
    opts_out = _opts_out(message)
    after = replace(
        contact,
        lang=contact.lang or lang,
        opted_out=contact.opted_out or opts_out,
        # The next "1" may be the Lifeline's own menu: it must not bring an answer on ketamine.
        offer=None,
        # Nor may it sign them up for anything.
        asked=None,
    )
    if finding.tier not in _NO_CARE:
        after = replace(after, crisis_at=now, care_until=now + CARE)
    decision = Decision(
        step=Step.CRISIS,
        rule=finding.rule,
        tier=finding.tier,
        lang=lang,
        messages=(crisis_reply(finding, lang, repeated=repeated),),
        contact=after,
        topic=finding.topics[0],
        topics=finding.topics,
        consent=ConsentChange.OPT_OUT if opts_out else None,
    )
    if finding.tier.ends_the_turn or opts_out or contact.opted_out:
        return decision
    return _with_answer(decision, message, catalogue, now, finding)


def _said_in(message: InboundMessage, catalogue: Catalogue) -> Lang | None:
    said_in = guess(message.body, tokens(message.body))
    if said_in is not None:
        return said_in
    # SUICIDIO says nothing of its language, but that only the Spanish answers are called so does.
    name = catalogue.index.names.get(squeeze(message.body))
    return Lang.ES if name is not None and name.lang is Lang.ES else None


def _opts_out(message: InboundMessage) -> bool:
    request = compliance.check(message)
    if request is not None and request.kind is compliance.Kind.STOP:
        return True
    return compliance.opts_out_beside(message.body)


def _with_answer(
    decision: Decision,
    message: InboundMessage,
    catalogue: Catalogue,
    now: datetime,
    finding: Finding,
) -> Decision:
    """The crisis text first, then, in the same message, what was asked, if anything was."""
    try:
        asked = route(message.body, catalogue.index)
        topics = tuple(k for k in asked.topics if k not in decision.topics)
        if not topics or asked.confidence < _ASKED_FOR:
            return decision
        plain = answer_text(message, decision.contact, catalogue, now, lead=topics)
    except Exception:  # noqa: BLE001 - no fault in an answer may cost the crisis text
        return decision
    if not plain.messages:
        return decision
    first = decision.messages[0]
    if finding.tier in {Tier.SOFT, Tier.INFORMATION, Tier.BEREAVEMENT}:
        first = safety_line(finding.tier, decision.lang)
    return replace(
        decision,
        messages=(join(first, plain.messages[0], separator="\n\n"), *plain.messages[1:]),
        later=plain.later,
        contact=plain.contact,
        topics=decision.topics + topics,
        runners_up=plain.runners_up,
    )


def _comply(
    message: InboundMessage,
    contact: Contact,
    catalogue: Catalogue,
    request: compliance.Request,
) -> Decision:
    said_in = request.lang or guess(message.body, tokens(message.body))
    lang = request.lang if request.lang is Lang.ES else contact.lang or said_in or Lang.EN
    change, after, silent = None, contact, request.provider_answered
    match request.kind:
        case compliance.Kind.STOP:
            # The law allows one confirmation: a second STOP is recorded and not answered.
            silent = silent or contact.opted_out
            change, after = (
                ConsentChange.OPT_OUT,
                replace(contact, opted_out=True, place=None, offer=None, asked=None),
            )
        case compliance.Kind.START:
            change, after = ConsentChange.OPT_IN, replace(contact, opted_out=False, greeted=True)
        case compliance.Kind.HELP:
            after = replace(contact, greeted=True)
    answer = catalogue.answers.get(request.kind.value, lang)
    text = answer.text(message.received_at.date()) if answer else ""
    return Decision(
        step=Step.COMPLIANCE,
        rule=f"{request.kind.value.lower()}.{request.rule}",
        lang=lang,
        messages=() if silent or not text else (text,),
        contact=after,
        topic=request.kind.value,
        topics=(request.kind.value,),
        consent=change,
    )


def _join(wish: joining.Wish, contact: Contact, catalogue: Catalogue, now: datetime) -> Decision:
    said = joining.answer(wish, contact, catalogue.topics, catalogue.answers.program, now)
    return Decision(
        step=Step.COMPLIANCE,
        rule=said.rule,
        lang=said.lang,
        messages=(said.text,),
        contact=said.contact,
        joining=said.changes,
    )
