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
_LONGEST_LETTER = 6  # one letter with the signs around it
# Letters of pieces that are no words, worked out in one text. 99 in 100 of the
# texts people write have fewer, at 1,600 characters; what comes after so many is read as it stands.
_MOST_LETTERS = 700
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
        # A piece that stands in the text again is not worked out again.
        read: dict[str, tuple[Word, ...]] = {"": ()}
        exact, spent = self._vocabulary.exact, 0
        for piece in self._whole_pieces(folded.split()):
            found = exact(piece)
            if found is None:
                bare = piece.strip(_EDGE)
                found = exact(bare) or read.get(bare)
                if found is None:
                    found = read[bare] = self._bare(bare, in_full=spent < _MOST_LETTERS)
                    # Signs among the letters make for several readings.
                    spent += len(bare) if bare.isalpha() else 2 * len(bare)
                if not piece[-1].isalnum() and _ends_clause(piece[len(piece.rstrip(_EDGE)) :]):
                    words += found
                    found = (BREAK,)
            words += found
        words.append(BREAK)
        breaks = len([word for word in words if word is BREAK])
        return words if breaks < _MOST_BREAKS * len(words) else _without_breaks(words)

    def _whole_pieces(self, pieces: list[str]) -> Iterator[str]:
        """The pieces, with letters typed apart and words broken in the wrong place joined up."""
        at, knows = 0, self._vocabulary.knows
        joins: dict[tuple[str, str], str | None] = {}
        spent = 0
        while at < len(pieces):
            piece = pieces[at]
            if len(piece) > 1 and knows(piece):
                yield piece
                at += 1
                continue
            end = at
            while end < len(pieces) and _is_one_letter(pieces[end]):
                end += 1
            if end - at >= _FEWEST_SPACED:
                yield from self._typed_apart(pieces[at:end])
                at = end
                continue
            pair = piece, pieces[at + 1] if at + 1 < len(pieces) else ""
            if pair not in joins:
                joins[pair] = self._broken(*pair) if spent < _MOST_LETTERS else None
                spent += len(piece)
            yield joins[pair] or piece
            at += 2 if joins[pair] else 1

    def _typed_apart(self, letters: list[str]) -> list[str]:
        joined = "".join(letter.strip(_EDGE) for letter in letters)
        if self._vocabulary.knows(joined):
            return [joined]
        if together := self._vocabulary.run_together(joined):
            return [word.text for word in together if word.text]
        return [joined] if self._vocabulary.misspelt(joined) else letters

    def _broken(self, first: str, second: str) -> str | None:
        """Two neighbours that make sense only together: "sui cide", "kil lmyself"."""
        vocabulary = self._vocabulary
        if not first.isalpha():
            return None
        bare = second.rstrip(_EDGE)
        known = vocabulary.knows(bare)
        if known and vocabulary.knows(first):
            return None
        joined = first + bare
        if len(joined) > _LONGEST_JOINED or not joined.isalpha():
            return None
        if vocabulary.exact(joined) and len(joined) > 3:
            return joined
        if known or not vocabulary.may_be_broken(first, second):
            return None
        made = vocabulary.run_together(joined)
        if not made or UNKNOWN in made:
            return None
        alone = vocabulary.misspelt(first) or vocabulary.misspelt(second)
        return None if alone else joined

    def _bare(self, bare: str, *, in_full: bool) -> tuple[Word, ...]:
        """A piece between spaces, without the signs at its edges, that is no word as it stands.

        Not `in_full`: only what its own letters say, not what it misspells.
        """
        if not in_full or self._vocabulary.knows(bare):
            return self._vocabulary.plain(bare)
        if bare.isalpha() and bare.isascii():
            return self._vocabulary.read(bare)
        return self._dressed(bare) or tuple(self._parts(bare))

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


def _is_one_letter(piece: str) -> bool:
    """Whether the piece is one letter, whatever signs stand around it."""
    return len(piece) == 1 or (len(piece) <= _LONGEST_LETTER and len(piece.strip(_EDGE)) == 1)


def _ends_clause(signs: str) -> bool:
    """Whether the signs end a clause; "..." is how people hesitate in the middle of one."""
    return not _ENDS.isdisjoint(signs) and ".." not in signs


def _without_breaks(words: list[Word]) -> list[Word]:
    return [BREAK, *(word for word in words if word is not BREAK), BREAK]
