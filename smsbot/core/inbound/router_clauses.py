"""A text in clauses: what it tells, and what it asks. Part of step 3.

"Bp high, on klonopin, two meds failed. worth asking about spravato?" asks about Spravato and tells
the rest. People who dictate send no punctuation: joining words part clauses too.
"""

import re
from dataclasses import dataclass

from smsbot.core.text.normalise import tokens

_END = re.compile(r"([.?!;\n\u2026\u00bf]+)")
_JOINING = frozenset("and y e n plus also but pero tambien or o".split())
_FEWEST = 2
"""Words on either side for a joining word to part two clauses: "safe and legal" is one."""

_QUESTION_WORDS = frozenset(
    """what whats how hows who whos where wheres when why which que cual cuales como quien quienes
    donde cuando cuanto cuanta cuantos cuantas explain explica tell dime explicame worth""".split()
)
_VERBS_FIRST = frozenset(
    """is are am can could do does did will would should has have any anybody anyone was were cant
    isnt doesnt dont wont need puedo puede pueden podria hay es son esta sirve funciona debo se me
    le tienen existe busco looking quiero want""".split()
)
"""They ask when they come first: "is my dad too old", but not "my dad is old"."""

_LEAD_INS = frozenset(
    "so and but or then hey hi hello ok also well i y e o pero pues oye hola".split()
)
_WITHIN = 3
"""A question word asks when it is one of so many first words: "about my dad how ..." does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Some folded words that belong together. `asks` is a guess from how they begin or end."""

    words: tuple[str, ...]
    asks: bool


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, in order; none of them is empty."""
    found: list[Clause] = []
    pieces = [*_END.split(text), ""]
    for said, end in zip(pieces[::2], pieces[1::2], strict=False):
        parts = _joined(tokens(said))
        for place, words in enumerate(parts, start=1):
            ends_asking = "?" in end and place == len(parts)
            found.append(Clause(words=words, asks=ends_asking or _begins_asking(words)))
    return tuple(found)


def _begins_asking(words: tuple[str, ...]) -> bool:
    first = next((word for word in words if word not in _LEAD_INS), "")
    return first in _VERBS_FIRST or not _QUESTION_WORDS.isdisjoint(words[:_WITHIN])


def _joined(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The words parted at joining words that have enough of them on both sides."""
    while len(words) > 1 and words[0] in _JOINING:
        words = words[1:]
    parts: list[tuple[str, ...]] = []
    start = 0
    for at, word in enumerate(words):
        if word in _JOINING and at - start >= _FEWEST and len(words) - at > _FEWEST:
            parts.append(words[start:at])
            start = at + 1
    last = words[start:]
    return [*parts, last] if last else parts
