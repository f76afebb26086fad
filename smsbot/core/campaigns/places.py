"""Where a recipient is: by the state or ZIP code they gave, else by area code, else anywhere.

What is not known for sure is not narrowed down: a state with two zones counts as both, and who
gives no place may be anywhere in the country.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smsbot.core.campaigns.hours import Cell, Place

ZIP_PREFIX = 3
"""The first digits of a ZIP code that say which state it lies in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """The tables of places, each from a name to every cell it may mean."""

    states: Mapping[str, frozenset[Cell]]
    zips: Mapping[str, frozenset[Cell]]
    """By the first three digits."""
    area_codes: Mapping[str, frozenset[Cell]]
    elsewhere: frozenset[str]
    """Area codes that look American and belong to another country."""
    national: frozenset[Cell]
    """Everywhere at once, for who may be anywhere."""


def place_of(
    atlas: Atlas,
    *,
    state: str | None = None,
    zip_code: str | None = None,
    area_code: str | None = None,
) -> Place:
    """Everywhere these facts allow. What a person said goes before where the number is from.

    A state and a ZIP code that contradict each other both count: the stricter hours win. A ZIP
    code that lies in no state (the military abroad) leaves nowhere to write to.
    """
    said = _said(atlas, (state or "").strip().upper(), (zip_code or "").strip())
    if said is not None:
        return said
    if area_code in atlas.elsewhere:
        return Place(cells=frozenset(), basis="abroad")
    cells = atlas.area_codes.get(area_code or "")
    if cells:
        return Place(cells=cells, basis="area code")
    return Place(cells=atlas.national, basis="nothing")


def _said(atlas: Atlas, state: str, zip_code: str) -> Place | None:
    by_state = atlas.states.get(state)
    prefix = zip_code[:ZIP_PREFIX]
    if len(prefix) < ZIP_PREFIX or not prefix.isdecimal():
        return None if by_state is None else Place(cells=by_state, basis="state")
    by_zip = atlas.zips.get(prefix, frozenset())
    if by_state is None:
        return Place(cells=by_zip, basis="zip" if by_zip else "abroad")
    same = frozenset(cell for cell in by_zip if cell.state == state)
    return Place(cells=same or by_state | by_zip, basis="state and zip")


def cells_of(states: Mapping[str, Iterable[Cell]], leave_out: Iterable[str]) -> frozenset[Cell]:
    """The cells of all states but these."""
    out = frozenset(leave_out)
    return frozenset(cell for name, cells in states.items() if name not in out for cell in cells)
