"""The moment that a person means by a day and a time on their own clock."""

from datetime import UTC, datetime, tzinfo


class NoSuchTime(ValueError):
    """The clock of that place never shows this time on that day, or shows it twice."""


def moment(wanted: datetime, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which a clock in `zone` shows `wanted` (naive).

    Raises:
        NoSuchTime: clocks are changed then; the sentence says what to choose.
    """
    early = wanted.replace(tzinfo=zone, fold=0)
    late = wanted.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return early.astimezone(UTC)
    shown = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    what = "is shown twice" if shown == wanted else "does not exist"
    way = "back" if shown == wanted else "forward"
    raise NoSuchTime(
        f"{wanted:%H:%M} {what} on that day, because clocks go {way}."
        " Choose a time an hour earlier or later."
    )
