"""Learns the crisis model's weights from labelled texts: logistic regression, in plain Python.

The same examples and the same seed give the same weights, bit for bit.
"""

import math
import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from smsbot.core.inbound.crisis_model import BITS, buckets, logistic

_STEP = 0.5  # AdaGrad's first step
_DECAY = 1e-4  # how fast a weight that is not needed shrinks
_FEWEST_TEXTS = 3  # what fewer texts hold would teach one text, not the language
_SETTLED = 1e-3  # a text this well known teaches nothing more


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text to learn from. `weight` is how often it counts."""

    text: str
    is_crisis: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One weight for each bucket, and the bias."""

    weights: Sequence[float]
    bias: float


def learn(examples: Iterable[Example], *, seed: int, passes: int = 4) -> Learned:
    """Logistic regression over hashed pieces, by AdaGrad: `passes` times over all examples."""
    rows = _common([_row(example) for example in examples])
    weights = [0.0] * (1 << BITS)
    squares = [1e-6] * (1 << BITS)
    bias, bias_square = 0.0, 1e-6
    order = random.Random(seed)  # noqa: S311 - not a secret: the order of examples
    for _ in range(passes):
        order.shuffle(rows)
        for pieces, size, target, weight in rows:
            x = bias + size * sum(map(weights.__getitem__, pieces))
            slope = (logistic(x) - target) * weight
            bias_square += slope * slope
            bias -= _STEP * slope / math.sqrt(bias_square)
            if abs(slope) > _SETTLED:
                _step(weights, squares, pieces, slope * size)
    return Learned(weights=weights, bias=bias)


def average(several: Sequence[Learned]) -> Learned:
    """One model that says what several say on the whole: less of it is the chance of the order."""
    return Learned(
        weights=[
            sum(one) / len(several) for one in zip(*(m.weights for m in several), strict=True)
        ],
        bias=sum(one.bias for one in several) / len(several),
    )


def _step(weights: list[float], squares: list[float], pieces: Sequence[int], slope: float) -> None:
    square = slope * slope
    for piece in pieces:
        squares[piece] += square
        was = weights[piece]
        weights[piece] = was - _STEP * (slope + _DECAY * was) / math.sqrt(squares[piece])


_Row: TypeAlias = tuple[Sequence[int], float, float, float]
"""A text's pieces, one over the root of how many, 1.0 for crisis, and how often it counts."""


def _row(example: Example) -> _Row:
    pieces = array("I", sorted(buckets(example.text)))
    return pieces, 1 / math.sqrt(len(pieces) or 1), float(example.is_crisis), example.weight


def _common(rows: list[_Row]) -> list[_Row]:
    """The rows without the pieces that only a few texts hold."""
    held = [0] * (1 << BITS)
    for pieces, *_ in rows:
        for piece in pieces:
            held[piece] += 1
    return [
        (array("I", (p for p in pieces if held[p] >= _FEWEST_TEXTS)), size, target, weight)
        for pieces, size, target, weight in rows
    ]
