"""Choosing from what was offered: "1", "the second one", "la primera", "neither", "ok sure".

Only whole messages count. Which topic a number means is what the contact was last offered; this
module knows neither contacts nor topics.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from smsbot.core.inbound.conversation_words import (
    AROUND_A_NUMBER,
    BARE_ONE,
    BOTH,
    LAST,
    NO,
    NO_NUMBERS,
    NUMBERS,
    YES,
)
from smsbot.core.text.normalise import squeeze, tokens

_LONGEST = 7
"""Words; "i would like the second one please" is a choice, a longer text is a sentence."""


class Wish(StrEnum):
    """What a choice says."""

    NUMBER = "number"
    YES = "yes"
    NO = "no"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A text that only makes sense as an answer to something offered."""

    wish: Wish
    numbers: tuple[int, ...] = ()
    """Places in what was offered, from 1, in the order they were said; 0 is the last place."""


def choice(body: str) -> Choice | None:
    """The choice this whole message is, or None."""
    squeezed = squeeze(body)
    for wish, said in ((Wish.YES, YES), (Wish.NO, NO), (Wish.BOTH, BOTH)):
        if squeezed in said:
            return Choice(wish=wish)
    numbers = () if squeezed in NO_NUMBERS else _numbers(tokens(body))
    return Choice(wish=Wish.NUMBER, numbers=numbers) if numbers else None


def _numbers(words: tuple[str, ...]) -> tuple[int, ...]:
    if len(words) > _LONGEST:
        return ()
    said = [word for word in words if word not in AROUND_A_NUMBER]
    if not all(word in NUMBERS or word in LAST for word in said):
        return ()
    # In "the second one" the one is no number.
    said = [word for at, word in enumerate(said) if not at or word not in BARE_ONE]
    return tuple(dict.fromkeys(0 if word in LAST else NUMBERS[word] for word in said))


_NAME = "[A-ZÑ][A-Z0-9Ñ]+"
# "Text FDA, VS or RISKS.", "(HEART)" and the menu's "Basics: WHAT, TYPES."; "text HOME to 741741"
# is somebody else's word.
_OFFERED = re.compile(
    rf"(?:[Tt]ext|[Mm]anda|[Ee]nvia|[Ee]nviar)\s"
    rf"(?P<names>{_NAME}(?:(?:, | or | o | u |, or ){_NAME})*)(?![A-Z0-9Ñ]| (?:to|al|a) \d)"
    rf"|\((?P<name>{_NAME})\)"
    rf"|^\w[\w ]*: (?P<row>{_NAME}(?:, {_NAME})*)\.$",
    re.MULTILINE,
)
_ONE_NAME = re.compile(_NAME)


def named_in(text: str) -> Iterator[str]:
    """The words in capitals that a reply asks to text back, in their order, each once."""
    seen: set[str] = set()
    for found in _OFFERED.finditer(text):
        for name in _ONE_NAME.findall(found["names"] or found["name"] or found["row"]):
            if name not in seen:
                seen.add(name)
                yield name
