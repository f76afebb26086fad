import re
from collections.abc import Iterator

import pytest

from smsbot.core.editorial.roles import Role
from smsbot.db.store import Store
from smsbot.services import passwords, staff
from smsbot.services.sign_in import SignIn
from smsbot.services.staff import StaffFault
from tests.builders import NOW, a_store
from tests.staff_site import PASSWORD


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = a_store(sqlite_url)
    yield opened
    opened.close()


def may_enter(store: Store, name: str, password: str) -> bool:
    return SignIn().attempt(store, name, password, "192.0.2.1", NOW) is not None


def test_a_password_is_made_up_where_none_is_given(store: Store) -> None:
    made_up = staff.add(store, "Ana", Role.AUTHOR, None, NOW)

    assert made_up is not None
    assert re.fullmatch(r"([a-hjkmnp-z2-9]{5}-){4}[a-hjkmnp-z2-9]{5}", made_up)
    assert may_enter(store, "Ana", made_up)


def test_made_up_passwords_differ() -> None:
    assert len({passwords.generate() for _ in range(50)}) == 50


def test_a_given_password_is_not_given_back(store: Store) -> None:
    assert staff.add(store, "Ana", Role.AUTHOR, PASSWORD, NOW) is None
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
        staff.add(store, "A very long name", Role.AUTHOR, password, NOW)
    assert staff.everyone(store) == ()


def test_an_accent_may_be_typed_on_any_keyboard(store: Store) -> None:
    staff.add(store, "Ana", Role.AUTHOR, "contrase\u00f1a muy larga", NOW)

    assert may_enter(store, "Ana", "contrasen\u0303a muy larga")


def test_a_taken_name_is_refused_with_a_way_out(store: Store) -> None:
    staff.add(store, "Ana", Role.AUTHOR, None, NOW)

    with pytest.raises(StaffFault, match="smsbot staff password"):
        staff.add(store, "ANA", Role.ADMIN, None, NOW)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x07b"])
def test_an_unfit_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StaffFault, match="1 to 80"):
        staff.add(store, name, Role.AUTHOR, None, NOW)


def test_a_disabled_account_stays_on_the_list(store: Store) -> None:
    for name, role in (("Ben", Role.AUTHOR), ("ana", Role.ADMIN)):
        staff.add(store, name, role, None, NOW)

    staff.disable(store, "BEN", NOW)

    assert [(one.name, one.is_active) for one in staff.everyone(store)] == [
        ("ana", True),
        ("Ben", False),
    ]


def test_the_last_admin_cannot_be_disabled(store: Store) -> None:
    staff.add(store, "Ana", Role.ADMIN, None, NOW)
    with pytest.raises(StaffFault, match="last admin"):
        staff.disable(store, "Ana", NOW)

    staff.add(store, "Ben", Role.ADMIN, None, NOW)
    staff.disable(store, "Ana", NOW)

    assert [one.name for one in staff.everyone(store) if one.is_active] == ["Ben"]


def test_a_new_password_replaces_the_old_one(store: Store) -> None:
    staff.add(store, "Ana", Role.AUTHOR, PASSWORD, NOW)

    made_up = staff.replace_password(store, "ana", None)

    assert made_up is not None
    assert may_enter(store, "Ana", made_up)
    assert not may_enter(store, "Ana", PASSWORD)


def test_nobody_of_that_name_is_said_in_words(store: Store) -> None:
    with pytest.raises(StaffFault, match="no account"):
        staff.disable(store, "Ana", NOW)
    with pytest.raises(StaffFault, match="no account"):
        staff.replace_password(store, "Ana", None)
