"""The second, learned layer of the crisis screen: how much a text is like crisis texts, 0 to 1.

It only ever adds: the lexicon is asked first, and what the lexicon finds stays found. A linear
model over hashed pieces of the text, so that it can be inspected, runs in microseconds and says the
same for the same text everywhere. It writes nothing and holds no text; its weights are numbers,
learned by `smsbot train crisis` from texts the project wrote itself.
"""

import hashlib
import math
import re
import struct
import tomllib
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from smsbot.core.errors import ScreenFault
from smsbot.core.text.normalise import fold

BITS = 16
"""The pieces of a text fall into 2**BITS buckets, one weight each."""

_MASK = (1 << BITS) - 1
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{2,}")
_PHRASE = 1  # where a word's checksum starts
_NEXT = 0x5BD1E995  # what parts "to day" from "today"
_LETTERS = 4
_FEWEST_WORDS = 4
# Four letters as one number, by this remainder: spread over nearly all buckets, and no two runs of
# a-z fall together for being alike. One operation instead of four.
_SPREAD = 64_997

_ZERO = 128  # what stands for a weight of 0 in a byte

_HEADER = struct.Struct("<4sBff")
_MAGIC = b"SCM1"
_CURE = "Restore content/crisis/model, or run `smsbot train crisis`."
_MOST_BYTES = 1 << 20  # what a weights file may take, and may grow to when it is unpacked


def buckets(text: str) -> set[int]:
    """Where the pieces of a text fall: its words, pairs and threes of words, runs of 4 letters.

    Read from the folded text, long numbers all alike. Never raises for any `str`; takes time in
    proportion to its length; the same on every machine.
    """
    line = " ".join(_WORD.findall(_NUMBER.sub("0", fold(text)))).encode("utf-8", "ignore")
    found: set[int] = set()
    add, crc = found.add, zlib.crc32
    last = last_two = 0
    for word in line.split():
        one = crc(word, _PHRASE)
        add(one & _MASK)
        if last:
            two = crc(word, last ^ _NEXT)
            add(two & _MASK)
            if last_two:
                add(crc(word, last_two ^ _NEXT) & _MASK)
            last_two = two
        last = one
    letters = b" %b " % line
    for start in range(min(_LETTERS, len(letters) - _LETTERS + 1)):
        runs = (len(letters) - start) // _LETTERS
        found.update([run % _SPREAD for run in struct.unpack_from(f"<{runs}I", letters, start)])
    return found


def logistic(x: float) -> float:
    """From any number to 0..1; 0 gives a half."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, x))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The learned weights, ready to use by any number of threads."""

    weights: bytes
    """One for each bucket: -127 to 127, and 128 on top. Bytes, so that all of them stay at hand."""
    scale: float
    bias: float
    threshold: float
    """The score from which a text counts as a crisis text."""

    def score(self, text: str) -> float:
        """How much the text is like the crisis texts it has learned from: 0 to 1, not a chance.

        The weights' sum is divided by the root of how many pieces there are, so that no text is
        one by its length alone. Fewer than four words are too little to go by: 0, and the lexicon's
        to judge.
        """
        if len(text.split()) < _FEWEST_WORDS:
            return 0.0
        found = buckets(text)
        # Two buckets more than there are, so that there are always several to get.
        total = sum(itemgetter(*found, 0, 0)(self.weights)) - 2 * self.weights[0]
        total -= _ZERO * len(found)
        return logistic(self.bias + self.scale * total / math.sqrt(len(found) or 1))

    def fires(self, text: str) -> bool:
        """Whether 988 is due for what the text is like, whatever the lexicon found."""
        return self.score(text) >= self.threshold


def pack(weights: Sequence[float], bias: float) -> bytes:
    """The weights as a file's bytes: each in eight bits, compressed. The same in, the same out."""
    if len(weights) != 1 << BITS:
        raise ValueError(f"one weight for each of {1 << BITS} buckets is needed")
    scale = max(map(abs, weights)) / 127 or 1.0
    small = array("b", (round(weight / scale) for weight in weights))
    return zlib.compress(_HEADER.pack(_MAGIC, BITS, scale, bias) + small.tobytes(), 9)


def build_model(description: str, data: bytes) -> Model:
    """The model as content/crisis/model has it: what model.toml says, and the weights' bytes.

    Raises:
        ScreenFault: One of the two is damaged, or they do not belong together.
    """
    try:
        told = tomllib.loads(description)
        sha256, threshold = str(told["sha256"]), float(told["threshold"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise ScreenFault(f"crisis model, model.toml: {fault}. {_CURE}") from fault
    if not 0.0 < threshold < 1.0:
        raise ScreenFault(f"crisis model, model.toml: the threshold is no score. {_CURE}")
    return load_model(data, sha256, threshold=threshold)


def load_model(data: bytes, sha256: str, *, threshold: float = 0.5) -> Model:
    """The model from its file's bytes, if they are the very ones that were reviewed.

    Raises:
        ScreenFault: The bytes are not those the checksum was taken of, or hold no model.
    """
    if len(data) > _MOST_BYTES or hashlib.sha256(data).hexdigest() != sha256:
        raise ScreenFault(f"crisis model: the weights do not match their checksum. {_CURE}")
    try:
        unpacked = zlib.decompressobj().decompress(data, _MOST_BYTES)
        magic, bits, scale, bias = _HEADER.unpack_from(unpacked)
    except (zlib.error, struct.error) as fault:
        raise ScreenFault(f"crisis model: {fault}. {_CURE}") from fault
    weights = bytes(weight + _ZERO for weight in array("b", unpacked[_HEADER.size :]))
    sound = math.isfinite(scale) and math.isfinite(bias) and scale > 0
    if magic != _MAGIC or bits != BITS or len(weights) != 1 << BITS or not sound:
        raise ScreenFault(f"crisis model: these weights are for another version. {_CURE}")
    return Model(weights=weights, scale=scale, bias=bias, threshold=threshold)
