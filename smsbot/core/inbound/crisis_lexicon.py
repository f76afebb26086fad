"""Compiles the lexicon's files (content/crisis/lexicon) into what the screen matches with.

What the files may hold is described in docs/crisis.md. Anything odd in them (an unknown tier, a
class nobody defined, a bracket left open) stops the start with a sentence that names the file.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from smsbot.core.errors import ScreenFault
from smsbot.core.inbound.crisis_match import Kind, Tree, Word
from smsbot.core.inbound.crisis_phrases import Choice, members, parse
from smsbot.core.inbound.crisis_places import BREAK_SIGN, Net
from smsbot.core.inbound.crisis_slips import meant, slip_signs
from smsbot.core.inbound.crisis_vocabulary import Spellings, Vocabulary
from smsbot.core.inbound.decision import Tier
from smsbot.core.messages import Lang

_TABLES = frozenset(
    {"language", "meaning", "sayings", "key", "words", "chat", "alike", "pictures", "stems", "real"}
    | {"rule", "guard", "alone", "apart", "together"}
)
_NAMED = re.compile(r"\{([a-z_]+)\}")
_DEEPEST_SAYING = 5
_FILLER, _SUBJECT = "filler", "subject"
_TOPICS: dict[Tier, tuple[str, ...]] = {
    Tier.EMERGENCY: ("EMERGENCY", "CRISIS"),
    Tier.VIOLENCE: ("DV", "CRISIS"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is found when one of a rule's phrases matches. A guard has no tier."""

    name: str
    lang: Lang | None
    tier: Tier | None
    topics: tuple[str, ...] = ("CRISIS",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The compiled lexicon: safe to share between threads, never changed."""

    vocabulary: Vocabulary
    pictures: Mapping[str, str]
    tree: Tree
    rules: tuple[Rule, ...]
    alone: Mapping[str, Rule]
    """What fires when it is the whole text, by its words joined with spaces."""


@dataclass(slots=True)
class _Gathered:
    """What the files said, before words and classes get their signs."""

    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    chat: dict[str, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    real: set[str] = field(default_factory=set)
    apart: dict[str, frozenset[str]] = field(default_factory=dict)
    together: list[str] = field(default_factory=list)
    rules: list[tuple[Rule, list[Choice]]] = field(default_factory=list)
    alone: dict[str, Rule] = field(default_factory=dict)


def compile_lexicon(files: Mapping[str, str]) -> Lexicon:
    """The lexicon from its files (name -> TOML text).

    Raises:
        ScreenFault: A file does not parse, or says something that cannot be meant.
    """
    parsed = {name: _parse(name, files[name]) for name in sorted(files)}
    said: dict[str, str] = {}
    for data in parsed.values():
        said.update(data.get("sayings", {}))
    gathered = _Gathered()
    for name, data in parsed.items():
        try:
            _gather(data, gathered, said)
        except (ScreenFault, KeyError, ValueError, AttributeError) as fault:
            raise ScreenFault(f"crisis lexicon, {name}: {fault}. Mend the file.") from fault
    if not gathered.rules or not gathered.alone:
        raise ScreenFault("crisis lexicon: no rules; is content/crisis/lexicon complete?")
    return _compile(gathered)


def _parse(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ScreenFault(f"crisis lexicon, {name}: {fault}. Mend the file.") from fault


def _gather(data: dict[str, Any], gathered: _Gathered, said: Mapping[str, str]) -> None:
    unknown = data.keys() - _TABLES
    if unknown:
        raise ScreenFault(f"unknown table {min(unknown)!r}")
    lang = Lang(data["language"]) if "language" in data else None
    for table in ("key", "words"):
        for name, listed in data.get(table, {}).items():
            gathered.classes[name] = (*gathered.classes.get(name, ()), *listed.split())
            if table == "key":
                gathered.keys.update(w for w in listed.split() if w[0] != "<")
    gathered.chat.update(data.get("chat", {}))
    gathered.alike.update(data.get("alike", {}))
    gathered.pictures.update(data.get("pictures", {}))
    gathered.stems.update(data.get("stems", {}))
    gathered.real.update(data.get("real", "").split())
    gathered.together += data.get("together", [])
    gathered.apart |= {name: frozenset(w.split()) for name, w in data.get("apart", {}).items()}
    for entry in data.get("rule", []):
        gathered.rules.append((_rule(entry, data, lang), _phrases(entry, said)))
    for entry in data.get("guard", []):
        rule = Rule(name=_name(entry, data, lang), lang=lang, tier=None)
        gathered.rules.append((rule, _phrases(entry, said)))
    for entry in data.get("alone", []):
        rule = _rule(entry, data, lang)
        gathered.alone.update((phrase, rule) for phrase in entry["says"])


def _name(entry: dict[str, Any], data: dict[str, Any], lang: Lang | None) -> str:
    return ".".join((data["meaning"], entry["name"], *((lang.value,) if lang else ())))


def _rule(entry: dict[str, Any], data: dict[str, Any], lang: Lang | None) -> Rule:
    tier = Tier(entry["tier"])
    return Rule(
        name=_name(entry, data, lang),
        lang=lang,
        tier=tier,
        topics=tuple(entry.get("topics", _TOPICS.get(tier, ("CRISIS",)))),
    )


def _phrases(entry: dict[str, Any], said: Mapping[str, str]) -> list[Choice]:
    return [parse(_say(written, said)) for written in entry["says"]]


def _say(written: str, said: Mapping[str, str]) -> str:
    """The phrase with every "{name}" in it written out."""
    for _ in range(_DEEPEST_SAYING):
        if "{" not in written:
            return written
        written = _NAMED.sub(lambda name: said[name[1]], written)
    raise ScreenFault(f"the saying in {written[:40]!r} holds itself")


def _compile(gathered: _Gathered) -> Lexicon:
    classes = {name: frozenset(_members(name, gathered, ())) for name in gathered.classes}
    net = Net()
    for owner, (_, says) in enumerate(gathered.rules):
        for phrase in says:
            net.add(owner, phrase)
    slips = slip_signs(net.signs, classes, gathered.apart)
    words = _words(gathered, classes, net.signs, slips)
    for chat, in_full in gathered.chat.items():
        words[chat] = tuple(
            word for part in in_full.split() for word in words.get(part, (Word(text=part),))
        )
    spellings = Spellings(
        words=words,
        keys=frozenset(gathered.keys),
        fillers=classes.get(_FILLER, frozenset()),
        grammar=frozenset().union(*classes.values()),
        real=frozenset(gathered.real - words.keys()),
        stems=gathered.stems,
        mistaken={
            text: Word(text=f"~{sorted(signs)}", signs=frozenset(signs))
            for text, signs in slips.items()
            if text not in words
        },
        together=tuple(gathered.together),
    )
    return Lexicon(
        vocabulary=Vocabulary(spellings),
        pictures=gathered.pictures,
        tree=Tree(net.starts),
        rules=tuple(rule for rule, _ in gathered.rules),
        alone=gathered.alone,
    )


def _members(name: str, gathered: _Gathered, above: tuple[str, ...]) -> Iterator[str]:
    """The words of a class, those of the classes it takes in included."""
    if name in above or name not in gathered.classes:
        raise ScreenFault(f"crisis lexicon: the class <{name}> is missing or holds itself")
    for word in gathered.classes[name]:
        if word[0] == "<":
            yield from _members(word.strip("<>"), gathered, (*above, name))
        else:
            yield word


def _words(
    gathered: _Gathered,
    classes: Mapping[str, frozenset[str]],
    signs: Mapping[str, int],
    slips: Mapping[str, set[int]],
) -> dict[str, tuple[Word, ...]]:
    """Every word of the lexicon with the numbers of all it can stand for."""
    held: dict[str, set[int]] = {member: set() for words in classes.values() for member in words}
    for phrase in (*gathered.alone, *gathered.stems.values()):
        held.update((part, set()) for part in phrase.split())
    for piece, sign in signs.items():
        for member in members(piece) if sign != BREAK_SIGN else ():
            for text in meant(member, classes):
                held.setdefault(text, set()).add(sign)
    for text in held.keys() & slips.keys():
        held[text] |= slips[text]
    for alike, others in gathered.alike.items():
        own = held.setdefault(alike, set())
        own.update(*(held[word] for word in others.split() if word in held))
    return {
        text: (Word(text=text, signs=frozenset(numbers), kind=_kind(text, classes)),)
        for text, numbers in held.items()
    }


def _kind(text: str, classes: Mapping[str, frozenset[str]]) -> Kind:
    if text in classes.get(_FILLER, ()):
        return Kind.FILLER
    return Kind.SUBJECT if text in classes.get(_SUBJECT, ()) else Kind.PLAIN
