"""What was decided about one inbound text: what is said now, later, and what is remembered."""

from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.contacts import ConsentChange, Contact
from smsbot.core.messages import Lang


class Step(StrEnum):
    """Which step of the order answered."""

    CRISIS = "crisis"
    COMPLIANCE = "compliance"
    KEYWORD = "keyword"
    QUESTION = "question"
    MENU = "menu"


class Tier(StrEnum):
    """How urgent a crisis text is, most urgent first. The policy is docs/crisis.md."""

    EMERGENCY = "emergency"
    """Life at risk now: an overdose taken, bleeding, not breathing, a weapon in hand."""
    ACTIVE = "active"
    """Intent, a plan or a question about a method; also the bare words CRISIS, SUICIDE, 988."""
    PASSIVE = "passive"
    """A wish not to live, self-harm, own history."""
    THIRD_PARTY = "third_party"
    """Somebody else is at risk."""
    VIOLENCE = "violence"
    """The texter is hit, threatened, raped."""
    BEREAVEMENT = "bereavement"
    """Somebody was lost to suicide."""
    SOFT = "soft"
    """Despair that may be more: a short 988 line, then the normal answer."""
    INFORMATION = "information"
    """A question that mentions suicide, self-harm or overdose: a short line, then the answer."""

    @property
    def is_urgent(self) -> bool:
        """Answered as a crisis, and staff are alerted; the others put a line before the answer."""
        return self not in {Tier.BEREAVEMENT, Tier.SOFT, Tier.INFORMATION}

    @property
    def ends_the_turn(self) -> bool:
        """Nothing but the crisis text is said: no topic answer, no menu."""
        return self in {Tier.EMERGENCY, Tier.ACTIVE, Tier.VIOLENCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the crisis screen found in a text. Never holds any of the text."""

    tier: Tier
    rule: str
    """Which rule fired, for staff: "intent.kill_self.en"."""
    lang: Lang | None
    """The language of what matched; None when it is the same in both ("988")."""
    topics: tuple[str, ...] = ("CRISIS",)
    """The safety keywords this is about, the leading one first: CRISIS, EMERGENCY, DV, LINES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChange:
    """What a text did to one topic's consent, and the words that were shown or agreed to."""

    change: ConsentChange
    topic: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One inbound text, decided.

    `messages` leave in the webhook's reply, in order (at most 10, each at most 1,600 characters);
    `later` leave through the outbox, in order, after them. `contact` is the contact afterwards.
    """

    step: Step
    rule: str
    lang: Lang
    messages: tuple[str, ...]
    contact: Contact
    later: tuple[str, ...] = ()
    tier: Tier | None = None
    topic: str | None = None
    topics: tuple[str, ...] = ()
    confidence: float = 1.0
    runners_up: tuple[tuple[str, float], ...] = ()
    consent: ConsentChange | None = None
    """What it did to the consent for the number as a whole."""
    joining: tuple[TopicChange, ...] = ()
    """What it did to the consent for topics."""
    context_topic: str | None = None
    """The topic of the answer before, where the text was read as going on from it."""
    entry_code: str | None = None
    """The code from a poster that the text ended with, where it is one of ours."""
    context_offer: tuple[str, ...] = ()
    """What had been offered, where the text was read as a choice from it."""
