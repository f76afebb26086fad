"""What came of posters and cards: numbers by code and day, none so small that it is somebody.

Only whole days (UTC) that have ended are counted: a number that moves while one looks at it tells
of the person who has just written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from smsbot.core.campaigns.small_cells import LEAST, Total, shown, summed
from smsbot.db import campaigns, entry_codes
from smsbot.db.entry_codes import KeptCode, Sums
from smsbot.db.store import Store
from smsbot.services.entry_codes import JOINED, OPT_OUTS, PEOPLE, TEXTS, TOPIC

SHOWN_DAYS = 60
"""How many days the chart of a code goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of a code; None: fewer than LEAST."""

    day: date
    texts: int | None
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one code, in numbers that may be shown; None: fewer than LEAST."""

    code: KeptCode
    campaign: str | None
    texts: Total
    people: Total
    opt_outs: int | None
    joined: tuple[tuple[str, int], ...]
    asked_next: tuple[tuple[str, int], ...]
    """Only what may be shown."""
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One code in the list of all."""

    code: KeptCode
    texts: Total
    people: Total


def everything(store: Store, today: date) -> tuple[Listed, ...]:
    """All codes, the newest first, with what came of them in all."""
    with store.read() as tx:
        kept = entry_codes.everything(tx)
        sums = entry_codes.totals(tx, (TEXTS, PEOPLE), LEAST, today)
    return tuple(
        Listed(
            code=one,
            texts=_total(sums.get((one.code, TEXTS))),
            people=_total(sums.get((one.code, PEOPLE))),
        )
        for one in kept
    )


def outcome(store: Store, code: str, today: date) -> Outcome | None:
    """What came of a code until yesterday; None when there is no such code."""
    with store.read() as tx:
        kept = entry_codes.get(tx, code)
        if kept is None:
            return None
        first = max(today - timedelta(days=SHOWN_DAYS), kept.created_at.date())
        by_day = entry_codes.days(tx, code, first, today)
        sums = entry_codes.sums(tx, code, today)
        totals = entry_codes.totals(tx, (TEXTS, PEOPLE), LEAST, today)
        found = campaigns.find(tx, kept.campaign_id) if kept.campaign_id is not None else None
    return Outcome(
        code=kept,
        campaign=found.plan.name if found else None,
        texts=_total(totals.get((code, TEXTS))),
        people=_total(totals.get((code, PEOPLE))),
        opt_outs=shown(sums.get(OPT_OUTS, 0)),
        joined=_named(sums, JOINED),
        asked_next=_named(sums, TOPIC),
        days=_days(by_day, first, today),
    )


def _total(sums: Sums | None) -> Total:
    sums = sums or Sums(0, 0, 0)
    return summed(shown_sum=sums.shown, hidden_sum=sums.hidden, hidden_days=sums.hidden_days)


def _named(sums: Mapping[str, int], prefix: str) -> tuple[tuple[str, int], ...]:
    """The numbers of one kind that may be shown, by name, the largest first."""
    found = [
        (what.removeprefix(prefix), n)
        for what, n in sums.items()
        if what.startswith(prefix) and shown(n) is not None
    ]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _days(rows: Iterable[tuple[date, str, int]], first: date, today: date) -> tuple[Day, ...]:
    """Every day, whether anything was counted or not: its being there must not tell."""
    counted = {(day, what): n for day, what, n in rows}
    return tuple(
        Day(
            day=day,
            texts=shown(counted.get((day, TEXTS), 0)),
            people=shown(counted.get((day, PEOPLE), 0)),
        )
        for day in (first + timedelta(days=n) for n in range((today - first).days))
    )
