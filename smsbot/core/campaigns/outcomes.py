"""How it stands with one recipient and with a whole campaign, in words and numbers for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from smsbot.core.campaigns.dry_run import REASONS, Reason
from smsbot.core.messages import Lang
from smsbot.core.outbound.outbox import State

_OUTBOX: Mapping[State, str] = {
    State.QUEUED: "Their text leaves within seconds.",
    State.CLAIMED: "Their text leaves within seconds.",
    State.SENDING: "Their text is being sent.",
    State.UNKNOWN: "Nobody knows yet whether their text left; it is being looked for.",
    State.HUMAN: "Nobody knows whether their text left: a person has to look into it.",
    State.PARKED: "Our account or number is at fault; the text waits.",
    State.ACCEPTED: "Twilio has the text.",
    State.SENT: "The carrier has the text.",
    State.DELIVERED: "Delivered.",
    State.UNDELIVERED: "Not delivered",
    State.FAILED: "Failed",
    State.SUPPRESSED: "They said STOP, left the topic or were in care when their turn came.",
    State.EXPIRED: "Their hours ended before their turn; it is planned again.",
    State.CANCELED: "Taken back before it left.",
}
_ASIDE = {
    "planned": "They wait for their turn.",
    "expired": "The campaign was over before their turn came.",
    "cancelled": "The campaign was cancelled before their turn came.",
}
LEFT = (
    State.ACCEPTED,
    State.SENT,
    State.DELIVERED,
    State.UNDELIVERED,
    State.FAILED,
    State.UNKNOWN,
    State.HUMAN,
)
"""A text in one of these may have reached somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person of a campaign, with the number masked."""

    contact_id: int
    number: str
    lang: Lang
    arm: str
    place: str
    state: str
    reason: str | None
    outbox_id: int | None = None
    outbox_state: State | None = None
    error_code: int | None = None
    segments: int | None = None
    due_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def standing(self) -> str:
        """One word for it: that of the text where there is one."""
        return self.outbox_state.value if self.outbox_state is not None else self.state


def in_words(one: Recipient, meanings: Mapping[int, str]) -> str:
    """What became of a recipient, or why they get nothing; `meanings` are those of error codes."""
    if one.reason is not None:
        return REASONS[Reason(one.reason)]
    if one.outbox_state is None:
        return _ASIDE.get(one.state, one.state)
    says = _OUTBOX[one.outbox_state]
    if one.outbox_state not in {State.UNDELIVERED, State.FAILED}:
        return says
    code = one.error_code
    if not code:
        return f"{says}, and nobody said why."
    return f"{says}: {meanings.get(code, 'a reason we have no words for')} ({code})"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Texts of a campaign that stand alike."""

    state: State
    error_code: int
    texts: int
    segments: int
    opt_outs: int
    """Of these people, so many said STOP or left the topic after their text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a campaign."""

    people: int
    """Who was planned, at the dry run."""
    left_out: Mapping[str, int]
    waiting: int
    aside: Mapping[tuple[str, str], int]
    """Who got nothing after all, by state and reason."""
    ends: tuple[End, ...]
    dollars_a_segment: float

    def texts(self, *states: State) -> int:
        """Texts in any of these states."""
        return sum(one.texts for one in self.ends if one.state in states)

    @property
    def left(self) -> int:
        """Texts that may have reached somebody."""
        return self.texts(*LEFT)

    @property
    def delivered(self) -> int:
        """Texts that a handset has."""
        return self.texts(State.DELIVERED)

    @property
    def opt_outs(self) -> int:
        """People who said STOP or left the topic after their text."""
        return sum(one.opt_outs for one in self.ends)

    @property
    def dollars(self) -> float:
        """The estimated price of what has left."""
        segments = sum(one.segments for one in self.ends if one.state in LEFT)
        return round(segments * self.dollars_a_segment, 2)

    @property
    def by_error(self) -> tuple[tuple[int, int, int], ...]:
        """(error code, texts, opt-outs) of what did not arrive; the most frequent first."""
        bad = [one for one in self.ends if one.state in {State.UNDELIVERED, State.FAILED}]
        sums = (
            (
                code,
                sum(one.texts for one in bad if one.error_code == code),
                sum(one.opt_outs for one in bad if one.error_code == code),
            )
            for code in {one.error_code for one in bad}
        )
        return tuple(sorted(sums, key=lambda one: (-one[1], one[0])))
