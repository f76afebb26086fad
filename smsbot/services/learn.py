"""Learns the crisis model's weights from labelled texts: logistic regression, in plain Python.

The same examples and the same seed give the same weights, bit for bit.
"""

import math
import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from smsbot.core.inbound.crisis_model import BITS, buckets

_STEP = 0.5  # AdaGrad's first step
_DECAY = 1e-5  # how fast a weight that is not needed shrinks
_MAY_BE_ONE_PERSONS = 3  # what fewer texts than this hold teaches a text, not a language


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


def learn(examples: Iterable[Example], *, seed: int, passes: int = 8) -> Learned:
    """Logistic regression over hashed pieces, by AdaGrad: `passes` times over all examples."""
    rows = [_row(example) for example in examples]
    _drop_rare(rows)
    weights = [0.0] * (1 << BITS)
    squares = [1e-6] * (1 << BITS)
    bias, bias_square = 0.0, 1e-6
    order = random.Random(seed)  # noqa: S311 - not a secret: the order of examples
    for _ in range(passes):
        order.shuffle(rows)
        for pieces, size, target, weight in rows:
            x = bias + size * sum(map(weights.__getitem__, pieces))
            slope = (1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x)))) - target) * weight
            bias_square += slope * slope
            bias -= _STEP * slope / math.sqrt(bias_square)
            if abs(slope) < 1e-3:
                continue
            slope *= size
            square = slope * slope
            for piece in pieces:
                squares[piece] += square
                was = weights[piece]
                weights[piece] = was - _STEP * (slope + _DECAY * was) / math.sqrt(squares[piece])
    return Learned(weights=weights, bias=bias)


_Row: TypeAlias = "tuple[array[int], float, float, float]"


def _row(example: Example) -> _Row:
    pieces = array("I", sorted(buckets(example.text)))
    return pieces, 1 / math.sqrt(len(pieces) or 1), float(example.is_crisis), example.weight


def _drop_rare(rows: list[_Row]) -> None:
    """Forget pieces that fewer than a few texts hold."""
    held = [0] * (1 << BITS)
    for pieces, *_ in rows:
        for piece in pieces:
            held[piece] += 1
    for number, (pieces, *rest) in enumerate(rows):
        common = array("I", (p for p in pieces if held[p] >= _MAY_BE_ONE_PERSONS))
        rows[number] = (common, *rest)  # type: ignore[assignment]
