"""An answer as a phone gets it, message by message."""

from dataclasses import dataclass
from datetime import date

from smsbot.core.answers import Answer
from smsbot.core.inbound.reply import Answers, fit, long_reply, short_reply
from smsbot.core.text.segments import Measure, measure
from smsbot.services.load_catalogue import fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message as a phone shows it, and what it costs to send."""

    text: str
    cost: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a phone gets of an answer today, message by message."""

    first: Bubble
    newcomer: Bubble
    """The first message to a person who never texted before: who this is and how to stop go with
    it, if they fit."""
    after_more: tuple[Bubble, ...]
    after_expiry: Bubble | None
    """What is said once the answer has expired; None when it does not expire or already has."""


def preview(answer: Answer, today: date, program: str, contact: str) -> Preview:
    """The messages as they would leave today, with the programme's name and contact filled in."""
    (filled,) = fill((answer,), program, contact)
    later = filled.more(today)
    expires = filled.expires_on is not None and today <= filled.expires_on
    short = short_reply(filled, filled.lang, today, offers=(), before="", after="")
    line = Answers(by_name={}, program=program).programme_line(filled.lang)
    return Preview(
        first=_bubble(short),
        newcomer=_bubble(fit(short, [line], separator="\n\n")),
        after_more=tuple(map(_bubble, long_reply(filled, today))) if later else (),
        after_expiry=_bubble(filled.stub) if expires and filled.stub else None,
    )


def _bubble(text: str) -> Bubble:
    return Bubble(text=text, cost=measure(text))
