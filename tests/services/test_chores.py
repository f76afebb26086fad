import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from smsbot.core.contacts import ConsentChange
from smsbot.core.outbound.outbox import Lane
from smsbot.db.store import Store
from smsbot.db.tables import consent, inbound
from smsbot.db.tables_outbox import attempt, chore, outbox, receipt
from smsbot.services import chores
from smsbot.services.chores import LEASE, Broken, Chore, check_invariants, readiness, run_due
from tests.builders import NOW, a_sid
from tests.outbox_builders import later, queue
from tests.silence_builders import SID, attempted


class Work:
    """Counts when it was done, and fails when it is told to."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.done: list[datetime] = []
        self.fault = fault

    def __call__(self, now: datetime) -> None:
        self.done.append(now)
        if self.fault is not None:
            raise self.fault


def does(store: Store, work: Work, seconds: float, name: str = "poll") -> dict[str, str]:
    return run_due(store, (Chore(name=name, work=work),), later(seconds))


def test_a_chore_is_done_as_often_as_it_is_due(store: Store) -> None:
    work = Work()

    for seconds in (0, 1, 59, 60, 61, 120):
        does(store, work, seconds)

    assert work.done == [later(0), later(60), later(120)]


def test_of_many_processes_one_does_a_chore(store: Store) -> None:
    work, gate = Work(), threading.Barrier(4)
    does(store, Work(), -60)

    def run(_: int) -> None:
        gate.wait(timeout=10)
        does(store, work, 0)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))

    assert len(work.done) == 1


def test_a_chore_whose_process_died_is_taken_over_after_its_lease(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(insert(chore).values(name="poll", started_at=NOW))
    work = Work()

    does(store, work, LEASE.total_seconds() - 1)
    assert work.done == []
    does(store, work, LEASE.total_seconds())
    assert len(work.done) == 1


def test_a_clock_that_was_turned_back_stops_no_chore(store: Store) -> None:
    work = Work()
    does(store, work, 86_400)

    does(store, work, 0)

    assert len(work.done) == 2


def test_one_that_fails_is_noted_and_the_others_are_done(store: Store) -> None:
    work = Work()
    bad = Chore(name="poll", work=Work(RuntimeError("a number in it")))
    worse = Chore(name="orphans", work=Work(Broken("3 rows are wrong")))

    done = run_due(store, (bad, worse, Chore(name="reconcile", work=work)), NOW)

    assert done == {"poll": "RuntimeError", "orphans": "3 rows are wrong", "reconcile": ""}
    assert len(work.done) == 1
    part = readiness(store, NOW)["chores"]
    assert part["state"] == "degraded"
    assert part["orphans_fault"] == "3 rows are wrong"


def test_the_readiness_page_says_how_long_ago_each_was_done(store: Store) -> None:
    assert readiness(store, NOW)["chores"] == {"state": "ok", "invariants_broken": 0}
    does(store, Work(), 0, "reconcile")

    fresh = readiness(store, later(4))["chores"]
    stale = readiness(store, later(3600))["chores"]

    assert (fresh["state"], fresh["reconcile_age_seconds"]) == ("ok", 4.0)
    assert (stale["state"], stale["reconcile_age_seconds"]) == ("degraded", 3600.0)


def test_the_databases_own_time_is_near_ours(store: Store) -> None:
    ours = datetime.now(chores.time_now(store).tzinfo)

    assert abs(chores.time_now(store) - ours) < timedelta(seconds=30)


def test_all_promises_hold_of_an_outbox_that_is_well(store: Store) -> None:
    queue(store)
    attempted(store, "unknown", outcomes=("unknown",), sequence="a")
    attempted(store, "accepted", sid=SID, outcomes=("accepted",), sequence="b")
    attempted(store, "human", outcomes=("unknown",), sequence="c")
    attempted(store, "sending", sequence="d")

    check_invariants(store, later(1))


def _no_deadline(store: Store) -> None:
    text = attempted(store, "unknown", outcomes=("unknown",))
    with store.begin() as tx:
        tx.execute(update(outbox).where(outbox.c.id == text).values(next_look_at=None))


def _no_lease(store: Store) -> None:
    attempted(store)
    with store.begin() as tx:
        tx.execute(update(outbox).values(lease_until=None))


def _no_poll(store: Store) -> None:
    attempted(store, "accepted", sid=SID, outcomes=("accepted",))
    with store.begin() as tx:
        tx.execute(update(outbox).values(next_look_at=None))


def _overdue(store: Store) -> None:
    queue(store, expires_at=NOW - timedelta(minutes=11))


def _twice(store: Store) -> None:
    text = attempted(store, "delivered", sid=SID, outcomes=("accepted",))
    with store.begin() as tx:
        tx.execute(
            insert(receipt).values(
                sid=a_sid(), status="sent", outbox_id=text, received_at=NOW, conflict=True
            )
        )


def _after_stop(store: Store) -> None:
    attempted(store, "delivered", outcomes=("accepted",), lane=Lane.CAMPAIGN, sid=SID)
    with store.begin() as tx:
        person = tx.scalar(select(outbox.c.contact_id))
        for change, minutes in ((ConsentChange.OPT_IN, 20), (ConsentChange.OPT_OUT, 5)):
            tx.execute(
                insert(consent).values(
                    contact_id=person,
                    change=change.value,
                    how="text",
                    at=NOW - timedelta(minutes=minutes),
                )
            )


def _unanswered(store: Store) -> None:
    _arrived(store, b"", "keyword")


def _without_988(store: Store) -> None:
    _arrived(store, b"<Response/>", "crisis")


def _arrived(store: Store, reply: bytes, step: str) -> None:
    person = queue(store)
    with store.begin() as tx:
        tx.execute(
            insert(inbound).values(
                sid=a_sid(), contact_id=person, recipient="+15005550006", media_count=0,
                received_at=NOW, step=step, lang="en", why={}, reply=reply,
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (_no_deadline, "1 never_looked_for"),
        (_no_poll, "1 never_asked_about"),
        (_no_lease, "1 without_a_lease"),
        (_overdue, "1 overdue"),
        (_twice, "1 two_sids"),
        (_after_stop, "1 campaign_after_stop"),
        (_unanswered, "1 inbound_without_an_answer"),
        (_without_988, "1 crisis_without_988"),
    ],
    ids=lambda value: getattr(value, "__name__", "").strip("_") or None,
)
def test_each_broken_promise_is_seen_and_shown(store: Store, breaks: object, says: str) -> None:
    breaks(store)  # type: ignore[operator]

    with pytest.raises(Broken, match=says):
        check_invariants(store, NOW)
    run_due(store, (Chore(name="invariants", work=lambda now: check_invariants(store, now)),), NOW)
    part = readiness(store, NOW)["chores"]
    assert (part["state"], part["invariants_broken"]) == ("degraded", 1)


def test_a_campaign_text_before_the_stop_or_after_a_new_start_breaks_nothing(store: Store) -> None:
    _after_stop(store)
    with store.begin() as tx:
        tx.execute(update(attempt).values(started_at=NOW - timedelta(minutes=6)))

    check_invariants(store, NOW)
