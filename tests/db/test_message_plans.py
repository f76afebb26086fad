"""The lists of the staff pages are read through their indexes, however many texts there are."""

import pytest
from sqlalchemy import event

from smsbot.core.outbound.outbox import State
from smsbot.core.people import Filter, People
from smsbot.db import found, message_list, people, stories
from tests.builders import NOW, a_store


def plans(url: str, ask) -> str:
    """How SQLite would carry out every statement of `ask`, as it says itself."""
    store = a_store(url)
    statements: list[tuple[str, object]] = []

    def note(*call: object) -> None:
        statements.append((str(call[2]), call[3]))

    with store.read() as tx:
        event.listen(store.engine, "before_cursor_execute", note)
        ask(tx, store.sealer)
        event.remove(store.engine, "before_cursor_execute", note)
        lines = [
            str(row)
            for statement, values in statements
            for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        ]
    store.close()
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(), "ix_inbound_received_at"),
        (Filter(step="crisis"), "ix_inbound_urgent"),
        (Filter(tier="active"), "ix_inbound_tier"),
        (Filter(topic="FDA"), "ix_inbound_topic"),
        (Filter(lang="es"), "ix_inbound_not_english"),
        (Filter(late=True), "ix_inbound_late"),
        (Filter(day=NOW.date()), "ix_inbound_received_at"),
    ],
    ids=["none", "step", "tier", "topic", "language", "late", "day"],
)
def test_each_filter_of_the_inbox_has_an_index(sqlite_url: str, wanted: Filter, index: str) -> None:
    said = plans(sqlite_url, lambda tx, sealer: message_list.newest(tx, sealer, wanted, 51, None))

    assert index in said
    assert "SCAN inbound\n" not in f"{said}\n"


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (People(in_care=True), "ix_contact_care"),
        (People(opted_out=True), "ix_contact_opted_out"),
        (People(lang="es"), "ix_contact_lang"),
    ],
    ids=["in care", "opted out", "language"],
)
def test_each_filter_of_the_contacts_has_an_index(
    sqlite_url: str, wanted: People, index: str
) -> None:
    said = plans(sqlite_url, lambda tx, sealer: people.newest(tx, sealer, wanted, NOW, (51, None)))

    assert index in said


def test_what_waits_to_leave_is_counted_without_reading_what_has_left(sqlite_url: str) -> None:
    said = plans(sqlite_url, lambda tx, _: stories.open_states(tx))

    assert said.count("USING") == len(said.splitlines()) or "SCAN outbox\n" not in f"{said}\n"
    assert "ix_outbox_aside" in said


def test_what_a_worker_has_in_hand_is_listed_from_the_few_that_are(sqlite_url: str) -> None:
    wanted = [State.CLAIMED, State.SENDING]
    said = plans(sqlite_url, lambda tx, sealer: stories.listed(tx, sealer, wanted, 51))

    assert "ix_outbox_lease" in said


def test_late_texts_are_counted_from_the_few_that_are(sqlite_url: str) -> None:
    assert "ix_inbound_late" in plans(sqlite_url, lambda tx, _: found.count(tx, NOW))
