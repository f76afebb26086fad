"""The report of what people asked in vain, kept at hand: it takes seconds to make, a page must not.

A chore of the worker makes it, where no text waits for an answer. It is kept sealed, though it
holds no words that one person alone used. What staff have dealt with since is taken out when it is
read.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from smsbot.core.inbound.catalogue import Catalogue
from smsbot.db import gaps as stored
from smsbot.db.store import Store
from smsbot.sealing import SealBroken
from smsbot.services import gaps
from smsbot.services.gaps import Action, Report, Seen

DAYS = 30
MOST_READ = 5_000
"""Texts of one report, the newest: two seconds of work beside the sending."""
MOST_KEPT = 200
"""Groups."""
MADE_ANEW_AFTER = timedelta(days=1)
"""Though nothing was missed since: the answers may have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A report, and when it was made."""

    made_at: datetime
    report: Report


def run(store: Store, catalogue: Callable[[], Catalogue], now: datetime) -> bool:
    """Make the report anew if a text has been missed since, or a day has passed; whether it was.

    `catalogue` is asked for only then: it takes seconds to build.

    Raises:
        StoreUnavailable: the database can't be reached; the report before stays.
    """
    since = now - timedelta(days=DAYS)
    with store.read() as tx:
        newest, kept = stored.newest_missed(tx), stored.report(tx)
    if newest is None or newest < since:
        _keep(store, Report(since=since, gaps=(), texts=0, left_out={}), now)
        return True
    if kept is not None and newest < kept[1] and now - kept[1] < MADE_ANEW_AFTER:
        return False
    make(store, catalogue(), now)
    return True


def make(store: Store, catalogue: Catalogue, now: datetime) -> None:
    """Make the report anew.

    Raises:
        StoreUnavailable: the database can't be reached; the report before stays.
    """
    found = gaps.find(store, catalogue, now - timedelta(days=DAYS), most=MOST_READ)
    _keep(store, replace(found, gaps=found.gaps[:MOST_KEPT]), now)


def _keep(store: Store, report: Report, now: datetime) -> None:
    sealed = store.sealer.seal(json.dumps(asdict(report), default=datetime.isoformat))
    with store.begin() as tx:
        stored.keep_report(tx, sealed, now)


def read(store: Store) -> Board | None:
    """The last report, without what has been dealt with since; None: none has been made yet.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        kept = stored.report(tx)
        done = stored.handled(tx)
    if kept is None:
        return None
    sealed, made_at = kept
    try:
        fields = json.loads(store.sealer.open(sealed))
    except SealBroken:
        return None  # sealed with a key that is gone: the next run makes it anew
    report = _report(fields)
    left = tuple(gap for gap in report.gaps if not _is_handled(gap, done))
    return Board(made_at=made_at, report=replace(report, gaps=left))


def _report(fields: dict[str, Any]) -> Report:
    seen = tuple(
        Seen(
            **(
                one
                | {
                    "nearest": tuple((keyword, score) for keyword, score in one["nearest"]),
                    "last_at": datetime.fromisoformat(one["last_at"]),
                    "fingerprints": tuple(one["fingerprints"]),
                }
            )
        )
        for one in fields["gaps"]
    )
    since = datetime.fromisoformat(fields["since"])
    return Report(**(fields | {"gaps": seen, "since": since}))


def _is_handled(gap: Seen, done: dict[str, stored.Handled]) -> bool:
    """Whether every wording has been dealt with since it was last asked."""
    found = [done.get(fingerprint) for fingerprint in gap.fingerprints]
    return all(
        one is not None and (one.action == Action.DISMISSED or gap.last_at <= one.at)
        for one in found
    )
