"""What one answer's texts must keep to: length, alphabet, grade, wording and what must be in."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from smsbot.core.answers import Answer, Group
from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.mentions import unknown_mentions
from smsbot.core.editorial.parse import ParsedFile
from smsbot.core.editorial.reading import HIGHEST_GRADE, LEAST_WORDS, grade
from smsbot.core.editorial.wording import (
    ABOUT_THE_ALERT,
    DEATHS,
    EVERYWHERE,
    IN_SAFETY,
    Rule,
    banned_in,
    sayings,
)
from smsbot.core.text.segments import GSM7_JOINED, measure, to_gsm7

SHORT_SEGMENTS, LONG_SEGMENTS = 3, 8
KEPT_FREE = 40
"""Septets of a short text that the bot needs for what it appends (how to get the long one)."""
LIFELINE_WITHIN = 40
"""988 stands in the first so many characters of a helpline's text."""

_MOST_CHARACTERS = 5_000
"""Four times the longest text that fits; beyond that nothing else is looked at."""
_PLACEHOLDER = re.compile(r"\{[^{}]*\}?|\}")
_SAMPLE_VALUES = {"{program}": "x" * 30, "{contact}": "x" * 40}
"""As long as the real ones may be; the length is measured with them."""
_WRAPPED = re.compile(r"[^\s.!?:;,\"')][ \t]*\r?\n(?![ \t]*\r?\n)[ \t]*(?=[a-z])")
_ENDS_WITH_LIFELINE = frozenset({"STEPS", "THERAPY"})
_HELP_NAMES = {
    "{program}": "the program's name",
    "{contact}": "a way to reach a person",
    "STOP": "how to stop",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """One of the texts of an answer."""

    file: ParsedFile
    answer: Answer
    key: str
    body: str

    def fault(self, what: str, cure: str, *needles: str) -> Fault:
        return self.file.fault(self.key, what, cure, *needles)


def text_faults(file: ParsedFile, names: Container[str]) -> Iterator[Fault]:
    """Everything wrong with the texts of one answer. `names` are all keywords and aliases."""
    answer = file.answer
    if answer is None:
        return
    for key, body in (("short", answer.short), ("long", answer.long), ("stub", answer.stub)):
        if not body:
            continue
        text = _Text(file=file, answer=answer, key=key, body=body)
        if len(body) > _MOST_CHARACTERS:
            yield text.fault(f"`{key}` has {len(body):,} characters.", "Write a text message.")
            continue
        yield from _length(text)
        yield from _level(text)
        yield from _wording(text)
        yield from _placeholders(text)
        yield from _lifeline(text)
        for word, why in unknown_mentions(body, names):
            what = f"`{key}` has {word} in capitals: {why}."
            yield text.fault(what, "Write a keyword that exists, or small letters.", word)


def most_segments(key: str) -> int:
    """Segments a text may have; `key` is short, long or stub."""
    return LONG_SEGMENTS if key == "long" else SHORT_SEGMENTS


def kept_free(key: str) -> int:
    """Units of such a text that are not for its author: the bot appends something."""
    return 0 if key == "long" else KEPT_FREE


def at_its_longest(body: str, key: str) -> str:
    """The text as it counts against its limit: placeholders filled in, what is kept free taken."""
    for placeholder, sample in _SAMPLE_VALUES.items():
        body = body.replace(placeholder, sample)
    return body + "x" * kept_free(key)


def _length(text: _Text) -> Iterator[Fault]:
    body = text.body
    offenders = measure(body).offenders
    if offenders:
        named = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in offenders[:8])
        plain = "".join(to_gsm7(char) for char in offenders[:8] if to_gsm7(char) != char)
        cure = f"Write {plain!r} for them." if plain else "Leave them out."
        what = f"`{text.key}` is not GSM-7, which more than doubles its segments: {named}."
        yield text.fault(what, cure, *offenders)
        body = "".join("x" if char in offenders else char for char in to_gsm7(body))
    most, free = most_segments(text.key), kept_free(text.key)
    found = measure(at_its_longest(body, text.key))
    if found.segments > most:
        over = max(1, found.units - most * GSM7_JOINED)
        kept = f" with the {free} units kept free for what the bot appends" if free else ""
        what = f"`{text.key}` takes {found.segments} segments{kept}; {most} are the most."
        yield text.fault(what, f"Take out {over} characters.")


def _level(text: _Text) -> Iterator[Fault]:
    found = grade(text.body, text.answer.lang)
    if found > HIGHEST_GRADE and len(text.body.split()) >= LEAST_WORDS:
        what = f"`{text.key}` reads at grade {found:.1f}; {HIGHEST_GRADE:.0f} is the limit."
        yield text.fault(what, "Write shorter sentences and everyday words.")
    if wrapped := _WRAPPED.search(text.body):
        line = text.body[: wrapped.end()].rstrip().rpartition("\n")[0].rpartition("\n")[2]
        what = f"`{text.key}` breaks a line in mid-sentence, and phones show it so."
        yield text.fault(what, "Write the sentence on one line, however long.", line)


def _wording(text: _Text) -> Iterator[Fault]:
    rules: tuple[Rule, ...] = EVERYWHERE
    if text.answer.group is Group.SAFETY:
        rules += IN_SAFETY
    if text.answer.keyword in ABOUT_THE_ALERT:
        rules += (DEATHS,)
    for saying in sayings(text.body, rules):
        what = f"`{text.key}` says {saying.rule.what}: {saying.words!r}."
        yield text.fault(what, saying.rule.cure, saying.words)
    for words in banned_in(text.body, text.file.banned):
        what = f"`{text.key}` has {words!r}, which `banned` rules out."
        yield text.fault(what, "Say it in other words, or not at all.", words)


def _placeholders(text: _Text) -> Iterator[Fault]:
    official = text.file.folder == "compliance" or text.answer.group is Group.RESERVED
    for found in dict.fromkeys(_PLACEHOLDER.findall(text.body)):
        if not official:
            cure = "Only answers in compliance/ may have placeholders."
            yield text.fault(f"`{text.key}` has {found!r}.", cure, found)
        elif found not in _SAMPLE_VALUES:
            cure = "Write {program} or {contact}."
            yield text.fault(f"`{text.key}` has the placeholder {found!r}.", cure, found)


def _lifeline(text: _Text) -> Iterator[Fault]:
    """Where 988 must stand, and what HELP must name."""
    keyword, group, body = text.answer.keyword, text.answer.group, text.body
    if group is Group.SAFETY and text.key != "long" and "988" not in body[:LIFELINE_WITHIN]:
        what = f"`{text.key}` has no 988 in its first {LIFELINE_WITHIN} characters."
        yield text.fault(what, "Begin with the Lifeline: call or text 988.")
    elif (
        group in {Group.SAFETY, Group.RESERVED} or keyword in _ENDS_WITH_LIFELINE
    ) and "988" not in body:
        yield text.fault(f"`{text.key}` has no 988.", "Add: In crisis? Call or text 988.")
    if keyword == "HELP" and text.key == "short":
        for words, meaning in _HELP_NAMES.items():
            if words not in body:
                yield text.fault(f"HELP doesn't say {meaning}.", f"Write {words} in it.")
        if not re.search(r"\brates\b|\btarifas\b", body, re.IGNORECASE):
            what = "HELP doesn't say that rates may apply."
            yield text.fault(what, 'Add "Msg & data rates may apply" or "Aplican tarifas".')
