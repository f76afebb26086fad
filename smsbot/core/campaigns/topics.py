"""What a topic must say before anybody is asked to join it, and which words can be its own.

Who opts in is told the programme, how often it writes, that rates apply, HELP and STOP. Source:
https://usshortcodedirectory.com/ctia-short-code-monitoring-handbook/ (read 2026-11-23).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from smsbot.core.campaigns.audience import FieldFault
from smsbot.core.contacts import Contact, Topic
from smsbot.core.editorial.names import COMMANDS, HELPLINE_WORDS, RESERVED_WORDS, SAFETY_WORDS
from smsbot.core.inbound.catalogue import Catalogue
from smsbot.core.inbound.decide import decide
from smsbot.core.inbound.joining import shown
from smsbot.core.inbound.joining_words import END, FILLERS, JOIN, LEAVE
from smsbot.core.messages import E164, InboundMessage, Lang, MessageSid
from smsbot.core.text.segments import measure

MOST_SEGMENTS = 2
LONGEST_NAME, LONGEST_WORDS = 80, 200
FIELDS = ("keyword", "keyword_es", "name_en", "name_es", "words_en", "words_es")
NEEDED = {
    Lang.EN: ("Msg & data rates may apply", "STOP", "HELP"),
    Lang.ES: ("tarifas de mensajes y datos", "ALTO", "AYUDA"),
}
"""What the text that asks somebody to join has to say, besides how often."""

_KEYWORD = re.compile(r"^[A-Z]{3,20}$")
_OWN = {word.upper() for words in (JOIN, LEAVE, END, FILLERS) for word in words}
_MEANS_MORE = RESERVED_WORDS | SAFETY_WORDS | HELPLINE_WORDS | COMMANDS | _OWN
_HOW_OFTEN = {
    Lang.EN: re.compile(
        r"\b(?:\d+|once|twice|one|two|three|four)\b.*"
        r"\b(?:a|per|each|every) (?:day|week|month|quarter|year)\b"
        r"|\b(?:daily|weekly|monthly|quarterly|yearly)\b",
        re.IGNORECASE,
    ),
    Lang.ES: re.compile(
        r"\b(?:\d+|una?|uno|dos|tres|cuatro)\b.*"
        r"\b(?:al|por|cada|a la) (?:d[ií]a|semana|mes|trimestre|a[ñn]o)\b"
        r"|\b(?:diari[oa]s?|(?:semanal|mensual|trimestral|anual)(?:es|mente)?)\b",
        re.IGNORECASE,
    ),
}
"""A number with a period, or a word that is both."""


def faults(one: Topic, program: str) -> tuple[FieldFault, ...]:
    """All that keeps a topic from being offered, by field of the form; empty: nothing does."""
    found = [*_of_keywords(one)]
    for lang, suffix in ((Lang.EN, "en"), (Lang.ES, "es")):
        found += _of_name(f"name_{suffix}", one.name(lang))
        found += _of_words(one, f"words_{suffix}", lang, program)
    return tuple(found)


def unheard(one: Topic, catalogue: Catalogue, now: datetime) -> tuple[FieldFault, ...]:
    """Whether its keywords, texted as people would, are read as something else than a wish.

    The crisis screen and STOP, START and HELP read every text first.
    """
    alone = replace(catalogue, topics=(one,))
    found = []
    for field, word, ways in (
        ("keyword", one.keyword, ("{}", "JOIN {}", "LEAVE {}", "STOP {}")),
        ("keyword_es", one.keyword_es, ("{}", "UNIRME {}", "SALIR {}", "ALTO {}")),
    ):
        rules = {_read(way.format(word), alone, now) for way in ways}
        if rules != {"join.ask", "leave"}:
            what = f"Texts with {word} are read as something else. Choose another word."
            found.append(FieldFault(field=field, what=what))
    return tuple(found)


def mark(one: Topic) -> str:
    """A short print of a topic's words: another one means that somebody has changed them."""
    words = "\n".join(getattr(one, name) for name in FIELDS)
    return hashlib.sha256(f"{words}\n{one.retired}".encode()).hexdigest()[:16]


def _read(body: str, catalogue: Catalogue, now: datetime) -> str:
    text = InboundMessage(
        sid=MessageSid("topic"), sender=E164(""), recipient=E164(""), body=body, received_at=now
    )
    return decide(text, Contact(greeted=True), catalogue, now).rule


def _of_keywords(one: Topic) -> Iterator[FieldFault]:
    for field, word in (("keyword", one.keyword), ("keyword_es", one.keyword_es)):
        if not _KEYWORD.match(word):
            what = "A keyword is one word of 3 to 20 letters from A to Z, without accents."
            yield FieldFault(field=field, what=what)
        elif word in _MEANS_MORE:
            what = f"{word} has a meaning of its own in a text. Choose another word."
            yield FieldFault(field=field, what=what)


def _of_name(field: str, name: str) -> Iterator[FieldFault]:
    if not 0 < len(name) <= LONGEST_NAME:
        yield FieldFault(field=field, what=f"Give it a name of at most {LONGEST_NAME} characters.")


def _of_words(one: Topic, field: str, lang: Lang, program: str) -> Iterator[FieldFault]:
    words = one.words(lang)
    if not 0 < len(words) <= LONGEST_WORDS or "{" in words or "}" in words:
        what = f"Say what they get in at most {LONGEST_WORDS} characters, without {{ and }}."
        yield FieldFault(field=field, what=what)
        return
    if not _HOW_OFTEN[lang].search(words):
        example = "up to 2 texts a month" if lang is Lang.EN else "hasta 2 mensajes al mes"
        yield FieldFault(field=field, what=f"Say how often, such as “{example}”.")
    if words.endswith((".", "!", "?")):
        yield FieldFault(field=field, what="Leave the full stop out: a sentence goes on after it.")
    texts = shown(one, lang, program)
    missing = [needed for needed in NEEDED[lang] if needed not in texts[0]]
    if missing:
        yield FieldFault(field=field, what=f"What they are shown does not say: {missing[0]}.")
    yield from _of_cost(field, texts)


def _of_cost(field: str, texts: tuple[str, ...]) -> Iterator[FieldFault]:
    costs = [measure(text) for text in texts]
    offenders = dict.fromkeys(one for cost in costs for one in cost.offenders)
    if offenders:
        what = f"{' '.join(offenders)} cannot be sent in a plain text: write it without."
        yield FieldFault(field=field, what=what)
    elif (most := max(cost.segments for cost in costs)) > MOST_SEGMENTS:
        over = max(cost.units for cost in costs) - MOST_SEGMENTS * 153
        what = f"The text that says it takes {most} segments: shorten this by {over} characters."
        yield FieldFault(field=field, what=what)
