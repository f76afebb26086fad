"""Finds the line of a key in a TOML file, so that a fault can say where to look."""

import re
from bisect import bisect_right
from dataclasses import dataclass

_TABLE = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*=""")
_FENCES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one file and where each key's value begins.

    A key inside a table is "table.key"; inside the second `[[sources]]` it is "sources.1.key".
    """

    text: tuple[str, ...]
    starts: dict[str, int]
    order: tuple[int, ...] = ()
    """The lines where keys begin, ascending."""

    def of(self, key: str, *needles: str) -> int:
        """The line, from 1, of the key, or of the first line of its value that has a needle.

        Needles are compared in any case. An unknown key is looked for at the top of the file.
        """
        first = self.starts.get(key)
        if first is None:
            return 1
        later = bisect_right(self.order, first)
        last = self.order[later] if later < len(self.order) else len(self.text) + 1
        for number in range(first, last):
            line = self.text[number - 1].casefold()
            if any(needle and needle.casefold() in line for needle in needles):
                return number
        return first


def read_lines(toml_text: str) -> Lines:
    """Find every key of a TOML text, right or wrong; what stands in long strings is skipped."""
    lines = tuple(toml_text.split("\n"))
    starts: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix, fence = "", ""
    for number, line in enumerate(lines, start=1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        if table := _TABLE.match(line):
            prefix = _prefix(table, counts)
            starts.setdefault(prefix.rstrip("."), number)
        elif key := _KEY.match(line):
            starts.setdefault(prefix + key[1], number)
            fence = next((mark for mark in _FENCES if line.count(mark) % 2), "")
    return Lines(lines, starts, tuple(sorted(starts.values())))


def _prefix(table: re.Match[str], counts: dict[str, int]) -> str:
    """What stands before the keys of a table: its name, numbered if it is one of a list."""
    name = table[2]
    if table[1] == "[":
        return f"{name}."
    counts[name] = counts.get(name, -1) + 1
    return f"{name}.{counts[name]}."
