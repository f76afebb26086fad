"""The virtual phones: numbers reserved for fiction, each in a city, known by an id in addresses."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a number is registered, as Twilio tells the webhook."""

    area: str
    city: str
    state: str
    zip_code: str


PLACES: tuple[Place, ...] = (
    Place(area="206", city="SEATTLE", state="WA", zip_code="98101"),
    Place(area="602", city="PHOENIX", state="AZ", zip_code="85004"),
    Place(area="305", city="MIAMI", state="FL", zip_code="33130"),
    Place(area="303", city="DENVER", state="CO", zip_code="80202"),
    Place(area="312", city="CHICAGO", state="IL", zip_code="60601"),
    Place(area="617", city="BOSTON", state="MA", zip_code="02108"),
    Place(area="404", city="ATLANTA", state="GA", zip_code="30303"),
    Place(area="210", city="SAN ANTONIO", state="TX", zip_code="78205"),
)
FIRST_PHONES = 3
MOST_PHONES = 400
"""555-0100 to 555-0199 are kept for fiction; 50 of them in each of the eight areas is plenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A virtual phone. `id` stands for the number wherever an address or a log might show it."""

    id: str
    number: str
    place: Place
    cleared_at: int = 0
    """The ledger's count when the screen was last cleared."""


class Phones:
    """The phones there are, in the order they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._phones: dict[str, Phone] = {}
        for _ in range(FIRST_PHONES):
            self.make()

    def all(self) -> tuple[Phone, ...]:
        """Every phone."""
        with self._lock:
            return tuple(self._phones.values())

    def get(self, phone_id: str) -> Phone | None:
        """The phone with that id."""
        with self._lock:
            return self._phones.get(phone_id)

    def make(self) -> Phone | None:
        """A new phone with a number of its own; None when there are enough."""
        with self._lock:
            n = len(self._phones)
            if n >= MOST_PHONES:
                return None
            place = PLACES[n % len(PLACES)]
            number = f"+1{place.area}555{101 + n // len(PLACES):04d}"
            phone = Phone(id=f"phone-{n + 1}", number=number, place=place)
            self._phones[phone.id] = phone
            return phone

    def clear(self, phone: Phone, at: int) -> None:
        """Empty the phone's screen; the bot and the carrier forget nothing."""
        cleared = Phone(id=phone.id, number=phone.number, place=phone.place, cleared_at=at)
        with self._lock:
            self._phones[phone.id] = cleared


def place_of(number: str) -> Place | None:
    """Where a number is registered, by its area code; None: not known."""
    return next((p for p in PLACES if number.startswith(f"+1{p.area}")), None)
