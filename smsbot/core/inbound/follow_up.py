"""A text that leans on the answer before it: "why?", "and the risks?", "is it safe then".

It reads the form only. What the text is then about is the router's to say, asked with the subject
of the last answer in mind.
"""

from enum import StrEnum

from smsbot.core.inbound.conversation_words import (
    GO_ON,
    LEANS_ON,
    MOST_LEANING,
    SAYS_WHO,
    SHORT,
    WHY,
)
from smsbot.core.text.normalise import squeeze


class Onward(StrEnum):
    """What a whole message wants of the answer before it."""

    WHY = "why"
    GO_ON = "go_on"
    SAYS_WHO = "says_who"


def onward(body: str) -> Onward | None:
    """What this whole message wants of the answer before it, or None."""
    squeezed = squeeze(body)
    for wanted, said in (
        (Onward.WHY, WHY),
        (Onward.GO_ON, GO_ON),
        (Onward.SAYS_WHO, SAYS_WHO),
    ):
        if squeezed in said:
            return wanted
    return None


def leans(words: tuple[str, ...]) -> bool:
    """Whether a text of these folded words may be about what was just said."""
    if len(words) <= SHORT:
        return bool(words)
    return len(words) <= MOST_LEANING and not LEANS_ON.isdisjoint(words)
