import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.db.store import Store
from smsbot.services import passwords, sign_in, staff
from tests.builders import NOW, a_store
from tests.staff_site import PASSWORD

BY = By(name="Root", at=NOW)
WRONG = "five other loud words"


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = a_store(sqlite_url)
    staff.add(opened, BY, staff.NewAccount(name="Ana", role=Role.AUTHOR, password=PASSWORD))
    yield opened
    opened.close()


@pytest.fixture
def door() -> sign_in.SignIn:
    return sign_in.SignIn()


def test_name_and_password_let_in(store: Store, door: sign_in.SignIn) -> None:
    account = door.attempt(store, "ana", PASSWORD, "192.0.2.1", NOW)

    assert account is not None
    assert (account.name, account.role) == ("Ana", Role.AUTHOR)


@pytest.mark.parametrize(
    ("name", "password"), [("Ana", WRONG), ("Ben", PASSWORD), ("Ana", ""), ("", ""), ("A\0", "x")]
)
def test_everything_else_does_not(
    store: Store, door: sign_in.SignIn, name: str, password: str
) -> None:
    assert door.attempt(store, name, password, "192.0.2.1", NOW) is None


def test_an_account_rests_after_five_wrong_tries_and_recovers_by_time(
    store: Store, door: sign_in.SignIn
) -> None:
    for _ in range(5):
        door.attempt(store, "Ana", WRONG, "192.0.2.1", NOW)

    soon, later = NOW + timedelta(seconds=59), NOW + timedelta(seconds=60)

    assert door.attempt(store, "Ana", PASSWORD, "192.0.2.1", soon) is None
    # It is the account that rests, whichever process and address the try comes from.
    assert sign_in.SignIn().attempt(store, "ANA", PASSWORD, "198.51.100.7", soon) is None
    assert door.attempt(store, "Ana", PASSWORD, "192.0.2.1", later) is not None


def test_a_right_password_forgets_the_wrong_ones(store: Store, door: sign_in.SignIn) -> None:
    for _ in range(2):
        for _ in range(4):
            assert door.attempt(store, "Ana", WRONG, "192.0.2.1", NOW) is None
        assert door.attempt(store, "Ana", PASSWORD, "192.0.2.1", NOW) is not None


def test_a_disabled_account_does_not_get_in(store: Store, door: sign_in.SignIn) -> None:
    staff.disable(store, BY, "Ana")

    assert door.attempt(store, "Ana", PASSWORD, "192.0.2.1", NOW) is None


def test_one_address_cannot_try_without_end(
    store: Store,
) -> None:
    # The hash is the slow part, and not what is asked here.
    door = sign_in.SignIn(check=lambda _, password: password == PASSWORD)
    for number in range(sign_in.MOST_TRIES_FROM_ONE_ADDRESS):
        door.attempt(store, f"name {number}", "x", "192.0.2.1", NOW)

    assert door.attempt(store, "Ana", PASSWORD, "192.0.2.1", NOW) is None
    assert door.attempt(store, "Ana", PASSWORD, "192.0.2.2", NOW) is not None
    later = NOW + sign_in.WINDOW
    assert door.attempt(store, "Ana", PASSWORD, "192.0.2.1", later) is not None


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "resting"])
def test_every_refusal_costs_exactly_one_hash(store: Store, case: str) -> None:
    if case == "disabled":
        staff.disable(store, BY, "Ana")
    checked: list[str] = []

    def count(password_hash: str, _: str) -> bool:
        checked.append(password_hash)
        return False

    door = sign_in.SignIn(check=count)
    for _ in range(5 if case == "resting" else 0):
        door.attempt(store, "Ana", WRONG, "192.0.2.1", NOW)
    checked.clear()

    door.attempt(store, "Ben" if case == "unknown" else "Ana", PASSWORD, "192.0.2.1", NOW)

    assert len(checked) == 1
    assert (checked == [passwords.nobodys_hash()]) is (case != "wrong")


def test_nobodys_hash_takes_as_long_as_anybodys() -> None:
    anybodys = passwords.hash_password(PASSWORD)

    assert extract_parameters(passwords.nobodys_hash()) == extract_parameters(anybodys)
    assert not passwords.is_right(passwords.nobodys_hash(), "")


def test_outside_of_the_tests_a_hash_costs_what_it_should() -> None:
    hashes = "print(passwords.hash_password('x'), passwords.nobodys_hash())"
    script = f"from smsbot.services import passwords; {hashes}"
    made = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )

    costs = [extract_parameters(one) for one in made.stdout.split()]
    assert costs == [RFC_9106_LOW_MEMORY] * 2


def test_a_session_holds_until_it_is_ended(store: Store, door: sign_in.SignIn) -> None:
    account = door.attempt(store, "Ana", PASSWORD, "192.0.2.1", NOW)
    assert account is not None
    assert sign_in.account_of_session(store, account.id, account.session_epoch) == account

    sign_in.sign_out(store, account)

    assert sign_in.account_of_session(store, account.id, account.session_epoch) is None
    assert sign_in.account_of_session(store, 999, 0) is None
