"""Reads the rules of when campaign texts may leave, and says why they hold for a person.

The rules are data that a lawyer can read: content/hours/, each with its source and the day it was
read. Holidays come from the library `holidays`, zones from the IANA database.
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from smsbot.core.campaigns.hours import (
    Cell,
    Hours,
    Place,
    Rule,
    Source,
    Verdict,
    Window,
    next_allowed,
    verdicts,
    window,
)
from smsbot.core.campaigns.places import Atlas, cells_of
from smsbot.core.errors import ContentFault

FOLDER = "hours"
RULES = ("federal.toml", "states.toml", "house.toml")
PLACES = "places.toml"
_CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursBook:
    """Everything that decides when a campaign text may leave."""

    hours: Hours
    atlas: Atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDay:
    """What the rules make of one local day in one state and zone."""

    cell: Cell
    local: datetime
    """The moment asked about, on the clock there."""
    window: Window | None
    verdicts: tuple[Verdict, ...]

    @property
    def decisive(self) -> tuple[Verdict, ...]:
        """The rules that make the window as narrow as it is."""
        if self.window is None:
            closed = tuple(one for one in self.verdicts if one.window is None)
            return closed or self.verdicts
        return tuple(
            one
            for one in self.verdicts
            if one.window is not None
            and (one.window.opens == self.window.opens or one.window.closes == self.window.closes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a text may or may not leave for a place at a moment."""

    place: Place
    moment: datetime
    next_allowed: datetime | None
    days: tuple[CellDay, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether it may leave at the very moment."""
        return self.next_allowed == self.moment


def explain(book: HoursBook, place: Place, moment: datetime) -> Explained:
    """What every rule says of the moment (aware) in each part of a place."""
    days = []
    for cell in sorted(place.cells, key=lambda one: (one.state, str(one.zone))):
        local = moment.astimezone(cell.zone)
        days.append(
            CellDay(
                cell=cell,
                local=local,
                window=window(book.hours, cell.state, local.date()),
                verdicts=verdicts(book.hours, cell.state, local.date()),
            )
        )
    found = next_allowed(book.hours, place, moment)
    return Explained(place=place, moment=moment, next_allowed=found, days=tuple(days))


def read_hours(folder: Path) -> HoursBook:
    """The rules and places of a content folder.

    Raises:
        ContentFault: a file is missing, can't be read, or holds something else.
    """
    rules = tuple(
        _rule(name, table) for name in RULES for table in _read(folder, name).get("rules", ())
    )
    if not any(not rule.states for rule in rules):
        raise ContentFault(f"No rule in {FOLDER}/ holds everywhere. Put {RULES[0]} back.")
    return HoursBook(
        hours=Hours(rules=rules, holidays=closed_days), atlas=_atlas(_read(folder, PLACES))
    )


@functools.lru_cache(maxsize=2_000)
def closed_days(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of "US" or of a state, with the days they are kept on instead."""
    if calendar == "US":
        return frozenset(holidays.country_holidays("US", years=year))
    # The days of the country count in the state too, whatever the state itself keeps.
    return closed_days("US", year) | frozenset(
        holidays.country_holidays("US", subdiv=calendar, years=year)
    )


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ContentFault(f"{FOLDER}/{name} can't be read: {error}. Save it as TOML.") from None


def _rule(file: str, table: Mapping[str, Any]) -> Rule:
    try:
        source = table["source"]
        return Rule(
            name=table["name"],
            says=table["says"],
            states=frozenset(table["states"]),
            weekdays=_window(table["weekdays"]),
            saturday=_window(table["saturday"]),
            sunday=_window(table["sunday"]),
            calendar=table["calendar"] if table.get("holidays") == _CLOSED else None,
            also=frozenset(_month_and_day(one) for one in table.get("also", ())),
            source=Source(title=source["title"], address=source["address"], read_on=source["read"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        named = table.get("name", "a rule")
        raise ContentFault(f"{FOLDER}/{file}: {named} can't be read ({error}).") from None


def _window(text: str) -> Window | None:
    if text == _CLOSED:
        return None
    opens, _, closes = text.partition("-")
    return Window(opens=_minute(opens), closes=_minute(closes))


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _month_and_day(text: str) -> tuple[int, int]:
    # A leap year, so that the 29th of February can be listed.
    day = date.fromisoformat(f"2028-{text}")
    return day.month, day.day


def _atlas(tables: Mapping[str, Any]) -> Atlas:
    try:
        states = {
            state: frozenset(_cell(state, zone) for zone in zones)
            for state, zones in tables["zones"].items()
        }
        return Atlas(
            states=states,
            zips=_by_name(tables["zips"], "prefixes"),
            area_codes=_by_name(tables["area_codes"], "codes"),
            elsewhere=frozenset(tables["elsewhere"].split()),
            national=cells_of(states, tables["not_in_national"]),
        )
    except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError) as error:
        raise ContentFault(f"{FOLDER}/{PLACES} can't be read ({error}).") from None


def _by_name(rows: list[Mapping[str, Any]], column: str) -> dict[str, frozenset[Cell]]:
    found: dict[str, frozenset[Cell]] = {}
    for row in rows:
        cells = frozenset(_cell(row["state"], zone) for zone in row["zones"])
        for name in _names(row[column]):
            found[name] = found.get(name, frozenset()) | cells
    return found


def _names(ranges: str) -> list[str]:
    """The three-digit names in "010-013 021"."""
    names: list[str] = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        names += [f"{n:03}" for n in range(int(first), int(last or first) + 1)]
    return names


def _cell(state: str, zone: str) -> Cell:
    return Cell(state=state, zone=ZoneInfo(zone))
