"""What people asked and got no answer to, grouped by likeness, without giving anybody away.

Staff learn from these groups which question or answer is missing. Nobody's own story may be read
from them: figures never come in, and of the words only those show that the published answers have
anyway, or that two different people used. What one person alone asked shows as loose words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from smsbot.core.text.normalise import tokens
from smsbot.core.text.stems import stem
from smsbot.core.text.words import FUNCTION

FEWEST_PEOPLE = 2
"""So many different people must have used a word, or asked alike, before their words are shown."""

ALIKE = 0.5
"""The share of their words that two questions of a group have in common."""

MOST_SHOWN, MOST_LOOSE = 20, 8
"""Words of an example, and of a group that is one person's."""

_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|www\.\S+", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MONEY = frozenset(
    "dollar dollars buck bucks usd cent cents grand dolar dolares peso pesos euro euros".split()
)
_EVERYBODYS = frozenset({stem("ketamine"), stem("ketamina")})
"""In so many questions that it makes none of them alike."""

_HIDDEN = "…"
_PLURAL_FROM = 4
"""Letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One text without an answer, as far as it may be looked at. Times are aware UTC."""

    person: int
    words: tuple[str, ...]
    """Folded words in their order, without figures, addresses and the names of money."""
    key: frozenset[str]
    """The stems of the words that say what it is about: what likeness goes by. Never empty."""
    lang: str
    kind: str
    """Why it is here: "unknown", "notcovered" or "ambiguous"."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Texts that ask alike."""

    key: frozenset[str]
    """Of the wording that most people used."""
    texts: tuple[Missed, ...]

    @property
    def people(self) -> int:
        """How many different people asked."""
        return len({one.person for one in self.texts})

    @property
    def is_one_persons(self) -> bool:
        """Whether too few people asked for their words to be shown in order."""
        return self.people < FEWEST_PEOPLE

    @property
    def keys(self) -> frozenset[frozenset[str]]:
        """Every wording in the group."""
        return frozenset(one.key for one in self.texts)

    @property
    def example(self) -> Missed:
        """The shortest text of the leading wording."""
        leading = (one for one in self.texts if one.key == self.key)
        return min(leading, key=lambda one: (len(one.words), one.words))


def kind_of(rule: str, topic: str | None) -> str | None:
    """Why a text without an answer is one; None when it never asked anything.

    `rule` and `topic` are those of its decision.
    """
    if rule.startswith("ambiguous"):
        return "ambiguous"
    if topic == "NOTCOVERED":
        return "notcovered"
    # Greetings, thanks and bare numbers get the menu too, and ask nothing.
    return "unknown" if rule.startswith("unknown") else None


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text without figures, addresses and the names of money."""
    return tuple(
        word
        for word in tokens(_ADDRESS.sub(" ", text))
        if word not in _MONEY and not _DIGIT.search(word)
    )


def key_of(words: Iterable[str]) -> frozenset[str]:
    """What a text of these words is about, as stems; empty when they say nothing of it."""
    stems = frozenset(_stem(word) for word in words if word not in FUNCTION)
    return stems - _EVERYBODYS or stems


def _stem(word: str) -> str:
    # The router's stems leave short words whole; "dog" and "dogs" ask for one thing here.
    return stem(word[:-1] if len(word) >= _PLURAL_FROM and word.endswith("s") else word)


def grouped(texts: Iterable[Missed]) -> tuple[Gap, ...]:
    """The texts in groups, those that most people ask first.

    The most frequent wording leads a group; each other joins the leader it is most like. The same
    texts in any order give the same groups.
    """
    by_key: dict[frozenset[str], list[Missed]] = defaultdict(list)
    for one in texts:
        by_key[one.key].append(one)
    leaders: dict[frozenset[str], list[Missed]] = {}
    led: dict[str, list[frozenset[str]]] = defaultdict(list)
    for key in sorted(by_key, key=lambda key: (*_weight(by_key[key]), sorted(key))):
        leader = _most_like(key, led)
        if leader is None:
            leaders[key] = list(by_key[key])
            for word in key:
                led[word].append(key)
        else:
            leaders[leader] += by_key[key]
    gaps = [Gap(key=key, texts=tuple(found)) for key, found in leaders.items()]
    return tuple(sorted(gaps, key=lambda gap: (*_weight(gap.texts), sorted(gap.key))))


def _weight(texts: Iterable[Missed]) -> tuple[int, int]:
    texts = list(texts)
    return -len({one.person for one in texts}), -len(texts)


def _most_like(key: frozenset[str], led: dict[str, list[frozenset[str]]]) -> frozenset[str] | None:
    shared = Counter(leader for word in key for leader in led.get(word, ()))
    best: tuple[float, list[str], frozenset[str]] | None = None
    for leader, common in shared.items():
        alike = common / len(key | leader)
        if alike >= ALIKE and (best is None or (-alike, sorted(leader)) < best[:2]):
            best = (-alike, sorted(leader), leader)
    return best[2] if best else None


def shown(gap: Gap, known: frozenset[str]) -> str:
    """What staff may read of a group; `known` are the words the published answers have.

    A sentence with what only one person said left out; or, of one person's group, its known words
    in alphabetical order, which tell no story.
    """
    known |= FUNCTION
    example = gap.example
    if gap.is_one_persons:
        loose = {word for word in example.words if word in known and word not in FUNCTION}
        return ", ".join(sorted(loose)[:MOST_LOOSE])
    users: dict[str, set[int]] = defaultdict(set)
    for one in gap.texts:
        for word in one.words:
            users[word].add(one.person)
    common = {word for word, people in users.items() if len(people) >= FEWEST_PEOPLE}
    return " ".join(_with_gaps(example.words[:MOST_SHOWN], known | common))


def _with_gaps(words: Iterable[str], visible: frozenset[str]) -> Iterator[str]:
    hidden = False
    for word in words:
        if word in visible:
            yield word
        elif not hidden:
            yield _HIDDEN
        hidden = word not in visible
