from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, inspect

from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.core.errors import StoreConflict
from smsbot.db import schema, staff
from smsbot.db.store import Store
from tests.builders import NOW, a_store

MINUTE = timedelta(seconds=60)


@pytest.fixture
def store(database_url: str):
    opened = a_store(database_url)
    yield opened
    opened.close()


def add(store: Store, name: str, role: Role = Role.AUTHOR) -> int:
    account = StaffAccount(
        id=0, name=name, role=role, created_at=NOW, disabled_at=None, session_epoch=0
    )
    with store.begin() as tx:
        staff.add(tx, account, "a hash")
    return found(store, name).account.id


def found(store: Store, name: str) -> staff.Credentials:
    with store.begin() as tx:
        one = staff.find(tx, name)
    assert one is not None
    return one


def test_the_step_adds_the_table_and_takes_it_back(empty_database_url: str) -> None:
    def tables() -> set[str]:
        engine = create_engine(empty_database_url)
        names = set(inspect(engine).get_table_names())
        engine.dispose()
        return names

    schema.upgrade(empty_database_url)
    schema.differences(empty_database_url)
    assert "staff" in tables()
    schema.downgrade(empty_database_url, "0001")
    assert "staff" not in tables()
    schema.upgrade(empty_database_url)
    schema.differences(empty_database_url)


def test_an_account_is_read_as_it_was_written(store: Store) -> None:
    add(store, "Ana Ruiz", Role.REVIEWER)

    one = found(store, "  ANA   ruiz ")

    assert one.password_hash == "a hash"
    assert (one.account.name, one.account.role) == ("Ana Ruiz", Role.REVIEWER)
    assert (one.account.created_at, one.account.is_active) == (NOW, True)


@pytest.mark.parametrize("again", ["ana ruiz", "ANA RUIZ", "Ana  Ruiz", "\uff21na Ruiz"])
def test_a_name_is_taken_however_it_is_written(store: Store, again: str) -> None:
    add(store, "Ana Ruiz")

    with pytest.raises(StoreConflict):
        add(store, again)


def test_a_role_that_does_not_exist_is_refused_by_the_database(store: Store) -> None:
    with pytest.raises(StoreConflict), store.begin() as tx:
        tx.exec_driver_sql(
            "INSERT INTO staff (name, name_key, role, password_hash, created_at)"
            " VALUES ('x', 'x', 'owner', 'h', '2026-11-23 15:00:00')"
        )


@pytest.mark.parametrize("name", ["", "   ", "a\0b", "a\u202eb", "x" * 81])
def test_what_cannot_be_a_name_finds_nobody(store: Store, name: str) -> None:
    assert staff.name_key(name) is None
    with store.begin() as tx:
        assert staff.find(tx, name) is None


def test_tries_in_parallel_do_not_get_past_the_count(store: Store) -> None:
    number = add(store, "Ana")

    def one_try(_: int) -> bool:
        with store.begin() as tx:
            return staff.take_try(tx, number, NOW, most=5, window=MINUTE)

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(one_try, range(20)))

    assert sum(taken) == 5


def test_the_count_begins_anew_when_its_minute_is_over(store: Store) -> None:
    number = add(store, "Ana")

    def tries(seconds: int) -> bool:
        with store.begin() as tx:
            at = NOW + timedelta(seconds=seconds)
            return staff.take_try(tx, number, at, most=2, window=MINUTE)

    assert [tries(second) for second in (0, 30, 59, 60, 61, 62)] == [
        True, True, False, True, True, False,
    ]  # fmt: skip


def test_disabling_ends_the_sessions(store: Store) -> None:
    number = add(store, "Ana")
    with store.begin() as tx:
        staff.disable(tx, number, NOW)

    account = found(store, "Ana").account

    assert (account.is_active, account.disabled_at, account.session_epoch) == (False, NOW, 1)


def test_a_new_password_ends_the_sessions_and_the_rest(store: Store) -> None:
    number = add(store, "Ana")
    with store.begin() as tx:
        staff.take_try(tx, number, NOW, most=1, window=MINUTE)
        staff.set_password(tx, number, "another hash")
        assert staff.take_try(tx, number, NOW, most=1, window=MINUTE)

    assert found(store, "Ana").password_hash == "another hash"
    assert found(store, "Ana").account.session_epoch == 1
