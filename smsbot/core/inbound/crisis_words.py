"""Reads a text as the lexicon's words: what it says under any spelling, font, mask or spacing.

The folded text is cut at its spaces. Each piece is looked up whole first; only pieces that are
not words are taken apart or put together: "k-i-l-l", "k*ll", "kil lmyself", "k i l l".
"""

import re
from collections.abc import Iterator, Mapping

from smsbot.core.inbound.crisis_match import BREAK, UNKNOWN, Word
from smsbot.core.inbound.crisis_vocabulary import Vocabulary
from smsbot.core.text.normalise import fold

_PARTS = re.compile(r"[a-z0-9]+|[.!?;:,\n]+|[*#]+")
_ALNUM = re.compile(r"[a-z0-9]+")
_EDGE = '"“”«»()[]{}<>~^=/\\,;:.!?¿¡-_\u2013\u2014…%&'
_ENDS = frozenset(".!?;…")
_SIGNED = frozenset("@$!|+€")
_AMOUNT = re.compile(r"([0-9]+)([a-z]+)")
_FEWEST_SPACED = 3
_LONGEST_JOINED = 24
_MOST_BREAKS = 0.4  # more breaks than this a word part words ("i.want.to"), not clauses
_MANY = "8"  # pills: a number from here on is written "99" in the lexicon, a smaller one "0"


