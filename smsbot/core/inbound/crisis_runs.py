"""Words typed without the spaces between them: "killmyself", "iwanttodie", "mevoyamatar".

A token is cut up into the lexicon's words, the likeliest and fewest possible. The phrases that are
run together most are known whole as well, one typing slip in them included. Both take time in
proportion to the token's length.
"""

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA

from smsbot.core.inbound.crisis_letters import Letters, grow, words_from
from smsbot.core.inbound.crisis_match import UNKNOWN, Word

_ONE_LETTER = frozenset("iyau2")
_FAR = 1 << 30
_LONGEST_RUN = 400  # letters of a token that are cut up; phrases known whole are sought in all
_MANY_WORDS = 16  # letters from which a token may hold words the lexicon does not know
# What cutting a token up costs: words that carry the meaning are the likeliest to be meant.
_KEY_COST, _WORD_COST, _ONE_LETTER_COST, _SKIPPED = 4, 5, 8, 18
_END = 4  # letters at a phrase's start and end, one of which no single slip touches


class Runs:
    """What the lexicon's words look like run together. Built once, never changed."""

    def __init__(
        self, words: Mapping[str, tuple[Word, ...]], keys: frozenset[str], said: Iterable[str]
    ) -> None:
        """`said` are the phrases known whole, each of at least eight letters."""
        self._words = words
        self._keys = keys
        self._short_sparks = frozenset(word for word in keys if len(word) == 3)
        self._long_sparks = frozenset(word[:_END] for word in keys if len(word) > 3)
        self._letters: Letters = {}
        for word in words:
            if len(word) > 1 or word in _ONE_LETTER:
                grow(self._letters, word)
        self._heads: dict[str, list[str]] = {}
        self._tails: dict[str, list[str]] = {}
        self._phrases: dict[str, tuple[Word, ...]] = {}
        for phrase in said:
            squeezed = phrase.replace(" ", "")
            self._heads.setdefault(squeezed[:_END], []).append(squeezed)
            self._tails.setdefault(squeezed[-_END:], []).append(squeezed)
            self._phrases[squeezed] = tuple(
                word for part in phrase.split() for word in words.get(part, (Word(text=part),))
            )
        self._fours = frozenset(w[at : at + 4] for w in words for at in range(len(w) - 3))
        self._ends = frozenset(self._heads.keys() | self._tails.keys())

    def read(self, token: str) -> tuple[Word, ...] | None:
        """The phrase known whole that stands in the token or else the words that make it up.

        None when there is neither. A long token may hold other words too, as long as most of it is
        the lexicon's.
        """
        fours = [token[at : at + _END] for at in range(len(token) - _END + 1)]
        if not self._ends.isdisjoint(fours) and (found := self._phrase(token, fours)):
            return found
        if self._long_sparks.isdisjoint(fours) and self._short_sparks.isdisjoint(
            [token[at : at + 3] for at in range(len(token) - 2)]
        ):
            return None
        made = self._cut_up(token[:_LONGEST_RUN])
        if not any(len(word) > 2 and word in self._keys for word in made):
            return None
        return None if made.count("?") * 3 > len(token) + 1 else self._put(made)

    def _phrase(self, token: str, parts: list[str]) -> tuple[Word, ...] | None:
        """The phrase that stands in the token, spelt with one slip at most, and what is beside it.

        The longest one counts: "idontwanttolive" is more than "wanttolive".
        """
        longest, where = "", (0, 0)
        for at, part in enumerate(parts):
            for squeezed in self._heads.get(part, ()):
                if len(squeezed) > len(longest) and (end := _end_of(squeezed, token, at)):
                    longest, where = squeezed, (at, end)
            for squeezed in self._tails.get(part, ()):
                # A phrase whose start is spelt right was found there.
                if len(squeezed) > len(longest):
                    start = _start_of(squeezed, token, at + _END)
                    if start is not None:
                        longest, where = squeezed, (start, at + _END)
        if not longest:
            return None
        start, end = where
        return (
            *self._beside(token[:start]),
            *self._phrases[longest],
            *self._beside(token[end:]),
        )

    def may_reach_over(self, first: str, second: str) -> bool:
        """Whether a word may begin in the first token and end in the second; quick, not sure."""
        joined, at = first[-3:] + second[:3], len(first[-3:])
        if not self._fours.isdisjoint([joined[i : i + 4] for i in range(len(joined) - 3)]):
            return True
        short = joined[at - 1 : at + 1], joined[max(0, at - 2) : at + 1], joined[at - 1 : at + 2]
        return any(part in self._words for part in short)

    def _cut_up(self, token: str) -> list[str]:
        """The words on the cheapest way through a token, "?" for a letter of none; [] if no way."""
        cost, word_to = [0] + [_FAR] * len(token), [""] * (len(token) + 1)
        skips, reached = len(token) >= _MANY_WORDS, 0
        for at in range(len(token)):
            if at > reached:
                return []
            if cost[at] == _FAR:
                continue
            for word in words_from(self._letters, token, at):
                end, now = at + len(word), cost[at] + self._cost(word)
                if now < cost[end]:
                    cost[end], word_to[end] = now, word
                    reached = max(reached, end)
            if skips and cost[at] + _SKIPPED < cost[at + 1]:
                cost[at + 1], word_to[at + 1] = cost[at] + _SKIPPED, "?"
                reached = max(reached, at + 1)
        made: list[str] = []
        at = len(token) if cost[-1] < _FAR else 0
        while at:
            made.append(word_to[at])
            at -= len(word_to[at])
        return made[::-1]

    def _cost(self, word: str) -> int:
        if len(word) == 1:
            return _ONE_LETTER_COST
        return _KEY_COST if word in self._keys or len(self._words[word]) > 1 else _WORD_COST

    def _beside(self, part: str) -> tuple[Word, ...]:
        return self._put(self._cut_up(part[-_LONGEST_RUN:])) or ((UNKNOWN,) if part else ())

    def _put(self, made: list[str]) -> tuple[Word, ...]:
        read: list[Word] = []
        for part in made:
            if part != "?":
                read += self._words[part]
            elif not read or read[-1] is not UNKNOWN:
                read.append(UNKNOWN)
        return tuple(read)


def _end_of(phrase: str, token: str, at: int) -> int | None:
    """Where a phrase that begins at a place ends, if it stands there."""
    for longer in (0, 1, -1):
        end = at + len(phrase) + longer
        if end <= len(token) and _alike(phrase, token[at:end]):
            return end
    return None


def _start_of(phrase: str, token: str, end: int) -> int | None:
    """Where a phrase that ends at a place begins, if it stands there."""
    for longer in (0, 1, -1):
        at = end - len(phrase) - longer
        if at >= 0 and _alike(phrase, token[at:end]):
            return at
    return None


def _alike(phrase: str, written: str) -> bool:
    return OSA.distance(phrase, written, score_cutoff=1) <= 1
