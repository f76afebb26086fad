"""Tell staff that somebody wrote in a crisis, and keep who has looked. Never what was written.

The reply with 988 has gone out before any of this, and waits for none of it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from smsbot.core.editorial.deeds import By, Deed
from smsbot.core.errors import SmsbotError
from smsbot.core.inbound.alert import Alert, Channel
from smsbot.db import alerts
from smsbot.db.store import Store
from smsbot.services import audit

LONGEST_NAME = 80
MOST_AT_ONCE = 20
"""Alerts posted in one round."""

STALE = timedelta(days=1)
"""An older alert is not posted any more; it stays open in the list."""

UNDO_FOR = timedelta(minutes=10)
"""So long somebody may take back that they have looked."""

_MOST_LISTED = 500

Post = Callable[[Mapping[str, object]], bool]
"""Delivers one alert; True when it was taken. Says False within seconds, and never raises."""


class AlertFault(SmsbotError):
    """An alert can't be acknowledged as asked."""


def open_count(store: Store) -> int:
    """How many alerts nobody has acknowledged.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return alerts.count_open(tx)


def newest(
    store: Store,
    *,
    only_open: bool = True,
    limit: int = _MOST_LISTED,
    before: int | None = None,
) -> tuple[Alert, ...]:
    """The last alerts, the newest first; only those before the alert `before`.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return alerts.newest(tx, limit, only_open=only_open, before=before)


def get(store: Store, alert_id: int) -> Alert | None:
    """One alert; None when there is none with this id.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    with store.read() as tx:
        return alerts.get(tx, alert_id)


def acknowledge(store: Store, alert_id: int, name: str, now: datetime) -> Alert:
    """Say that `name` has looked at an alert. The first name stays.

    Raises:
        AlertFault: there is no such alert, somebody else has acknowledged it, or `name` is none.
        StoreUnavailable: the database can't be reached.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AlertFault(f"Say who acknowledges: a name of 1 to {LONGEST_NAME} characters.")
    with store.begin() as tx:
        if alerts.acknowledge(tx, alert_id, name, now):
            about = f"alert {alert_id}"
            audit.record(tx, Deed(who=name, what="acknowledge_alert", about=about, at=now))
        found = alerts.get(tx, alert_id)
    if found is None:
        raise AlertFault(f"There is no alert {alert_id}. `smsbot alerts list` shows those open.")
    if found.acknowledged_by != name:
        raise AlertFault(f"{found.acknowledged_by} has acknowledged alert {alert_id} already.")
    return found


def reopen(store: Store, alert_id: int, by: By) -> None:
    """Take back within minutes that one has looked at an alert.

    Raises:
        AlertFault: it was somebody else, or too long ago.
        StoreUnavailable: the database can't be reached.
    """
    with store.begin() as tx:
        if not alerts.reopen(tx, alert_id, by.name, by.at - UNDO_FOR):
            minutes = int(UNDO_FOR.total_seconds() // 60)
            raise AlertFault(
                f"Alert {alert_id} can be opened again for {minutes} minutes, by who closed it."
            )
        audit.record(
            tx, Deed(who=by.name, what="reopen_alert", about=f"alert {alert_id}", at=by.at)
        )


def notify(store: Store, post: Post, now: datetime, channel: Channel = Channel.WEBHOOK) -> int:
    """Tell of each new alert by one channel, oldest first; returns how many were taken.

    What is not taken ends the round and is tried again in the next. Two workers may tell of the
    same alert: twice is better than never. No transaction is open while one is told of.

    Raises:
        StoreUnavailable: the database can't be reached.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with store.begin() as tx:
        waiting = alerts.not_told(tx, channel, now - STALE, MOST_AT_ONCE)
        today = alerts.count_since(tx, midnight) if waiting else 0
    for taken, alert in enumerate(waiting):
        if not post(payload(alert, today)):
            return taken
        with store.begin() as tx:
            alerts.mark_told(tx, channel, alert.id, now)
    return len(waiting)


def payload(alert: Alert, count_today: int) -> dict[str, object]:
    """All that leaves the building: the tier, how many since midnight UTC, and when."""
    return {"tier": alert.tier.value, "count_today": count_today, "at": alert.at.isoformat()}
