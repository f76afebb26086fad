"""Reads values out of a TOML table and notes every wrong one, instead of stopping at the first."""

import re
import tomllib
from datetime import date, datetime

from smsbot.core.editorial.faults import Fault
from smsbot.core.editorial.lines import Lines, read_lines

MOST_CHARACTERS = 65_536
"""No content file is longer: an answer is some thousand characters, the claims some 20,000."""
MOST_FAULTS = 50
"""Of one table; who made so many has another file in mind."""

_MOST_PARTS = 50
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
Table = dict[str, object]


class Fields:
    """One TOML table being read: asks for keys by type and gathers what is wrong with them."""

    def __init__(self, *, file: str, lines: Lines, table: Table, prefix: str = "") -> None:
        self.faults: list[Fault] = []
        self.file = file
        self._lines, self._table, self._prefix = lines, table, prefix
        self._asked: set[str] = set()

    def fault(self, key: str, what: str, cure: str, *needles: str) -> None:
        """Note what is wrong with a key, at its line."""
        if len(self.faults) >= MOST_FAULTS:
            return
        line = self._lines.of(self._prefix + key, *needles)
        if self._prefix and self._prefix + key not in self._lines.starts:
            line = self._lines.of(self._prefix.rstrip("."))
        self.faults.append(Fault(file=self.file, line=line, what=what, cure=cure))

    def text(self, key: str, *, optional: bool = False) -> str:
        """A string without the white space around it; "" when it is missing or wrong."""
        value = self._take(key, optional=optional)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(key, f"`{key}` is {_kind(value)}.", f'Write a text: {key} = "...".')
            return ""
        if not optional and not value.strip():
            self.fault(key, f"`{key}` is empty.", "Write the text.")
        return value.strip()

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of strings; those of its items that are none are left out."""
        value = self._take(key, optional=optional)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(key, f"`{key}` is {_kind(value)}.", f'Write a list: {key} = ["...", "..."].')
            return ()
        wrong = next(
            (item for item in value if not isinstance(item, str) or not item.strip()), None
        )
        if wrong is not None:
            what = "an empty text" if isinstance(wrong, str) else _kind(wrong)
            self.fault(key, f"`{key}` has {what} in its list.", "Write texts only, or take it out.")
        return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())

    def day(self, key: str, *, optional: bool = False) -> date | None:
        """A date; "" counts as not given."""
        value = self._take(key, optional=optional)
        if value is None or (optional and value == ""):
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        cure = f"Write a date without quotes: {key} = 2027-02-28."
        self.fault(key, f"`{key}` is {_kind(value)}.", cure)
        return None

    def tables(self, key: str) -> list[Table]:
        """A list of tables, written as `[[key]]`; absent is an empty list."""
        value = self._take(key, optional=True)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.fault(key, f"`{key}` is not a list of tables.", f"Begin each one with [[{key}]].")
        return []

    def finish(self, known: tuple[str, ...]) -> None:
        """Note the keys nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                cure = f"Take it out, or use one of: {', '.join(known)}."
                self.fault(key, f"`{shown(key)}` is not a key of this file.", cure)

    def _take(self, key: str, *, optional: bool) -> object | None:
        self._asked.add(key)
        if key not in self._table and not optional:
            self.fault(key, f"`{key}` is missing.", "Add it.")
        return self._table.get(key)


def load_table(file: str, toml_text: str) -> tuple[Table, Lines, list[Fault]]:
    """Read a TOML text; an unreadable one is an empty table and one fault."""
    if len(toml_text) > MOST_CHARACTERS:
        what = f"The file has {len(toml_text):,} characters; {MOST_CHARACTERS:,} are the most."
        cure = "Put one answer in one language in it, and nothing else."
        return {}, Lines((), {}), [Fault(file=file, line=1, what=what, cure=cure)]
    if line := _endless_name(toml_text):
        what = f"A name in it has more than {_MOST_PARTS} parts."
        cure = "Use the names of the format."
        return {}, Lines((), {}), [Fault(file=file, line=line, what=what, cure=cure)]
    plain = toml_text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        table = tomllib.loads(plain)
    except RecursionError:
        fault = Fault(
            file=file, line=1, what="Its lists are nested too deep.", cure="Write plain lists."
        )
        return {}, Lines((), {}), [fault]
    except ValueError as error:
        return {}, Lines((), {}), [_syntax_fault(file, plain, str(error))]
    return table, read_lines(plain), []


def _endless_name(toml_text: str) -> int:
    """The first line with a name like a.a.a ..., over which the reader of TOML takes minutes."""
    for number, line in enumerate(toml_text.split("\n"), start=1):
        name, equals, _ = line.partition("=")
        if name.count(".") > _MOST_PARTS and (equals or name.lstrip().startswith("[")):
            return number
    return 0


def _syntax_fault(file: str, plain: str, message: str) -> Fault:
    """The reader's own message, with its place put where ours stands."""
    place = _PLACE.search(message)
    line, column = 1, ""
    if place:
        line = int(place[1]) if place[1] else plain.count("\n") + 1
        column = f" (column {place[2]})" if place[2] else ""
    reason = shown(_PLACE.sub("", message))
    what = f"This is not TOML: {reason}{column}."
    cure = "Look at the quotes, brackets and commas there and just before."
    return Fault(file=file, line=line, what=what, cure=cure)


def shown(value: str, most: int = 60) -> str:
    """A value as it may stand in a one-line message: short, and nothing that moves the cursor."""
    clean = "".join(char if char.isprintable() else "?" for char in value)
    return clean if len(clean) <= most else clean[: most - 3] + "..."


def _kind(value: object) -> str:
    """What a value is, in words."""
    names: dict[type, str] = {
        str: "a text", bool: "true or false", int: "a number", float: "a number",
        list: "a list", dict: "a table", datetime: "a date with a time", date: "a date",
    }  # fmt: skip
    return names.get(type(value), "a time")
