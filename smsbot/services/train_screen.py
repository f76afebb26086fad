"""Trains the crisis screen's learned layer, and measures it on texts it has not learned from.

Crisis texts come only from what the project wrote: content/crisis/training, and samples of the
lexicon's own phrases. Harmless ones come from there too, from the answers' example questions, and
from files that whoever trains brings along; those stay where they are.
"""

import hashlib
import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from smsbot.core.inbound.crisis_model import Model, load_model, pack
from smsbot.services.learn import Example, average, learn
from smsbot.services.lexicon_sampler import sample_texts
from smsbot.services.read_screen import read_screen
from smsbot.services.training_texts import (
    plain_keywords,
    plain_questions,
    read_lexicon,
    written_texts,
)

QUESTIONS = "own-questions"
"""What the project's own example questions are called among the harmless texts."""

MOST_ALARMS = 0.0006
MOST_ALARMS_IN_QUESTIONS = 0.001
"""Of the harmless texts the model has not learned from, how many may set it off."""

PARTS = 5

_EACH_PHRASE = 4
_SAMPLED_WEIGHT = 0.1
_MISSED_WEIGHT = 3.0  # a crisis text that the lexicon does not find is what the model is for
_BLENDS = 2000
_BLEND_WEIGHT = 0.5
_SHORT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmless:
    """Harmless texts by where they are from. Those of `more` are never scored, only learned."""

    scored: Mapping[str, Sequence[str]]
    more: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """How many harmless texts set off a model that had not learned from them."""

    source: str
    texts: int
    alarms: int
    most: int
    """How many were allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """New weights, the score they fire from, and what they rest on. Holds no text."""

    weights: bytes
    sha256: str
    threshold: float
    held_out: tuple[HeldOut, ...]
    counts: Mapping[str, int]

    @property
    def model(self) -> Model:
        """The weights, loaded as the screen loads them."""
        return load_model(self.weights, self.sha256, threshold=self.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """All there is to learn from except the harmless texts that are scored."""

    crisis: Sequence[Example]
    sampled: Sequence[Example]
    harmless: Sequence[str]
    more: Sequence[str] = ()


def train_screen(content: Path, brought: Harmless, *, seed: int, runs: int = 2) -> Trained:
    """Learn from a content folder and the harmless texts brought along.

    The scored texts are parted in five by their checksum. Each part is scored by weights learned
    from the other four; the threshold is the lowest that keeps every source under its limit there.
    The weights that are kept are learned from all five. What the lexicon fires on is left out.

    Raises:
        ScreenFault: the lexicon is missing or damaged.
        ContentFault: a training file is damaged, or there are no texts to learn from.
    """
    silent = _silence(read_screen(content, learned=False).find)
    written = written_texts(content)
    scored = {name: _unique(filter(silent, texts)) for name, texts in brought.scored.items()}
    scored[QUESTIONS] = _unique(filter(silent, plain_questions(content)))
    sampled = sorted(set(sample_texts(read_lexicon(content), each=_EACH_PHRASE, seed=seed)))
    lessons = Lessons(
        crisis=[
            Example(text=text, is_crisis=True, weight=_MISSED_WEIGHT if silent(text) else 1.0)
            for text in written["crisis"]
        ],
        sampled=[Example(text=text, is_crisis=True, weight=_SAMPLED_WEIGHT) for text in sampled],
        harmless=written["harmless"],
        more=_unique(filter(silent, [*brought.more, *plain_keywords(content)])),
    )
    trained = fit(lessons, scored, seed=seed, runs=runs)
    sizes = {f"written-{label}": len(texts) for label, texts in written.items()}
    sizes |= {"sampled-from-lexicon": len(sampled), "more": len(lessons.more)}
    return Trained(
        weights=trained.weights,
        sha256=trained.sha256,
        threshold=trained.threshold,
        held_out=trained.held_out,
        counts=sizes | {name: len(texts) for name, texts in scored.items()},
    )


def fit(
    lessons: Lessons, scored: Mapping[str, Sequence[str]], *, seed: int, runs: int = 2
) -> Trained:
    """Learn, score each part without it, set the threshold, and learn once more from all."""
    scores: dict[str, list[float]] = {name: [] for name in scored}
    for part in range(PARTS):
        seen = [t for texts in scored.values() for t in texts if part_of(t) != part]
        model = _loaded(_weights(lessons, seen, seed, runs))
        for name, texts in scored.items():
            scores[name] += [model.score(t) for t in texts if part_of(t) == part]
    threshold = max((_lowest(name, found) for name, found in scores.items()), default=0.5)
    weights = _weights(lessons, [t for texts in scored.values() for t in texts], seed, runs)
    return Trained(
        weights=weights,
        sha256=hashlib.sha256(weights).hexdigest(),
        threshold=threshold,
        held_out=tuple(
            HeldOut(
                source=name,
                texts=len(found),
                alarms=sum(score >= threshold for score in found),
                most=_most(name, len(found)),
            )
            for name, found in scores.items()
        ),
        counts={name: len(texts) for name, texts in scored.items()},
    )


def part_of(text: str) -> int:
    """Which of the parts a text belongs to: the same for the same text everywhere."""
    return hashlib.sha256(text.strip().casefold().encode("utf-8", "replace")).digest()[7] % PARTS


def _most(name: str, texts: int) -> int:
    return int(texts * (MOST_ALARMS_IN_QUESTIONS if name == QUESTIONS else MOST_ALARMS))


def _lowest(name: str, found: Sequence[float]) -> float:
    """The lowest threshold that lets no more of these scores fire than may."""
    ordered = sorted(found, reverse=True)
    most = _most(name, len(ordered))
    above = ordered[most] if most < len(ordered) else 0.5
    # Four decimals can be read and compared; rounded up, so that the text at the edge stays silent.
    rounded = math.floor(above * 1e4 + 1) / 1e4
    return rounded if rounded < 1 else math.nextafter(above, 2.0)


def _loaded(weights: bytes) -> Model:
    return load_model(weights, hashlib.sha256(weights).hexdigest())


def _weights(lessons: Lessons, seen: Sequence[str], seed: int, runs: int) -> bytes:
    learned = average(
        [learn(_examples(lessons, seen, seed + run), seed=seed + run) for run in range(runs)]
    )
    return pack(learned.weights, learned.bias)


def _examples(lessons: Lessons, seen: Sequence[str], seed: int) -> list[Example]:
    harmless = [*lessons.harmless, *seen, *lessons.more]
    # Few texts are one thought alone. Blends of two teach that a cry is one in any company.
    short = [text for text in seen if len(text) < _SHORT] + [*lessons.harmless] * 2
    chance = random.Random(seed)  # noqa: S311 - not a secret: which texts are blended
    blends = [
        Example(
            text=_blend(one.text, chance.choice(short), chance),
            is_crisis=True,
            weight=_BLEND_WEIGHT,
        )
        for one in chance.choices(
            lessons.crisis, [example.weight for example in lessons.crisis], k=_BLENDS
        )
    ]
    blends += [
        Example(
            text=_blend(chance.choice(lessons.harmless), chance.choice(short), chance),
            is_crisis=False,
            weight=_BLEND_WEIGHT,
        )
        for _ in range(_BLENDS)
    ]
    alone = [Example(text=text, is_crisis=False) for text in harmless]
    return [*lessons.crisis, *lessons.sampled, *alone, *blends]


def _blend(one: str, other: str, chance: random.Random) -> str:
    first, second = chance.choice(((one, other), (other, one)))
    return f"{first}{chance.choice(('. ', ' '))}{second}"


def _silence(find: Callable[[str], object | None]) -> Callable[[str], bool]:
    return lambda text: find(text) is None


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
