"""Writes texts by the lexicon's own grammar, for the learned layer to learn from. All synthetic."""

import random
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from smsbot.core.inbound.crisis_phrases import EDGES, GAPS, Phrase, members, readings
from smsbot.core.inbound.decision import Tier

_LEARNED_TIERS = frozenset({Tier.EMERGENCY, Tier.ACTIVE, Tier.PASSIVE, Tier.THIRD_PARTY})
_FILLERS = {
    "en": "just really so honestly right now even lol tbh again tonight always".split(),
    "es": "ya la verdad hoy otra vez siempre muy pues neta ahora".split(),
}
_DEEPEST_SAYING = 5


def sample_texts(files: Mapping[str, str], *, each: int, seed: int) -> Iterator[str]:
    """Up to `each` texts for every phrase of the lexicon's crisis tiers, in the lexicon's order.

    `files` is the lexicon: name -> TOML text, already known to compile.
    """
    tables = [tomllib.loads(files[name]) for name in sorted(files)]
    said: dict[str, str] = {}
    classes: dict[str, list[str]] = {}
    for table in tables:
        said |= table.get("sayings", {})
        for kind in ("key", "words"):
            for name, words in table.get(kind, {}).items():
                classes.setdefault(name, []).extend(words.split())
    chance = random.Random(seed)  # noqa: S311 - not a secret: which phrase is written
    for table in tables:
        fillers = _FILLERS[table.get("language", "en")]
        for written in _crisis_phrases(table):
            options = readings(_spoken(written, said))
            for reading in chance.sample(options, min(each, len(options))):
                yield _write(reading, classes, fillers, chance)


def _crisis_phrases(table: Mapping[str, Any]) -> Iterator[str]:
    for rule in table.get("rule", []):
        if Tier(rule["tier"]) in _LEARNED_TIERS:
            yield from rule["says"]


def _spoken(written: str, said: Mapping[str, str]) -> str:
    for _ in range(_DEEPEST_SAYING):
        for name, meant in said.items():
            written = written.replace("{" + name + "}", meant)
    return written


def _write(
    reading: Phrase, classes: Mapping[str, list[str]], fillers: list[str], chance: random.Random
) -> str:
    words: list[str] = []
    for piece in reading:
        if piece in GAPS:
            words += chance.sample(fillers, chance.randrange(2))
        elif piece not in EDGES:
            words.append(_word(chance.choice(members(piece)), classes, chance))
    return " ".join(words)


def _word(piece: str, classes: Mapping[str, list[str]], chance: random.Random) -> str:
    while piece[0] == "<":
        piece = chance.choice(classes[piece.strip("<~>")])
    return piece
