"""A campaign: one message to people who asked for it, from a draft to its last receipt.

DRAFT -> CHECKED (its dry run is done) -> APPROVED (by somebody else) -> RUNNING <-> PAUSED ->
FINISHED, and CANCELLED from anywhere before the end. The database holds the same moves.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from smsbot.core.errors import SmsbotError
from smsbot.core.messages import Lang


class CampaignFault(SmsbotError):
    """What staff asked for can't be done to this campaign; says why and what can be."""


class CampaignState(StrEnum):
    """Where a campaign is."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.CHECKED, CampaignState.CANCELLED}),
    CampaignState.CHECKED: frozenset(
        {CampaignState.DRAFT, CampaignState.APPROVED, CampaignState.CANCELLED}
    ),
    CampaignState.APPROVED: frozenset(
        {CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.CANCELLED}
    ),
    CampaignState.RUNNING: frozenset(
        {CampaignState.PAUSED, CampaignState.FINISHED, CampaignState.CANCELLED}
    ),
    CampaignState.PAUSED: frozenset(
        {CampaignState.RUNNING, CampaignState.FINISHED, CampaignState.CANCELLED}
    ),
    CampaignState.FINISHED: frozenset(),
    CampaignState.CANCELLED: frozenset(),
}


class Phase(StrEnum):
    """How much of a running campaign leaves."""

    NONE = ""
    CANARY = "canary"
    """The first few; then their receipts are waited for."""
    SAMPLE = "sample"
    """As many of each of two messages as was settled beforehand; then the result is waited for."""
    ALL = "all"


class Arm(StrEnum):
    """Which of two messages a person gets. Without a comparison everybody is in A."""

    A = "A"
    B = "B"


MOST_CANARIES = 1_000
SMALLEST_JUDGED = 20
"""Texts whose end is known before a rate of them says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a campaign pauses by itself.

    Rates are shares from 0 to 1 of the texts whose end is known; `slowest_reply_ms` is what the
    slowest answer to a person may take meanwhile.
    """

    most_errors: float = 0.10
    most_opt_outs: float = 0.03
    most_filtered: float = 0.02
    slowest_reply_ms: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A comparison of two messages, settled before it begins."""

    each: int = 0
    """People who get either message before anybody looks; 0: there is no comparison."""
    hours: int = 0
    """After the last of them was texted, replies are counted for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of a campaign that is approved with it. Times are aware UTC."""

    name: str
    topic: str
    """What people joined to get this, as the consent ledger names it."""
    audience: str
    """Who of them, as JSON with sorted keys; `smsbot.core.campaigns.audience` reads it."""
    sender: str
    """The number of ours it leaves from: its own, unless somebody confirmed another in words."""
    sender_confirmed_by: str | None = None
    starts_at: datetime | None = None
    """None: when it is started."""
    expires_at: datetime
    repeat_days: int = 0
    """So many days after its start the next one is drafted, checked and waits for approval."""
    canary_size: int = 20
    canary_minutes: int = 30
    """How long their receipts are waited for."""
    limits: Limits = field(default_factory=Limits)
    sample: Sample = field(default_factory=Sample)
    messages: Mapping[tuple[Arm, Lang], int] = field(default_factory=dict)
    """The id of the message for each arm and language."""

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms it has."""
        return tuple(arm for arm in Arm if any(one is arm for one, _ in self.messages))

    @property
    def langs(self) -> frozenset[Lang]:
        """The languages it speaks: each in every arm."""
        return frozenset(
            lang for lang in Lang if all((arm, lang) in self.messages for arm in self.arms)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign as it stands."""

    id: int
    state: CampaignState
    phase: Phase
    plan: Plan
    author: str
    changed_by: str
    created_at: datetime
    changed_at: datetime
    token: str | None = None
    """The digest of the last dry run."""
    checked_at: datetime | None = None
    approved_by: str | None = None
    approved_token: str | None = None
    started_at: datetime | None = None
    held_because: str = ""
    """Why it is paused."""
    ended_at: datetime | None = None
    repeat_of: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may still send."""
        return bool(MOVES[self.state])


def may_move(before: CampaignState, after: CampaignState) -> bool:
    """Whether a campaign may go from one state to the other in one step."""
    return after in MOVES[before]


def faults(plan: Plan, now: datetime) -> tuple[str, ...]:
    """What keeps a plan from its dry run, one sentence each; none: it may be checked."""
    is_compared = len(plan.arms) == len(Arm)
    longest = timedelta(days=14) / timedelta(hours=1)
    asked = (
        (not plan.name.strip(), "The campaign needs a name."),
        (not plan.topic, "Choose the topic that people joined."),
        (not plan.sender, "Choose the number it leaves from."),
        (not plan.messages, "Choose at least one approved message."),
        (
            bool(plan.messages) and not plan.langs,
            "Both messages of a comparison need the same language.",
        ),
        (
            plan.expires_at <= max(now, plan.starts_at or now),
            "It must expire after it starts, and later than now.",
        ),
        (
            bool(plan.repeat_days) and plan.starts_at is None,
            "A campaign that repeats needs a time at which it starts.",
        ),
        (
            not 0 <= plan.canary_size <= MOST_CANARIES,
            f"The first few are at most {MOST_CANARIES:,}.",
        ),
        (
            bool(plan.sample.each) != is_compared,
            "A comparison needs two messages and the number of people for each.",
        ),
        (
            bool(plan.sample.each) and not 1 <= plan.sample.hours <= longest,
            "Say for how many hours replies are counted, from 1 to 336.",
        ),
    )
    return tuple(sentence for is_wrong, sentence in asked if is_wrong)


def settings_digest(plan: Plan) -> str:
    """A digest of everything staff chose; two plans that differ in anything differ in it."""
    values = asdict(plan)
    values["messages"] = sorted(
        (arm.value, lang.value, number) for (arm, lang), number in plan.messages.items()
    )
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a campaign takes from the installation it runs in."""

    program: str
    """The name that people know us by."""
    domains: tuple[str, ...]
    """Our own sites, the only ones to link to."""
    answers_from: str
    """The number that answers, crises too. A campaign on it would delay them."""
    campaigns_from: str | None
    """The number for campaigns; None: there is none yet."""
    mps: float
    """Segments a second that a number of ours sends."""

    def may_send_from(self, plan: Plan) -> bool:
        """Whether the number is for campaigns, or somebody has confirmed the other in words."""
        return plan.sender == self.campaigns_from or (
            plan.sender == self.answers_from and plan.sender_confirmed_by is not None
        )


CONFIRMATION = "answers may be delayed"
"""What somebody types who lets a campaign leave from the number that answers crises."""


def look(house: House, plan: Plan, now: datetime) -> tuple[str, ...]:
    """What keeps a plan from its dry run here, the number it leaves from too; none: nothing."""
    found = list(faults(plan, now))
    if plan.sender and not house.may_send_from(plan):
        found.append(
            "That number answers people in a crisis: choose the one for campaigns, or confirm it"
            " in words."
        )
    return tuple(found)


def next_of(plan: Plan) -> Plan:
    """The plan of the next time of a campaign that repeats."""
    later = timedelta(days=plan.repeat_days)
    starts_at = None if plan.starts_at is None else plan.starts_at + later
    return replace(plan, starts_at=starts_at, expires_at=plan.expires_at + later)
