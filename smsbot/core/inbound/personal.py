"""Whether somebody asks for themselves: "would they take me", "i have schizophrenia, is it ok".

Such a text gets the vetted general answer, and first that only a prescriber can say what is right
for one person. It is never answered with yes or no.
"""

from collections import defaultdict

from smsbot.core.inbound.personal_words import (
    ASKS_FOR_ONESELF,
    NOT_OF_ONESELF,
    TELLS_OF_ONESELF,
)

_Phrases = dict[str, list[tuple[str, ...]]]


def _by_first_word(phrases: tuple[tuple[str, ...], ...]) -> _Phrases:
    found: _Phrases = defaultdict(list)
    for phrase in phrases:
        found[phrase[0]].append(phrase)
    return dict(found)


_NOT = _by_first_word(NOT_OF_ONESELF)
_PERSONAL = _by_first_word(ASKS_FOR_ONESELF + TELLS_OF_ONESELF)


def is_personal(words: tuple[str, ...]) -> bool:
    """Whether a text of these folded words asks about the texter or their own people."""
    at = 0
    while at < len(words):
        other = _length_at(words, at, _NOT)
        if not other and _length_at(words, at, _PERSONAL):
            return True
        at += other or 1
    return False


def _length_at(words: tuple[str, ...], at: int, phrases: _Phrases) -> int:
    """How many words the longest of the phrases that stands here has; 0 when none does."""
    fitting = (
        len(phrase)
        for phrase in phrases.get(words[at], ())
        if words[at : at + len(phrase)] == phrase
    )
    return max(fitting, default=0)
