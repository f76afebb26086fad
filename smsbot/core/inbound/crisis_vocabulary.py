"""The lexicon's words, and every spelling of them that a person in crisis may type.

A word is looked up exactly first. A real word ("skill", "diet") is then left alone. Only an unknown
one is read as a lexicon word with doubled letters, leetspeak, masks, dropped vowels, one typing
slip, or as several words run together. Each way is one or a few dictionary look-ups.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from smsbot.core.inbound.crisis_letters import (
    MASKS,
    by_shape,
    cuts,
    fits_loosely,
    index,
    is_inside,
    letters_at,
    shape,
)
from smsbot.core.inbound.crisis_match import UNKNOWN, Word
from smsbot.core.inbound.crisis_runs import Runs

_RUNS = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_MASK_RUNS = re.compile(f"[{re.escape(MASKS)}]+")
_VOWELS = str.maketrans("", "", "aeiou")
# Both readings of 1, ! and | (i or l) are one: the vocabulary's own l is read as i as well.
_LEET = str.maketrans("0134567890!|@$+€", "oieasgtbgoiiaste")
_LEET_SIGNS = re.compile(r"[013457896!|@$+€]")
_LONGEST = 24  # letters of a token that may be one word, misspelt
_SHORTEST_SLIP = 4  # letters of a token that may be a four-letter word mistyped
_FEWEST_SHOWN = 2  # letters of a masked word that has fewer masks than letters
_MOST_MEANT = 16  # a mask that may be more words says nothing
_NO_WORDS: frozenset[str] = frozenset()
_SHORTEST_STEM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """What the vocabulary is made from.

    `words` are all words that phrases use, with what they stand for; `keys` are those that carry
    the meaning and are recognised from 4 letters on when misspelt, `grammar` from 6; `real` are
    real words that look like a misspelt one; `stems` match any word that begins so; `mistaken`
    are spellings that some phrases take for a word of theirs; `together` are phrases known run
    together.
    """

    words: Mapping[str, tuple[Word, ...]]
    keys: frozenset[str]
    fillers: frozenset[str]
    grammar: frozenset[str]
    real: frozenset[str]
    stems: Mapping[str, str]
    mistaken: Mapping[str, Word] = field(default_factory=dict)
    together: tuple[str, ...] = ()


class Vocabulary:
    """Every spelling of the lexicon's words. Built once, never changed."""

    def __init__(self, spellings: Spellings) -> None:
        self._words = spellings.words
        self._real = spellings.real
        # The dictionary's own methods: they are asked for every piece of every text.
        self.exact: Callable[[str], tuple[Word, ...] | None] = spellings.words.get
        """What a correctly spelt token stands for (a chat word may stand for several)."""
        self.knows: Callable[[str], bool] = (spellings.words.keys() | spellings.real).__contains__
        """Whether the token is a word of the lexicon, or a real word to be left alone."""
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
        self._near = self._tolerant | self._slips.keys()
        self._bare = index((w, w.translate(_VOWELS)) for w in tolerant)
        self._by_shape = by_shape(sorted(spellings.keys | spellings.fillers))
        self._letter_at = letters_at(spellings.keys | spellings.fillers)
        self._begin_stems = frozenset(stem[:_SHORTEST_STEM] for stem in spellings.stems)
        self._mistaken = spellings.mistaken
        self._runs = Runs(spellings.words, spellings.keys, spellings.together)

    def plain(self, token: str) -> tuple[Word, ...]:
        """What a token stands for without working out what it misspells."""
        return self._words.get(token) or (self._mistaken.get(token, UNKNOWN),)

    def read(self, token: str) -> tuple[Word, ...]:
        """What a token of letters and digits stands for; unknown words stand for themselves."""
        found = self._words.get(token)
        if found is not None:
            return found
        slipped = self._mistaken.get(token, UNKNOWN)
        if token in self._real or token.isdecimal():
            return (slipped,)
        if _RUNS.search(token) and (stretched := self._stretched(token)):
            return stretched
        spelt = self.misspelt(token)
        if spelt is not None:
            return _either(self._words[spelt], slipped)
        return (slipped,) if slipped is not UNKNOWN else self.run_together(token) or (UNKNOWN,)

    def may_be_broken(self, first: str, second: str) -> bool:
        """Whether some word may reach over the space between two tokens; quick, not sure."""
        return self._runs.may_reach_over(first, second)

    def run_together(self, token: str) -> tuple[Word, ...] | None:
        """The lexicon words or the phrase that make up a token ("killmyself"), if any do."""
        return self._runs.read(token)

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
        if token[:_SHORTEST_STEM] in self._begin_stems:
            for length in range(min(len(token), 9), 4, -1):
                if token[:length] in self._stems:
                    return self._stems[token[:length]]
        if not token.isalpha():
            return self._leetspeak(token)
        once = _RUNS.sub(r"\1", token) if _RUNS.search(token) else token
        if once in self._undoubled:
            return self._undoubled[once][0]
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
        if len(token) < _SHORTEST_SLIP or self._near.isdisjoint(found := cuts(token)):
            return None
        for cut in found:
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
        same = sorted(self._fitting(token))
        if not same and shown >= _FEWEST_SHOWN:
            pieces = _MASK_RUNS.split(token)
            signs = sum(map(len, pieces))
            if signs > _LONGEST:
                return None
            # Masks may be fewer than the letters they stand for: up to three more are tried.
            for length in range(signs, signs + 4):
                near = self._by_shape.get(shape(token, length), ())
                same += [w for w in near if fits_loosely(pieces, w)]
            same.sort()
        return self._any_of(tuple(same[:_MOST_MEANT]))

    def _fitting(self, masked: str) -> frozenset[str]:
        """The words of the same length whose letters are those that show."""
        fitting: frozenset[str] | None = None
        for at, letter in enumerate(masked):
            if letter not in MASKS:
                here = self._letter_at.get((len(masked), at, letter), _NO_WORDS)
                fitting = here if fitting is None else fitting & here
                if not fitting:
                    return _NO_WORDS
        return fitting or _NO_WORDS

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


def _either(spelt: tuple[Word, ...], slipped: Word) -> tuple[Word, ...]:
    """What a token is misspelt for anywhere, and what else some phrases take it for."""
    if slipped is UNKNOWN or len(spelt) != 1:
        return spelt
    (word,) = spelt
    return (
        Word(text=f"{word.text}|{slipped.text}", signs=word.signs | slipped.signs, kind=word.kind),
    )
