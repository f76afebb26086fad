"""When campaign texts may leave for a place, remembered until the answer would change."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from smsbot.core.campaigns.hours import Place, next_allowed, open_until
from smsbot.core.campaigns.places import place_of
from smsbot.services.hours import FOLDER, PLACES, RULES, HoursBook, read_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    asked_at: datetime
    opens: datetime
    closes: datetime


class Openings:
    """Opening hours by place, for one thread. A place is as `smsbot.db.planning` writes it."""

    def __init__(self, book: HoursBook, digest: str = "") -> None:
        """Ask `book`; `digest` stands for its rules."""
        self.digest = digest
        self._book = book
        self._places: dict[str, Place] = {}
        self._spans: dict[Place, _Span] = {}

    def __call__(self, place: str, moment: datetime) -> tuple[datetime, datetime] | None:
        """The rest of the hours that the moment lies in, else the next ones; None: never."""
        where = self.place(place)
        known = self._spans.get(where)
        if known is None or not known.asked_at <= moment < known.closes:
            opens = next_allowed(self._book.hours, where, moment)
            if opens is None:
                return None
            closes = open_until(self._book.hours, where, opens)
            assert closes is not None  # noqa: S101 - it is open when it opens
            known = _Span(asked_at=moment, opens=opens, closes=closes)
            self._spans[where] = known
        return max(known.opens, moment), known.closes

    def place(self, name: str) -> Place:
        """Everywhere that "state:ZIP:area code" may mean."""
        if name not in self._places:
            state, _, rest = name.partition(":")
            zip_code, _, area_code = rest.partition(":")
            self._places[name] = place_of(
                self._book.atlas, state=state, zip_code=zip_code, area_code=area_code
            )
        return self._places[name]


def open_hours(content: Path) -> Openings:
    """The hours of a content folder.

    Raises:
        ContentFault: a file of them is missing or can't be read.
    """
    files = b"".join((content / FOLDER / name).read_bytes() for name in (*RULES, PLACES))
    return Openings(read_hours(content), hashlib.sha256(files).hexdigest())
