"""What the carrier does wrong by plan: rules with a chance, for tests, beside the page's switches.

A rule names one fault. It strikes the requests of its place by a seeded throw, so a plan and its
seed say which request meets which fault, whatever the order in which threads get there.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from smsbot.core.errors import SmsbotError

LONGEST_WAIT = 3600.0
MOST_RULES = 100


class PlanFault(SmsbotError):
    """A plan names something that does not exist, or gives it a value it can't have."""


class Place(StrEnum):
    """Where on a text's way a fault strikes."""

    CREATE = "create"
    """`POST Messages`, before or after the text was accepted."""
    LIST = "list"
    """`GET Messages`."""
    FETCH = "fetch"
    """`GET Messages/{Sid}`."""
    LISTED = "listed"
    """A text's own way into the list, decided once when it is made."""
    RECEIPT = "receipt"
    HANDSET = "handset"
    WEBHOOK = "webhook"
    """A text from a phone on its way to the bot."""


class Fault(StrEnum):
    """What can go wrong. `seconds` of the rule says how long, where that has a meaning."""

    ACCEPT_TIME_OUT = "accept_time_out"
    """Accepted; the answer comes after `seconds`, when nobody waits for it any more."""
    ACCEPT_RESET = "accept_reset"
    """Accepted; the connection is reset before a byte of the answer."""
    ACCEPT_500 = "accept_500"
    """Accepted, and answered with 500 and error 20500."""
    ACCEPT_TRUNCATED = "accept_truncated"
    """Accepted; the answer breaks off in the middle of its JSON."""
    ACCEPT_BAD_JSON = "accept_bad_json"
    """Accepted with 201 and a whole answer that is not JSON."""
    ACCEPT_SLOW = "accept_slow"
    """Accepted, answered well after `seconds`."""
    ACCEPT_DRIP = "accept_drip"
    """Accepted, answered well, byte by byte over `seconds`."""
    REFUSE_500 = "refuse_500"
    """Not accepted: 500 and error 20500."""
    REFUSE_503_HTML = "refuse_503_html"
    """Not accepted: a proxy's page with 503."""
    REFUSE_429 = "refuse_429"
    """Not accepted: 429 and error 20429."""
    REFUSE_RESET = "refuse_reset"
    """Not accepted: the connection is reset."""
    LIST_500 = "list_500"
    LIST_SLOW = "list_slow"
    FETCH_500 = "fetch_500"
    LIST_LAGS = "list_lags"
    """The text appears in lists `seconds` after it was made; fetching it by its SID works."""
    RECEIPT_LOST = "receipt_lost"
    RECEIPT_LATE = "receipt_late"
    RECEIPT_TWICE = "receipt_twice"
    RECEIPT_OVERTAKEN = "receipt_overtaken"
    """A status that is not final is told after the final one."""
    UNDELIVERED = "undelivered"
    """The handset is off: 30003."""
    WEBHOOK_LOST = "webhook_lost"
    """Neither the webhook nor its fallback is called; the text is only ever listed."""
    WEBHOOK_UNREACHABLE = "webhook_unreachable"
    """The first request does not get through, so the fallback is called."""
    ANSWER_LOST = "answer_lost"
    """The bot handles the first request, its answer is lost, and the fallback is called."""
    WEBHOOK_TWICE = "webhook_twice"
    """The same request once more at the same time."""
    WEBHOOK_AGAIN = "webhook_again"
    """The same request once more `seconds` after the first was answered."""


PLACES: dict[Fault, Place] = {
    **{fault: Place.CREATE for fault in Fault if fault.startswith(("accept_", "refuse_"))},
    Fault.LIST_500: Place.LIST,
    Fault.LIST_SLOW: Place.LIST,
    Fault.FETCH_500: Place.FETCH,
    Fault.LIST_LAGS: Place.LISTED,
    **{fault: Place.RECEIPT for fault in Fault if fault.startswith("receipt_")},
    Fault.UNDELIVERED: Place.HANDSET,
    **{fault: Place.WEBHOOK for fault in Fault if fault.startswith("webhook_")},
    Fault.ANSWER_LOST: Place.WEBHOOK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fault, how often it strikes, and whom."""

    fault: Fault
    chance: float = 1.0
    """From 0 to 1, for each request by itself."""
    times: int | None = None
    """It strikes this often and then no more; None: without end."""
    seconds: float = 0.0
    phone: str = ""
    """Only texts of this phone, E.164; empty: everybody's."""

    @property
    def place(self) -> Place:
        """Where it strikes."""
        return PLACES[self.fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the carrier is to do wrong, and the limits it sets to callers."""

    seed: int = 0
    rules: tuple[Rule, ...] = ()
    mps: int = 0
    """Message segments a second that `POST Messages` takes; more gets 429. 0: no limit."""
    concurrency: int = 0
    """REST requests answered at a time; more gets 429. 0: no limit."""

    def as_json(self) -> dict[str, object]:
        """The plan as `read_plan` takes it."""
        return asdict(self)


def read_plan(given: object) -> Plan:
    """The plan in an object as JSON gives it.

    Raises:
        PlanFault: a name or a value that no plan has.
    """
    values = _members(given, Plan)
    rules = values.get("rules", ())
    if not isinstance(rules, list | tuple) or len(rules) > MOST_RULES:
        raise PlanFault(f"`rules` is a list of at most {MOST_RULES}.")
    return Plan(
        seed=_whole(values, "seed", 0),
        rules=tuple(_rule(one) for one in rules),
        mps=_whole(values, "mps", 0),
        concurrency=_whole(values, "concurrency", 0),
    )


def _rule(given: object) -> Rule:
    values = _members(given, Rule)
    try:
        fault = Fault(str(values.get("fault")))
    except ValueError:
        raise PlanFault("A rule's `fault` must be one of: " + ", ".join(Fault) + ".") from None
    times = values.get("times")
    return Rule(
        fault=fault,
        chance=_number(values, "chance", 1.0, 1.0),
        times=None if times is None else _whole(values, "times", 0),
        seconds=_number(values, "seconds", 0.0, LONGEST_WAIT),
        phone=str(values.get("phone", "")),
    )


def _members(given: object, kind: type[Plan | Rule]) -> Mapping[str, object]:
    if not isinstance(given, Mapping):
        raise PlanFault(f"A {kind.__name__.lower()} is an object.")
    unknown = set(given) - {field.name for field in fields(kind)}
    if unknown:
        raise PlanFault(f"A {kind.__name__.lower()} has no {', '.join(sorted(map(str, unknown)))}.")
    return given


def _whole(values: Mapping[str, object], name: str, otherwise: int) -> int:
    value = values.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PlanFault(f"`{name}` is a whole number, 0 or more.")
    return value


def _number(values: Mapping[str, object], name: str, otherwise: float, most: float) -> float:
    value = values.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise PlanFault(f"`{name}` is a number from 0 to {most:g}.")
    return float(value)
