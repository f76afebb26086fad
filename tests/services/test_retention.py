from datetime import timedelta

from sqlalchemy import insert, select, update

from smsbot.db.store import Store
from smsbot.db.tables import inbound
from smsbot.db.tables_outbox import outbox
from smsbot.services import outbox as staff
from smsbot.services import retention
from smsbot.services.outbox import summarize
from smsbot.services.retention import Retention
from tests.builders import NOW, a_sid
from tests.outbox_builders import queue
from tests.silence_builders import attempted

DAYS = timedelta(days=60)


def arrived(store: Store, ages: list[int]) -> None:
    person = queue(store)
    with store.begin() as tx:
        for age in ages:
            tx.execute(
                insert(inbound).values(
                    sid=a_sid(), contact_id=person, recipient="+15005550006", media_count=0,
                    body_sealed=store.sealer.seal("words"), received_at=NOW - timedelta(days=age),
                    step="menu", lang="en", why={}, reply=b"<Response/>",
                )
            )  # fmt: skip


def left(store: Store, table: str) -> list[bool]:
    source = {"inbound": inbound, "outbox": outbox}[table]
    with store.begin() as tx:
        bodies = tx.scalars(select(source.c.body_sealed).order_by(source.c.id)).all()
        return [body is not None for body in bodies]


def test_words_are_forgotten_after_their_days_and_not_before(store: Store) -> None:
    arrived(store, [90, 61, 60, 59, 1])

    assert Retention(DAYS).run(store, NOW) == {"inbound": 2, "outbox": 0}
    assert left(store, "inbound") == [False, False, True, True, True]


def test_it_goes_on_where_it_was_and_misses_nothing(store: Store) -> None:
    arrived(store, [90] * (retention.CHUNK + 3) + [59])
    keeps = Retention(DAYS)

    assert keeps.run(store, NOW)["inbound"] == retention.CHUNK + 3
    assert keeps.run(store, NOW)["inbound"] == 0
    assert keeps.run(store, NOW + timedelta(days=2))["inbound"] == 1
    assert Retention(DAYS).run(store, NOW)["inbound"] == 0


def test_what_may_still_leave_keeps_its_words(store: Store) -> None:
    gone = attempted(store, "delivered", outcomes=("accepted",), sequence="a")
    attempted(store, "unknown", outcomes=("unknown",), sequence="b")
    queue(store, "c")
    with store.begin() as tx:
        tx.execute(update(outbox).values(created_at=NOW - timedelta(days=90)))

    assert Retention(DAYS).run(store, NOW)["outbox"] == 1
    assert left(store, "outbox") == [False, True, True]
    assert "delivered" in summarize(store, NOW).by_state
    assert staff.show(store, gone).entry.recipient.endswith("01")
