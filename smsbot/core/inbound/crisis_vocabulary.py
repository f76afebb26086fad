"""The lexicon's words, and every spelling of them that a person in crisis may type.

A word is looked up exactly first. A real word ("skill", "diet") is then left alone. Only an unknown
one is read as a lexicon word with doubled letters, leetspeak, masks, dropped vowels, one typing
slip, or as several words run together. Each way is one or a few dictionary look-ups.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from smsbot.core.inbound.crisis_letters import (
    MASKS,
    Letters,
    by_shape,
    cuts,
    fits,
    fits_loosely,
    grow,
    index,
    is_inside,
    may_hold,
    shape,
    sparks,
    words_from,
)
from smsbot.core.inbound.crisis_match import UNKNOWN, Word

_RUNS = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_MASK_RUNS = re.compile(f"[{re.escape(MASKS)}]+")
_VOWELS = str.maketrans("", "", "aeiou")
# Both readings of 1, ! and | (i or l) are one: the vocabulary's own l is read as i as well.
_LEET = str.maketrans("0134567890!|@$+€", "oieasgtbgoiiaste")
_LEET_SIGNS = re.compile(r"[013457896!|@$+€]")
_ONE_LETTER = frozenset("iyau2")
_LONGEST = 24  # letters of a token that may be one word, misspelt
_FAR = 1 << 30
_MANY_WORDS = 16  # letters from which a token may hold words the lexicon does not know
# What cutting a token up costs: words that carry the meaning are the likeliest to be meant.
_KEY_COST, _WORD_COST, _ONE_LETTER_COST, _SKIPPED = 4, 5, 8, 18
_SHORTEST_SLIP = 4  # letters of a token that may be a four-letter word mistyped


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """What the vocabulary is made from.

    `words` are all words that phrases use, with what they stand for; `keys` are those that carry
    the meaning and are recognised from 4 letters on when misspelt, `grammar` from 6; `real` are
    real words that look like a misspelt one; `stems` match any word that begins so.
    """

    words: Mapping[str, tuple[Word, ...]]
    keys: frozenset[str]
    fillers: frozenset[str]
    grammar: frozenset[str]
    real: frozenset[str]
    stems: Mapping[str, str]


class Vocabulary:
    """Every spelling of the lexicon's words. Built once, never changed."""

    def __init__(self, spellings: Spellings) -> None:
        self._words = spellings.words
        self._real = spellings.real
        self._stems = spellings.stems
        self._keys = spellings.keys
        words = sorted(spellings.words, key=lambda word: (word not in spellings.keys, word))
        # Sorted: which of two words a slip is read as must not differ from one start to the next.
        tolerant = [w for w in sorted(spellings.keys) if len(w) >= 4]
        tolerant += [w for w in sorted(spellings.grammar - spellings.keys) if len(w) >= 6]
        self._tolerant = frozenset(tolerant)
        self._leet = index((w, w.replace("l", "i")) for w in words if w.isalpha())
        self._undoubled = index((w, _RUNS.sub(r"\1", w)) for w in words if len(w) > 2)
        self._slips = index((w, cut) for w in tolerant for cut in cuts(w))
        self._bare = index((w, w.translate(_VOWELS)) for w in tolerant)
        self._by_shape = by_shape(sorted(spellings.keys | spellings.fillers))
        self._sparks = sparks(w for w in spellings.keys if len(w) > 2)
        self._letters: Letters = {}
        for word in self._words:
            if len(word) > 1 or word in _ONE_LETTER:
                grow(self._letters, word)

    def knows(self, token: str) -> bool:
        """Whether the token is a word of the lexicon, or a real word to be left alone."""
        return token in self._words or token in self._real

    def exact(self, token: str) -> tuple[Word, ...] | None:
        """What a correctly spelt token stands for (a chat word may stand for several)."""
        return self._words.get(token)

    def read(self, token: str) -> tuple[Word, ...]:
        """What a token of letters and digits stands for; unknown words stand for themselves."""
        found = self._words.get(token)
        if found is not None:
            return found
        if token in self._real or token.isdecimal():
            return (UNKNOWN,)
        if stretched := self._stretched(token):
            return stretched
        spelt = self.misspelt(token)
        if spelt is not None:
            return self._words[spelt]
        return self.run_together(token) or (UNKNOWN,)

    def _stretched(self, token: str) -> tuple[Word, ...] | None:
        """What a token with a letter held down ("offff") stands for: "off" and "of", as one."""
        if not _STRETCHED.search(token):
            return None
        return self._any_of((_STRETCHED.sub(r"\1", token), _STRETCHED.sub(r"\1\1", token)))

    def misspelt(self, token: str) -> str | None:
        """The lexicon word that an unknown token misspells, if any."""
        if len(token) > _LONGEST:
            token = _RUNS.sub(r"\1\1", token)
            if len(token) > _LONGEST:
                return None
        for length in range(min(len(token), 9), 4, -1):
            if token[:length] in self._stems:
                return self._stems[token[:length]]
        if not token.isalpha():
            return self._leetspeak(token)
        once = _RUNS.sub(r"\1", token)
        for candidate in self._undoubled.get(once, ()):
            return candidate
        return (
            self._slip(token)
            or self._vowelless(token)
            or (self._slip(once) if once != token else None)
        )

    def _leetspeak(self, token: str) -> str | None:
        if not _LEET_SIGNS.search(token) or not any(map(str.isalpha, token)):
            return None
        plain = token.translate(_LEET).replace("l", "i")
        found = self._leet.get(plain) or self._leet.get(_RUNS.sub(r"\1", plain), ())
        return next((w for w in found if len(w) > 1), None)

    def _slip(self, token: str) -> str | None:
        """The tolerant word at one letter's distance (changed, left out, added or swapped)."""
        for candidate in self._slips.get(token, ()) if len(token) >= _SHORTEST_SLIP - 1 else ():
            return candidate
        if len(token) < _SHORTEST_SLIP:
            return None
        for cut in cuts(token):
            if cut in self._tolerant:
                return cut
            for candidate in self._slips.get(cut, ()):
                if OSA.distance(token, candidate, score_cutoff=1) <= 1:
                    return candidate
        return None

    def _vowelless(self, token: str) -> str | None:
        """The tolerant word that gives the token when some of its vowels are left out."""
        bare = token.translate(_VOWELS)
        if len(bare) < 2 or len(token) < len(bare):
            return None
        for candidate in self._bare.get(bare, ()):
            if candidate[0] == token[0] and is_inside(token, candidate):
                return candidate
        return None

    def masked(self, token: str) -> tuple[Word, ...] | None:
        """What a token with masks ("k*ll", "s**cide") stands for: all words it can be, as one."""
        shown = sum(map(str.isalpha, token))
        if shown * 4 < len(token):
            return None
        near = self._by_shape.get(shape(token, len(token)), ())
        same = [w for w in near if fits(token, w)]
        if not same:
            pieces = _MASK_RUNS.split(token)
            signs = sum(map(len, pieces))
            if not 2 <= signs <= _LONGEST:
                return None
            # Masks may be fewer than the letters they stand for: up to three more are tried.
            for length in range(signs, signs + 4):
                near = self._by_shape.get(shape(token, length), ())
                same += [w for w in near if fits_loosely(pieces, w)]
            same.sort()
        return self._any_of(tuple(same))

    def _any_of(self, texts: tuple[str, ...]) -> tuple[Word, ...] | None:
        """One word that stands for all that the given ones do; None when none is known."""
        known = [self._words[text] for text in texts if text in self._words]
        words = [meant[0] for meant in known if len(meant) == 1]
        if not words:
            return known[0] if known else None
        return (
            Word(
                text="|".join(sorted({word.text for word in words})),
                signs=frozenset(sign for word in words for sign in word.signs),
                kind=words[0].kind,
            ),
        )

    def run_together(self, token: str) -> tuple[Word, ...] | None:
        """The lexicon words that make up a token ("killmyself"), the likeliest and fewest possible.

        A long one may hold other words too, as long as most of it is the lexicon's.
        """
        if not may_hold(token, self._sparks):
            return None
        cost, word_to = [0] + [_FAR] * len(token), [""] * (len(token) + 1)
        skips = len(token) >= _MANY_WORDS
        for at in range(len(token)):
            if cost[at] == _FAR:
                continue
            for word in words_from(self._letters, token, at):
                end, now = at + len(word), cost[at] + self._cost(word)
                if now < cost[end]:
                    cost[end], word_to[end] = now, word
            if skips and cost[at] + _SKIPPED < cost[at + 1]:
                cost[at + 1], word_to[at + 1] = cost[at] + _SKIPPED, "?"
        return self._put_together(word_to) if cost[-1] < _FAR else None

    def _cost(self, word: str) -> int:
        if len(word) == 1:
            return _ONE_LETTER_COST
        return _KEY_COST if word in self._keys or len(self._words[word]) > 1 else _WORD_COST

    def _put_together(self, word_to: list[str]) -> tuple[Word, ...] | None:
        """The words that lead to a token's end; None when none of them carries the meaning."""
        made: list[str] = []
        at = len(word_to) - 1
        while at:
            made.append(word_to[at])
            at -= len(word_to[at])
        if not any(len(word) > 2 and word in self._keys for word in made):
            return None
        if made.count("?") * 3 > len(word_to):
            return None
        read: list[Word] = []
        for part in reversed(made):
            if part != "?":
                read += self._words[part]
            elif not read or read[-1] is not UNKNOWN:
                read.append(UNKNOWN)
        return tuple(read)
