"""The crisis screen alone, by how long the text is: ordinary texts, and texts made to cost time.

The bar: 99 in 100 within 1 ms at 320 characters and within 3 ms at 1,600, the hostile ones too.
"""

import functools
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from time import thread_time_ns
from typing import Any

from bench import texts
from smsbot.services.read_screen import read_screen

CONTENT = Path(__file__).resolve().parents[1] / "content"
LENGTHS = {160: None, 320: 1_000.0, 1_600: 3_000.0}
"""Characters of a text, and the most microseconds that 99 in 100 may take, where there is a bar."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KEYS = """kill myself suicide suicidal overdose dying living tonight pills goodbye matarme quitarme
pastillas suicidarme cutting hanging worthless disappear burden better everyone without""".split()
_LEET = str.maketrans("ieoas", "13045")

Say = Callable[[str], None]


def measure(calls: int, say: Say) -> dict[str, Any]:
    """p50 and p99 in microseconds of processor time, by length and kind of text."""
    say("crisis: building the screen")
    find = read_screen(CONTENT).find
    rows = []
    for length, most in LENGTHS.items():
        say(f"crisis: texts of {length:,} characters")
        ordinary = list(itertools.islice(_ordinary(length), max(20, calls // 20)))
        rows.append({"text": "ordinary", "length": length, **_timed(find, ordinary, calls)})
        hostile = _hostile(length)
        by_name = {name: _timed(find, (text,), max(10, calls // 60)) for name, text in hostile}
        worst = max(by_name, key=lambda name: by_name[name]["p99_us"])
        rows.append({"text": "hostile", "length": length, "worst": worst, **by_name[worst]})
        for row in rows[-2:]:
            row["most_us"] = most
            row["within"] = most is None or row["p99_us"] <= most
    return {"rows": rows, "kinds": len(list(_hostile(160)))}


def _timed(
    call: Callable[[str], object], bodies: list[str] | tuple[str, ...], calls: int
) -> dict[str, float]:
    """Each body in turn; a body's time is its best of three, as other programs disturb the rest."""
    for body in bodies:
        call(body)
    spent = sorted(
        min(_once(call, body) for _ in range(3))
        for body in itertools.islice(itertools.cycle(bodies), calls)
    )
    count = len(spent)
    return {
        "p50_us": round(spent[count // 2] / 1000, 1),
        "p99_us": round(spent[min(count - 1, count * 99 // 100)] / 1000, 1),
    }


def _once(call: Callable[[str], object], body: str) -> int:
    started = thread_time_ns()
    call(body)
    return thread_time_ns() - started


def _ordinary(length: int) -> Iterator[str]:
    """Texts as people send them: questions and small talk, misspelt here and there."""
    chance = random.Random(length)
    said = [*texts.QUESTIONS, *texts.UNKNOWN, *texts.SMALL_TALK]
    while True:
        words = " ".join(chance.choices(said, k=length // 20)).split()
        words = [_slip(word, chance) if chance.random() < 0.05 else word for word in words]
        yield " ".join(words)[:length]


def _hostile(length: int) -> Iterator[tuple[str, str]]:
    """The same piece again and again; and no two words alike, each of them nearly a key word."""
    yield from texts.adversarial(length).items()
    for name, piece in {
        "letters of a word each": "i a u y ",
        "stems by turns": "kill die end hurt want to my self ",
        "stars": "*",
        "words of stars": "**** *** ",
        "leetspeak run together": "1w4nt2d13",
        "nearly a phrase, endless": "killmysel",
        "broken words": "su icide kil lmyself ",
        "addresses": "http://a.b/c?d=e&f=g ",
    }.items():
        yield name, (piece * length)[:length]
    chance = random.Random(length)
    for name, make in {
        "slips, all different": _slip,
        "two slips each, all different": lambda w, c: _slip(_slip(w, c), c),
        "masks, all different": lambda w, c: "".join(x if c.random() < 0.6 else "*" for x in w),
        "leetspeak, all different": lambda w, c: _slip(w, c).translate(_LEET),
        "pairs run together": lambda w, c: w + _slip(c.choice(_KEYS), c),
        "words of chance letters": lambda w, c: "".join(c.choices(_LETTERS, k=len(w))),
        "chance letters and signs": lambda w, c: "".join(
            c.choices(_LETTERS + "$@!|1-.*", k=len(w))
        ),
    }.items():
        words: Iterator[str] = iter(functools.partial(_made, make, chance), None)
        yield name, " ".join(itertools.islice(words, length // 3))[:length]


def _made(make: Callable[[str, random.Random], str], chance: random.Random) -> str:
    return make(chance.choice(_KEYS), chance)


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word)) if len(word) > 1 else 0
    match chance.choice(("drop", "swap", "change", "add")):
        case "drop":
            return word[:at] + word[at + 1 :] or word
        case "swap" if at:
            return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        case "change":
            return word[:at] + chance.choice(_LETTERS) + word[at + 1 :]
        case _:
            return word[:at] + chance.choice(_LETTERS) + word[at:]
