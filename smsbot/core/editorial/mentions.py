"""Words in capitals inside a text: the reader takes them for something to text back."""

import re
from collections.abc import Container, Iterator
from itertools import pairwise

from smsbot.core.editorial.names import COMMANDS, HELPLINE_WORDS
from smsbot.core.text.sentences import sentence_ends

ABBREVIATIONS = frozenset((
    "US", "USA", "EE", "UU", "OK", "TV", "ID", "ZIP", "FDA", "DEA", "NIH", "NIMH", "SAMHSA", "VA",
    "CDC", "FTC", "HIPAA", "MD", "RN", "NP", "PA", "LMFT", "LCSW", "LPC", "LPCC", "REMS", "KAP",
    "TRD", "MDD", "PTSD", "TEPT", "OCD", "ADHD", "IV", "IM", "BP", "SMS", "URL", "AI", "IA",
    "ASL", "TTY", "LGBTQ", "FAQ", "MAOI", "IMAO", "AVM", "MAV", "CAPS", "II", "III",
))  # fmt: skip
"""Written in capitals in running text, and no keyword need stand behind them."""

_WORD = re.compile(r"(?<![\w.@/-])[A-ZÁÉÍÓÚÑÜ][A-ZÁÉÍÓÚÑÜ0-9]+(?![\w@])(?!\.\w)")
_ADDRESS = re.compile(r"https?://\S+|\{[a-z]*\}")
_NUMBER = re.compile(r"\d{3}")


def mentioned(text: str) -> frozenset[str]:
    """The words in capitals of a text: what its reader may text back."""
    return frozenset(_WORD.findall(_ADDRESS.sub(" ", text)))


def unknown_mentions(text: str, names: Container[str]) -> Iterator[tuple[str, str]]:
    """Each word in capitals that leads nowhere, once, and why it must not stand there.

    A helpline's own word ("HOME") is known once a sentence has it with the helpline's number.
    """
    plain = _ADDRESS.sub(" ", text)
    theirs = {
        word
        for sentence in _sentences(plain)
        if _NUMBER.search(sentence)
        for word in HELPLINE_WORDS.intersection(_WORD.findall(sentence))
    }
    for word in dict.fromkeys(_WORD.findall(plain)):
        if word in COMMANDS:
            yield word, "the bot says itself how to move about"
        elif not (word in names or word in ABBREVIATIONS or word in theirs):
            yield word, "no answer has that name"


def _sentences(text: str) -> Iterator[str]:
    for first, last in pairwise([0, *sentence_ends(text), len(text)]):
        yield text[first:last]
