"""Campaigns made ready for their pages: words, shares, and the picture of when texts leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smsbot.core.campaigns.campaign import CampaignState
from smsbot.core.campaigns.dry_run import REASONS, Reason
from smsbot.core.campaigns.outcomes import Recipient, in_words
from smsbot.core.campaigns.watch import Counts
from smsbot.core.outbound.outbox import State
from smsbot.services.campaign_views import Shown

STATES = {
    CampaignState.DRAFT: "Draft",
    CampaignState.CHECKED: "Waits for approval",
    CampaignState.APPROVED: "Approved",
    CampaignState.RUNNING: "Running",
    CampaignState.PAUSED: "Paused",
    CampaignState.FINISHED: "Finished",
    CampaignState.CANCELLED: "Cancelled",
}
KINDS = {
    CampaignState.RUNNING: "good",
    CampaignState.PAUSED: "warn",
    CampaignState.CHECKED: "warn",
    CampaignState.CANCELLED: "bad",
}
"""The kinds of their tags."""
Row = tuple[Recipient, str, str, Mapping[str, Any] | None]
"""A recipient, their place and what became of them in words, and the text that is theirs."""
_BARS, _WIDE, _HIGH = 72, 720, 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The progress of a campaign in the numbers that a page shows."""

    at: datetime
    people: int
    waiting: int
    left: int
    delivered: int
    bad: int
    filtered: int
    opt_outs: int
    done: int
    """Of a hundred: how much is settled."""
    seconds_left: int
    opens_at: datetime | None

    def share(self, part: int) -> float:
        """A part of those whose text left, from 0 to 1."""
        return part / self.left if self.left else 0.0

    @property
    def time_left(self) -> str:
        """How long the rest takes, roughly."""
        minutes, hours = self.seconds_left / 60, self.seconds_left / 3600
        if minutes < 2:
            return "a minute or two"
        if hours < 2:
            return f"about {round(minutes)} minutes"
        if hours < 48:
            return f"about {round(hours)} hours"
        return f"about {round(hours / 24)} days"


def figures(progress: Mapping[str, Any]) -> Figures | None:
    """What the runner wrote down last; None: it has not begun."""
    if not progress:
        return None
    counts = Counts(
        by_end={(State(state), int(code)): int(n) for state, code, n in progress["ends"]},
        opt_outs=int(progress["opt_outs"]),
    )
    people, waiting = int(progress["people"]), int(progress["waiting"])
    settled = people - waiting - counts.in_hand
    opens = progress.get("opens_at")
    return Figures(
        at=datetime.fromisoformat(progress["at"]),
        people=people,
        waiting=waiting,
        left=counts.left,
        delivered=counts.of(State.DELIVERED),
        bad=counts.bad,
        filtered=counts.filtered,
        opt_outs=counts.opt_outs,
        done=round(100 * settled / people) if people else 100,
        seconds_left=int(progress["seconds_left"]),
        opens_at=datetime.fromisoformat(opens) if opens else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of the picture: texts that leave within `hours` hours from `at`."""

    at: datetime
    hours: int
    texts: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """The summary of a dry run, made ready."""

    people: int
    left_out: tuple[tuple[str, int], ...]
    texts: tuple[Mapping[str, Any], ...]
    segments: int
    dollars: float
    bars: tuple[Bar, ...]
    places: tuple[tuple[str, int, datetime | None, datetime | None], ...]
    more_places: int
    too_late: int
    ends_at: datetime | None


def dry_run(checked: Mapping[str, Any]) -> DryRun | None:
    """What the last dry run found; None: there was none."""
    if not checked:
        return None
    shown = checked["places"][:_PLACES]
    return DryRun(
        people=checked["people"],
        left_out=tuple(
            (REASONS[Reason(reason)], number) for reason, number in checked["left_out"].items()
        ),
        texts=tuple(checked["texts"]),
        segments=checked["segments"],
        dollars=checked["dollars"],
        bars=_bars([(datetime.fromisoformat(hour), n) for hour, n in checked["hours"]]),
        places=tuple(
            (place_in_words(place), number, _moment(first), _moment(last))
            for place, number, first, last, _ in shown
        ),
        more_places=len(checked["places"]) - len(shown),
        too_late=checked["too_late"],
        ends_at=_moment(checked["ends_at"]),
    )


_PLACES = 12


def place_in_words(place: str) -> str:
    """A place such as NY:100:212 as people read it."""
    state, zip_code, area = (*place.split(":"), "", "")[:3]
    known = [state, f"ZIP {zip_code}xx" if zip_code else "", f"area code {area}" if area else ""]
    return ", ".join(one for one in known if one) or "anywhere in the country"


def people(some: Iterable[Recipient], shown: Shown, meanings: Mapping[int, str]) -> list[Row]:
    """Recipients with their place, what became of them, and the text that is theirs."""
    texts = {(one["arm"], one["lang"]): one for one in shown.checked.get("texts", ())}
    times = {one[0]: one[2] for one in shown.checked.get("places", ())}
    found: list[Row] = []
    for one in some:
        text = texts.get((one.arm, one.lang.value)) if one.state != "left_out" else None
        first = times.get(one.place)
        found.append(
            (
                one,
                place_in_words(one.place),
                in_words(one, meanings),
                None if text is None else {**text, "first": _moment(first)},
            )
        )
    return found


def _bars(hours: list[tuple[datetime, int]]) -> tuple[Bar, ...]:
    """The hours as bars; several hours in one where there are too many to be seen."""
    if not hours:
        return ()
    first, last = hours[0][0], hours[-1][0]
    whole = int((last - first).total_seconds() // 3600) + 1
    each = -(-whole // _BARS)
    sums = [0] * (-(-whole // each))
    for hour, number in hours:
        sums[int((hour - first).total_seconds() // 3600) // each] += number
    most, width = max(sums), _WIDE / max(len(sums), 12)
    return tuple(
        Bar(
            at=datetime.fromtimestamp(first.timestamp() + n * each * 3600, tz=first.tzinfo),
            hours=each,
            texts=number,
            x=round(n * width, 2),
            y=round(_HIGH - _HIGH * number / most, 2),
            width=round(max(width - 2, 1), 2),
            height=round(_HIGH * number / most, 2),
        )
        for n, number in enumerate(sums)
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
