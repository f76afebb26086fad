"""What has to be done every so often, by one process at a time, and how that is going.

Who does a chore is settled in the database, so it works with any number of workers and without
Redis. A chore that fails is noted with its fault and comes again when it is due.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from smsbot.core.errors import SmsbotError
from smsbot.db import chores, clock, found, invariants, outbox_events, receipts
from smsbot.db.store import Store

EVERY: Mapping[str, timedelta] = {
    "reconcile": timedelta(seconds=5),
    "orphans": timedelta(seconds=60),
    "publish": timedelta(seconds=5),
    "poll": timedelta(seconds=60),
    "find_missed": timedelta(minutes=5),
    "invariants": timedelta(minutes=5),
    "retention": timedelta(hours=1),
    "count_days": timedelta(hours=1),
    "gaps": timedelta(minutes=15),
    "campaigns": timedelta(seconds=1),
}
"""The chores there are, and how often each is done."""

LEASE = timedelta(minutes=2)
"""A chore whose process has been gone for so long is begun by another. Two at once do no harm:
every change they make is conditional on what they saw."""

_LATE_BY = timedelta(minutes=3)
"""So long after it was due, a chore is not being done."""

_log = structlog.get_logger(__name__)

Work = Callable[[datetime], object]
"""Does the chore, once. What it returns is for the log; `Broken` is noted as its fault."""


class Broken(SmsbotError):
    """A chore ran, and what it found is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """One thing that is done every so often."""

    name: str
    """One of `EVERY`."""
    work: Work


def run_due(store: Store, some: tuple[Chore, ...], now: datetime) -> dict[str, str]:
    """Do those of these chores that are due and that nobody else is doing.

    Returns what became of each that was done: "" or its fault.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    done: dict[str, str] = {}
    with store.read() as tx:
        due = chores.due(tx, {one.name: EVERY[one.name] for one in some}, LEASE, now)
    for one in some:
        if one.name not in due:
            continue
        chores.enlist(store, one.name)
        with store.begin() as tx:
            taken = chores.take(tx, one.name, EVERY[one.name], LEASE, now)
        if not taken:
            continue
        done[one.name] = fault = _do(one, now)
        with store.begin() as tx:
            chores.end(tx, one.name, now, now, fault)
    return done


def _do(one: Chore, now: datetime) -> str:
    try:
        one.work(now)
    except SmsbotError as error:
        _log.warning("chore_failed", chore=one.name, reason=str(error))
        return str(error)
    except Exception as error:  # noqa: BLE001 - the other chores must be done, and this one again
        _log.exception("chore_failed", chore=one.name)
        return type(error).__name__
    return ""


def time_now(store: Store) -> datetime:
    """The time by the database's clock, the one that due times and leases are reckoned in.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return clock.now(tx)


def check_invariants(store: Store, now: datetime) -> None:
    """Ask the database whether every promise holds.

    Raises:
        Broken: some do not; begins with how many rows break one.
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        counted = invariants.broken(tx, now)
    if counted:
        each = ", ".join(f"{number} {name}" for name, number in counted.items())
        raise Broken(f"{sum(counted.values())} rows break a promise: {each}")


def readiness(store: Store, now: datetime) -> dict[str, dict[str, Any]]:
    """The parts `chores` and `found_out` of the readiness page: states and figures.

    A chore nobody has ever begun says nothing: no worker has been started yet.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        beats = chores.beats(tx)
        figures = {
            "orphan_receipts": receipts.count_orphans(tx, now),
            "inbound_found_late": found.count(tx, now - found.WATCHED),
            "duplicates": outbox_events.count(tx, outbox_events.DUPLICATE),
        }
    part: dict[str, Any] = {"state": "ok"}
    for beat in beats:
        if beat.started_at is None:
            continue
        seen = beat.finished_at or beat.started_at
        age = max((now - seen).total_seconds(), 0.0)
        part[f"{beat.name}_age_seconds"] = round(age, 1)
        allowed = EVERY.get(beat.name, timedelta(hours=1)) + LEASE + _LATE_BY
        if beat.fault or age > allowed.total_seconds():
            part["state"] = "degraded"
        if beat.fault:
            part[f"{beat.name}_fault"] = beat.fault
    part["invariants_broken"] = _leading_number(beats)
    return {"chores": part, "found_out": {"state": "ok", **figures}}


def _leading_number(beats: tuple[chores.Beat, ...]) -> int:
    fault = next((beat.fault for beat in beats if beat.name == "invariants"), "")
    number = fault.partition(" ")[0]
    return int(number) if number.isdigit() else 0
