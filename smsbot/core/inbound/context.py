"""A sentence sent in two texts: "i want to", and then "die". The screen reads them as one.

Part of step 1. It looks only when the text by itself says nothing of the kind, and it can only add
a finding, never take one away. The texts before stay with whoever holds them: nothing is kept here.
"""

from dataclasses import replace

from smsbot.core.inbound.crisis import LIKENESS, Screen
from smsbot.core.inbound.decision import Finding, Tier

MOST_RECENT = 3
"""Texts before this one that are read with it."""

LONGEST_PIECE = 240
"""Characters of each that are read: what a sentence begun there can need."""

COUNTED = frozenset({Tier.EMERGENCY, Tier.ACTIVE, Tier.PASSIVE, Tier.THIRD_PARTY})
"""What texts put together may say. The milder tiers would mostly be chance neighbours."""

_URGENCY = {tier: place for place, tier in enumerate(Tier)}
_TRAILS_OFF = ",-\u2013\u2014\u2026"


def piece(text: str) -> str:
    """The end of a text, from a whole word on: all that a later text can be joined to."""
    if len(text) <= LONGEST_PIECE:
        return text
    # Cut inside a word, "skill" would begin with "kill".
    _, _, whole = text[-LONGEST_PIECE - 1 :].partition(" ")
    return whole


def find_across(screen: Screen, recent: tuple[str, ...], body: str) -> Finding | None:
    """What the text says as the end of the texts before it; None when it adds nothing to them.

    `recent` are the sender's texts of the last minute, oldest first. What those say without this
    text has been answered already: the same pair of texts does not fire twice.
    """
    recent = recent[-MOST_RECENT:]
    if not recent or not body.strip():
        return None
    together = screen.find(_joined((*recent, body)))
    if together is None or together.tier not in COUNTED:
        return None
    before = [screen.find(text) for text in (*recent, _joined(recent))]
    # Half a sentence may be like a crisis text before it says what it says: that guess is not yet
    # what the whole sentence says.
    said = [one for one in before if one and (one.rule != LIKENESS or together.rule == LIKENESS)]
    if any(_URGENCY[one.tier] <= _URGENCY[together.tier] for one in said):
        return None
    return replace(together, rule=f"{together.rule}.joined")


def _joined(texts: tuple[str, ...]) -> str:
    """The texts as one; a sentence that was ended stays ended, one that trails off goes on."""
    *before, last = texts
    return " ".join([*(_open_end(piece(text)) for text in before), last])


def _open_end(text: str) -> str:
    text = text.rstrip()
    bare = text.rstrip(_TRAILS_OFF + ".").rstrip()
    ended = text[len(bare) :].strip()
    # One full stop ends a sentence; two or more, like a comma or a dash, leave it open.
    return text if ended == "." else bare
