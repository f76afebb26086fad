"""What a word looks like after one typing slip: the spellings that may turn it into a real word.

Most slips make no word at all and are mended wherever they stand (crisis_vocabulary). "i want to
due" and "id be better off dea" are mended only inside phrases that say so: `<die~>`.
"""

import string
from collections.abc import Iterable, Iterator, Mapping

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis_phrases import SLIPPED, members
from smsbot.core.inbound.crisis_places import BREAK_SIGN

_SHORTEST = 3


def slips_of(word: str) -> Iterator[str]:
    """Every spelling one slip away: a letter left out, swapped with the next, changed or added."""
    if len(word) < _SHORTEST:
        return
    for at in range(len(word)):
        before, letter, after = word[:at], word[at], word[at + 1 :]
        yield before + after
        if after:
            yield before + after[0] + letter + after[1:]
        for other in string.ascii_lowercase:
            yield before + other + after
            yield before + other + letter + after
    for other in string.ascii_lowercase:
        yield word + other


def slipped(words: Iterable[str], apart: frozenset[str]) -> frozenset[str]:
    """The words and their slips, without those that say something else in the same place."""
    words = frozenset(words)
    return words | (frozenset(slip for word in words for slip in slips_of(word)) - apart)


def slip_signs(
    signs: Mapping[str, int],
    classes: Mapping[str, frozenset[str]],
    apart: Mapping[str, frozenset[str]],
) -> dict[str, set[int]]:
    """Every spelling that a "<class~>" of a phrase takes, with the signs of those pieces.

    `apart` are, by class, the words that are never taken for a slip.
    """
    found: dict[str, set[int]] = {}
    for piece, sign in signs.items():
        for member in members(piece) if sign != BREAK_SIGN else ():
            if member.endswith(SLIPPED):
                name = member.removesuffix(SLIPPED)[1:]
                words = meant(f"<{name}>", classes)
                for text in slipped(words, apart.get(name, frozenset())):
                    found.setdefault(text, set()).add(sign)
    return found


def meant(member: str, classes: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """The words that a word or "<class>" of a phrase stands for; none for a "<class~>"."""
    if member[0] != "<":
        return (member,)
    if member.endswith(SLIPPED):
        return ()
    if member.strip("<>") not in classes:
        raise ScreenFault(f"crisis lexicon: a phrase uses {member}, defined nowhere")
    return classes[member.strip("<>")]