class Reader:
    """Turns a text into words of the lexicon, with the clause ends marked."""

    def __init__(self, vocabulary: Vocabulary, pictures: Mapping[str, str]) -> None:
        """`pictures` are emoji that say something, and the words they say."""
        self._vocabulary = vocabulary
        self._pictures = str.maketrans({sign: f" {says} " for sign, says in pictures.items()})

    def read(self, text: str) -> list[Word]:
        """The words of the text; it begins and ends with a clause's edge."""
        folded = fold(text)
        if not folded.isascii():
            folded = folded.translate(self._pictures)
        words = [BREAK]
        for piece in self._whole_pieces(folded.split()):
            words += self._vocabulary.exact(piece) or self._piece(piece)
        words.append(BREAK)
        breaks = sum(word is BREAK for word in words)
        return words if breaks < _MOST_BREAKS * len(words) else _without_breaks(words)

    def _whole_pieces(self, pieces: list[str]) -> Iterator[str]:
        """The pieces, with letters typed apart and words broken in the wrong place joined up."""
        at = 0
        while at < len(pieces):
            end = at
            while end < len(pieces) and len(pieces[end].strip(_EDGE)) == 1:
                end += 1
            if end - at >= _FEWEST_SPACED:
                yield from self._typed_apart(pieces[at:end])
                at = end
                continue
            joined = self._broken(pieces, at)
            if joined:
                yield joined
                at += 2
                continue
            yield pieces[at]
            at += 1

    def _typed_apart(self, letters: list[str]) -> list[str]:
        joined = "".join(letter.strip(_EDGE) for letter in letters)
        if self._vocabulary.knows(joined):
            return [joined]
        if together := self._vocabulary.run_together(joined):
            return [word.text for word in together if word.text]
        return [joined] if self._vocabulary.misspelt(joined) else letters

    def _broken(self, pieces: list[str], at: int) -> str | None:
        """Two neighbours that make sense only together: "sui cide", "kil lmyself"."""
        if at + 1 >= len(pieces):
            return None
        first, second = pieces[at], pieces[at + 1]
        vocabulary = self._vocabulary
        if vocabulary.knows(first) and (len(first) > 1 or vocabulary.knows(second)):
            return None
        joined = first + second.rstrip(_EDGE)
        if len(joined) > _LONGEST_JOINED or not joined.isalpha():
            return None
        if vocabulary.exact(joined) and len(joined) > 3:
            return joined
        made = vocabulary.run_together(joined)
        if vocabulary.knows(second) or not made or UNKNOWN in made:
            return None
        alone = vocabulary.misspelt(first) or vocabulary.misspelt(second)
        return None if alone else joined

    def _piece(self, piece: str) -> Iterator[Word]:
        """One piece between spaces that is not a word as it stands."""
        if piece.isalpha() and piece.isascii():
            yield from self._vocabulary.read(piece)
            return
        bare = piece.strip(_EDGE)
        if bare:
            found = self._vocabulary.exact(bare) or self._dressed(bare)
            yield from found or self._parts(bare)
        if _ends_clause(piece[len(piece.rstrip(_EDGE)) :]):
            yield BREAK

    def _dressed(self, bare: str) -> tuple[Word, ...] | None:
        """A single word written with signs among its letters; None when it isn't one."""
        vocabulary = self._vocabulary
        parts = _ALNUM.findall(bare)
        if not parts or parts[0] == bare:
            return None
        if bare[0] in "*#" and bare[-1] == bare[0] and vocabulary.knows(bare.strip("*#")):
            return vocabulary.exact(bare.strip("*#")) or (UNKNOWN,)
        if not _SIGNED.isdisjoint(bare) and (spelt := vocabulary.misspelt(bare)):
            return vocabulary.exact(spelt)
        if ("*" in bare or "#" in bare) and (found := vocabulary.masked(bare)):
            return found
        if len(parts) >= _FEWEST_SPACED and max(map(len, parts)) == 1:
            return self._letters("".join(parts))
        return None if all(map(vocabulary.knows, parts)) else self._parted(parts)

    def _parted(self, parts: list[str]) -> tuple[Word, ...] | None:
        """One word with signs between its parts ("su-icide", "k-ll"); None when it isn't one."""
        joined = "".join(parts)
        if len(joined) > _LONGEST_JOINED or not joined.isalpha() or min(map(len, parts)) > 3:
            return None
        vocabulary = self._vocabulary
        spelt = joined if vocabulary.exact(joined) else vocabulary.misspelt(joined)
        return vocabulary.exact(spelt) if spelt else None

    def _letters(self, joined: str) -> tuple[Word, ...] | None:
        """What letters typed with signs between them say, joined up."""
        vocabulary = self._vocabulary
        spelt = vocabulary.misspelt(joined)
        return (
            vocabulary.exact(joined)
            or vocabulary.run_together(joined)
            or (vocabulary.exact(spelt) if spelt else None)
        )

    def _parts(self, bare: str) -> Iterator[Word]:
        """Several words written without spaces ("die.i mean it"), amounts, numbers with signs."""
        if "".join(_ALNUM.findall(bare)).isdecimal() and not bare.isdecimal():
            yield UNKNOWN  # a date, a price or a phone number, whatever digits it is made of
            return
        for part in _PARTS.findall(bare):
            if not part[0].isalnum():
                if _ends_clause(part):
                    yield BREAK
            elif part.isdecimal():
                yield from self._number(part)
            elif (amount := _AMOUNT.fullmatch(part)) and self._vocabulary.exact(amount[2]):
                yield from self._vocabulary.exact(part) or self._amount(amount[1], amount[2])
            else:
                yield from self._vocabulary.read(part)

    def _amount(self, digits: str, unit: str) -> tuple[Word, ...]:
        spelt = self._vocabulary.misspelt(digits + unit) if len(digits) == 1 else None
        if spelt:
            return self._vocabulary.read(spelt)
        return (*self._number(digits), *self._vocabulary.read(unit))

    def _number(self, digits: str) -> tuple[Word, ...]:
        many = len(digits) > 1 or digits >= _MANY
        return (
            self._vocabulary.exact(digits)
            or self._vocabulary.exact("99" if many else "0")
            or (UNKNOWN,)
        )


def _ends_clause(signs: str) -> bool:
    """Whether the signs end a clause; "..." is how people hesitate in the middle of one."""
    return not _ENDS.isdisjoint(signs) and ".." not in signs


def _without_breaks(words: list[Word]) -> list[Word]:
    return [BREAK, *(word for word in words if word is not BREAK), BREAK]
