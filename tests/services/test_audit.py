from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from smsbot.core.errors import StoreConflict
from smsbot.db.store import Store
from smsbot.services import audit
from smsbot.services.audit import Deed, Sought
from tests.builders import NOW, a_store

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = a_store(database_url)
    yield opened
    opened.close()


def a_deed(n: int = 0, **changes: str) -> Deed:
    values = {"who": "Ana", "what": "publish", "about": f"answer A{n} en"} | changes
    return Deed(at=NOW + n * MINUTE, **values)


def record_and_fail(store: Store, deed: Deed) -> None:
    with store.begin() as tx:
        audit.record(tx, deed)
        tx.execute(text("DELETE FROM audit_log"))


def test_a_line_is_kept_with_the_change_it_is_about_or_not_at_all(store: Store) -> None:
    audit.record(store, a_deed(1, note="call 202-555-0143"))
    with store.begin() as tx:
        audit.record(tx, a_deed(2))
    with pytest.raises(StoreConflict):
        record_and_fail(store, a_deed(3))

    lines, more = audit.page(store, Sought(), 10)

    assert [line.deed for line in lines] == [a_deed(2), a_deed(1, note="call (number)")]
    assert more is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET who = 'Ben'", "DELETE FROM audit_log", "TRUNCATE audit_log"],
)
def test_plain_sql_can_neither_change_nor_delete_a_line(store: Store, statement: str) -> None:
    if store.is_sqlite and statement.startswith("TRUNCATE"):
        return
    audit.record(store, a_deed())

    with pytest.raises(StoreConflict, match="only ever added to"), store.begin() as tx:
        tx.execute(text(statement))

    assert len(audit.page(store, Sought(), 10)[0]) == 1


def test_pages_hold_every_line_once_also_where_many_happened_at_once(store: Store) -> None:
    with store.begin() as tx:
        for n in range(7):
            audit.record(tx, a_deed(n // 3))
    seen, before = [], None
    for _ in range(4):
        lines, before = audit.page(store, Sought(), 2, before)
        seen += [line.id for line in lines]

    assert before is None
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 7
    assert [line.id for line in audit.everything(store, Sought())] == seen


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        (Sought(who="Ben"), [4]),
        (Sought(what="retire"), [3]),
        (Sought(about="contact"), [5]),
        (Sought(about="contact 1%"), []),
        (Sought(since=NOW + 2 * MINUTE, until=NOW + 4 * MINUTE), [3, 2]),
        (Sought(who="Ana", what="publish", until=NOW + 2 * MINUTE), [1]),
    ],
    ids=str,
)
def test_lines_are_found_by_who_what_about_and_when(
    store: Store, sought: Sought, expected: list[int]
) -> None:
    changes = {3: {"what": "retire"}, 4: {"who": "Ben"}, 5: {"about": "contact 17"}}
    with store.begin() as tx:
        for n in range(1, 6):
            audit.record(tx, a_deed(n, **changes.get(n, {})))

    found = [line.deed.at for line in audit.page(store, sought, 10)[0]]

    assert found == [NOW + n * MINUTE for n in expected]
    assert audit.words(store) == ("publish", "retire")
