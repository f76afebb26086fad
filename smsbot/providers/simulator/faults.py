"""What the carrier is told to do wrong: the switches of the phone page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from smsbot.core.errors import SmsbotError
from smsbot.providers.simulator.optout import OptOutMode

LONGEST_DELAY = 120
"""Seconds a text can be made late by."""


class SwitchFault(SmsbotError):
    """A switch or a value for it that does not exist."""


class Repeat(StrEnum):
    """The same signed webhook a second time."""

    OFF = "off"
    PARALLEL = "parallel"
    AFTERWARDS = "afterwards"


class WebhookFault(StrEnum):
    """What happens to the first request, so that Twilio calls the fallback URL."""

    NONE = "none"
    UNREACHABLE = "unreachable"
    """It never reaches the bot (11205)."""
    ANSWER_LOST = "answer_lost"
    """The bot handles it, but the answer comes too late to count (11200)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """All switches. The default is a carrier that does nothing wrong."""

    late_seconds: int = 0
    """Every text, in both directions, takes this much longer."""
    repeat: Repeat = Repeat.OFF
    out_of_order: bool = False
    """Every other text to a phone is overtaken by the one after it."""
    webhook: WebhookFault = WebhookFault.NONE
    opt_out: OptOutMode = OptOutMode.OFF
    accept_then_time_out: bool = False
    """REST: the text is accepted and sent, but the caller waits in vain for the answer."""
    throttle: bool = False
    """REST: one new text a second, the others get 429."""
    handset_off: bool = False
    """Texts end as undelivered, 30003."""

    def as_json(self) -> dict[str, str | int | bool]:
        """The switches by name."""
        return asdict(self)


def with_switches(current: Faults, changes: Mapping[str, object]) -> Faults:
    """`current` with some switches moved.

    Raises:
        SwitchFault: a name or a value that no switch has; nothing is changed.
    """
    values: dict[str, object] = dict(current.as_json())
    unknown = set(changes) - {field.name for field in fields(Faults)}
    if unknown:
        raise SwitchFault(f"No such switch: {', '.join(sorted(unknown))}")
    values.update(changes)
    try:
        return Faults(
            late_seconds=_seconds(values["late_seconds"]),
            repeat=Repeat(str(values["repeat"])),
            out_of_order=_truth(values["out_of_order"]),
            webhook=WebhookFault(str(values["webhook"])),
            opt_out=OptOutMode(str(values["opt_out"])),
            accept_then_time_out=_truth(values["accept_then_time_out"]),
            throttle=_truth(values["throttle"]),
            handset_off=_truth(values["handset_off"]),
        )
    except ValueError as error:
        raise SwitchFault(f"A switch can't be set to that: {error}") from error


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false expected")  # noqa: TRY004 - one kind for every bad value
    return value


def _seconds(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_DELAY:
        raise ValueError(f"0 to {LONGEST_DELAY} seconds expected")
    return value
