"""Days are counted from their texts, again while they change, and reports see today as it is."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import delete, update

from smsbot.core.outbound.outbox import State
from smsbot.core.reports.counts import Subject
from smsbot.db import day_counts
from smsbot.db.store import Store
from smsbot.db.tables import inbound
from smsbot.db.tables_outbox import outbox
from smsbot.services import count_days
from smsbot.services.receive import Inbox
from smsbot.services.reply_times import ReplyTimes
from tests.builders import NOW, an_inbound
from tests.outbox_builders import queue

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


def text(inbox: Inbox, body: str, days_ago: int, sender: str = "+13105550177") -> None:
    inbox.receive(an_inbound(body, sender=sender, received_at=NOW - timedelta(days=days_ago)))


def counted(store: Store, first=YESTERDAY, last=TODAY) -> Counter[tuple[int, str, str]]:
    """How many, by how many days ago, subject and item."""
    found: Counter[tuple[int, str, str]] = Counter()
    with store.read() as tx:
        for one in count_days.counts(tx, first, last, NOW):
            found[(TODAY - one.day).days, one.subject.value, one.item] += one.number
    return found


def test_each_kind_is_counted_on_its_day(store: Store, inbox: Inbox) -> None:
    text(inbox, "FDA", 1)
    text(inbox, "i want to kill myself", 1)
    text(inbox, "do my neighbours parrots sing opera", 1, sender="+13105550178")
    text(inbox, "STOP", 1, sender="+13105550178")
    text(inbox, "RISKS", 0)
    queue(store, sequence="reply:SM9")
    with store.begin() as tx:
        tx.execute(update(outbox).values(state=State.FAILED.value, error_code=30003))

    assert count_days.run(store, NOW) == 1
    found = counted(store)

    assert found[1, "topic", "FDA"] == 1
    assert found[1, "step", "crisis"] == found[1, "tier", "active"] == 1
    assert found[1, "missed", "unknown"] == 1
    assert found[1, "consent", "opt_out"] == 1
    assert found[1, "people", "new"] == 2
    assert found[0, "topic", "RISKS"] == 1
    assert found[0, "sent", "failed:30003"] == 1
    assert sum(n for (_, subject, _), n in found.items() if subject == "step") == 5


def test_a_day_is_counted_again_while_texts_may_still_be_found_and_then_left(
    store: Store, inbox: Inbox
) -> None:
    text(inbox, "FDA", 9)
    text(inbox, "FDA", 1)
    assert count_days.run(store, NOW) == 9
    text(inbox, "FDA", 1)
    with store.begin() as tx:
        tx.execute(delete(inbound).where(inbound.c.received_at < NOW - timedelta(days=5)))

    count_days.run(store, NOW)

    found = counted(store, first=TODAY - timedelta(days=20))
    assert found[1, "topic", "FDA"] == 2
    assert found[9, "topic", "FDA"] == 1


def test_yesterday_is_seen_before_anybody_has_counted_it(store: Store, inbox: Inbox) -> None:
    text(inbox, "FDA", 1)

    assert counted(store)[1, "topic", "FDA"] == 1


def test_reply_times_are_added_up_and_counting_the_day_again_leaves_them(store: Store) -> None:
    times = [ReplyTimes(store, lambda: NOW - timedelta(days=1)) for _ in range(2)]
    for one in times:
        for seconds in (0.004, 0.0045, 0.9):
            one.note(seconds)
        assert one.write() == 3
        assert one.write() == 0
    with store.begin() as tx:
        day_counts.replace(tx, YESTERDAY, ())

    found = counted(store)

    assert found[1, Subject.REPLY_MS.value, "5"] == 4
    assert found[1, Subject.REPLY_MS.value, "1000"] == 2
