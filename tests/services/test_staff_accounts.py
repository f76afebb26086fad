import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread

import pytest

from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role
from smsbot.core.editorial.story import BY_PROGRAM, BY_SCHEDULE
from smsbot.db.seeds import SEED
from smsbot.db.store import Store
from smsbot.services import audit, passwords, staff
from smsbot.services.audit import Sought
from smsbot.services.run_campaign import BY_ITSELF
from smsbot.services.sign_in import SignIn
from smsbot.services.staff import NewAccount, StaffFault
from tests.builders import NOW, a_store
from tests.staff_site import PASSWORD


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = a_store(sqlite_url)
    yield opened
    opened.close()


BY = By(name="Root", at=NOW)


def add(store: Store, name: str, role: Role, password: str | None) -> str | None:
    return staff.add(store, BY, NewAccount(name=name, role=role, password=password))


def may_enter(store: Store, name: str, password: str) -> bool:
    return SignIn().attempt(store, name, password, "192.0.2.1", NOW) is not None


def test_a_password_is_made_up_where_none_is_given(store: Store) -> None:
    made_up = add(store, "Ana", Role.AUTHOR, None)

    assert made_up is not None
    assert re.fullmatch(r"([a-hjkmnp-z2-9]{5}-){4}[a-hjkmnp-z2-9]{5}", made_up)
    assert may_enter(store, "Ana", made_up)


def test_made_up_passwords_differ() -> None:
    assert len({passwords.generate() for _ in range(50)}) == 50


def test_a_given_password_is_not_given_back(store: Store) -> None:
    assert add(store, "Ana", Role.AUTHOR, PASSWORD) is None
    assert may_enter(store, "Ana", PASSWORD)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("fourteen chars", "too short"),
        ("x" * 257, "too long"),
        ("abababababababab", "too easy"),
        ("a very long Name", "too easy"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    store: Store, password: str, reason: str
) -> None:
    with pytest.raises(StaffFault, match=reason):
        add(store, "A very long name", Role.AUTHOR, password)
    assert staff.everyone(store) == ()


def test_an_accent_may_be_typed_on_any_keyboard(store: Store) -> None:
    add(store, "Ana", Role.AUTHOR, "contrase\u00f1a muy larga")

    assert may_enter(store, "Ana", "contrasen\u0303a muy larga")


def test_a_taken_name_is_refused_with_a_way_out(store: Store) -> None:
    add(store, "Ana", Role.AUTHOR, None)

    with pytest.raises(StaffFault, match="smsbot staff password"):
        add(store, "ANA", Role.ADMIN, None)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x07b"])
def test_an_unfit_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StaffFault, match="1 to 80"):
        add(store, name, Role.AUTHOR, None)


def test_no_account_is_called_as_the_program_calls_itself_in_records(store: Store) -> None:
    root = Path(staff.__file__).parents[1]
    written = [path.read_text(encoding="utf-8") for path in root.rglob("*.py")]
    named = {
        name for text in written for name in re.findall(r'(?:\bwho=|By\(name=)"([^"{]+)"', text)
    }

    assert {"worker", "sweeper", "shell"} <= named
    for name in named | {BY_ITSELF, BY_PROGRAM, BY_SCHEDULE, SEED, staff.SHELL, "import"}:
        with pytest.raises(StaffFault, match="stands in records"):
            add(store, f" {name.title()} ", Role.AUTHOR, PASSWORD)


def test_a_disabled_account_stays_on_the_list(store: Store) -> None:
    for name, role in (("Ben", Role.AUTHOR), ("ana", Role.ADMIN)):
        add(store, name, role, None)

    staff.disable(store, BY, "BEN")

    assert [(one.name, one.is_active) for one in staff.everyone(store)] == [
        ("ana", True),
        ("Ben", False),
    ]


def test_the_last_admin_cannot_be_disabled(store: Store) -> None:
    add(store, "Ana", Role.ADMIN, None)
    with pytest.raises(StaffFault, match="last admin"):
        staff.disable(store, BY, "Ana")

    add(store, "Ben", Role.ADMIN, None)
    staff.disable(store, BY, "Ana")

    assert [one.name for one in staff.everyone(store) if one.is_active] == ["Ben"]


def test_a_new_password_replaces_the_old_one(store: Store) -> None:
    add(store, "Ana", Role.AUTHOR, PASSWORD)

    made_up = staff.replace_password(store, BY, "ana", None)

    assert made_up is not None
    assert may_enter(store, "Ana", made_up)
    assert not may_enter(store, "Ana", PASSWORD)


def test_nobody_of_that_name_is_said_in_words(store: Store) -> None:
    with pytest.raises(StaffFault, match="no account"):
        staff.disable(store, BY, "Ana")
    with pytest.raises(StaffFault, match="no account"):
        staff.replace_password(store, BY, "Ana", None)


def test_two_admins_who_disable_each_other_at_once_leave_one(database_url: str) -> None:
    store = a_store(database_url)
    for name in ("Ana", "Ben"):
        add(store, name, Role.ADMIN, PASSWORD)
    start = Barrier(2)

    def disable(who: str, whom: str) -> None:
        start.wait()
        with suppress(StaffFault):
            staff.disable(store, By(name=who, at=NOW), whom)

    threads = [Thread(target=disable, args=pair) for pair in (("Ana", "Ben"), ("Ben", "Ana"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([one for one in staff.everyone(store) if one.is_active]) == 1
    store.close()


def test_every_change_of_an_account_is_recorded_with_who_made_it(store: Store) -> None:
    add(store, "Ana", Role.ADMIN, PASSWORD)
    add(store, "Ben", Role.AUTHOR, PASSWORD)
    staff.change_role(store, BY, "Ben", Role.SENDER)
    staff.change_role(store, BY, "Ben", Role.SENDER)
    staff.disable(store, BY, "Ben")
    staff.disable(store, BY, "Ben")
    staff.enable(store, BY, "Ben")
    staff.end_sessions(store, BY, "Ben")
    staff.replace_password(store, BY, "Ben", None)

    lines = [line.deed for line in audit.page(store, Sought(), 20)[0]][::-1]

    assert {one.who for one in lines} == {"Root"}
    assert [(one.what, one.note) for one in lines][2:] == [
        ("change_role", "Ben: author to sender"),
        ("disable_staff", "Ben"),
        ("enable_staff", "Ben"),
        ("end_sessions", "Ben"),
        ("replace_password", "Ben"),
    ]
