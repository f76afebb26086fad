"""What staff read in place of the program's words: steps, states, tiers, languages."""

from smsbot.core.inbound.decision import Step, Tier
from smsbot.core.outbound.outbox import Lane, State
from smsbot.core.people import ReplyState

STEPS = {
    Step.CRISIS: "Crisis",
    Step.COMPLIANCE: "STOP, START, HELP",
    Step.KEYWORD: "A keyword",
    Step.QUESTION: "A question",
    Step.MENU: "Menu, thanks, not understood",
}
STATES = {
    State.QUEUED: "Waiting to leave",
    State.CLAIMED: "Taken by a worker",
    State.SENDING: "Being sent",
    State.UNKNOWN: "Fate unknown",
    State.HUMAN: "Needs a person",
    State.PARKED: "Set aside",
    State.ACCEPTED: "Accepted by the provider",
    State.SENT: "Sent to the carrier",
    State.DELIVERED: "Delivered",
    State.UNDELIVERED: "Not delivered",
    State.FAILED: "Failed",
    State.SUPPRESSED: "Held back after STOP",
    State.EXPIRED: "Too old to send",
    State.CANCELED: "Cancelled",
}
KINDS = {
    State.DELIVERED: "good",
    State.UNKNOWN: "warn",
    State.HUMAN: "bad",
    State.PARKED: "warn",
    State.UNDELIVERED: "bad",
    State.FAILED: "bad",
    State.EXPIRED: "warn",
}
"""The look of a state's tag; the others are plain."""
LANES = {
    Lane.CRISIS: "Crisis",
    Lane.REPLY: "Reply",
    Lane.STAFF: "Staff",
    Lane.CAMPAIGN: "Campaign",
}
TIERS = {
    Tier.EMERGENCY: "Life at risk now",
    Tier.ACTIVE: "Intent or plan",
    Tier.PASSIVE: "Wish not to live",
    Tier.THIRD_PARTY: "About somebody else",
    Tier.VIOLENCE: "Violence",
    Tier.BEREAVEMENT: "A loss by suicide",
    Tier.SOFT: "Despair",
    Tier.INFORMATION: "Asks for information",
}
"""What the crisis screen found, most urgent first; docs/crisis.md says what each one is."""
REPLIES = {
    ReplyState.WAITS: "Waits for a person",
    ReplyState.NOT_REACHED: "Did not arrive",
}
WHY_MISSED = {
    "unknown": "not understood",
    "notcovered": "outside what we answer",
    "ambiguous": "asked back, not answered",
}
CONSENTS = {
    "opt_out": "Opted out",
    "opt_in": "Started again",
    "asked": "Was asked to confirm",
    "joined": "Joined",
    "left": "Left",
    "undone": "Opt-out undone by staff",
}
