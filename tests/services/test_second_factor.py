from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pyotp
import pytest
from sqlalchemy import select

from smsbot.core.editorial.deeds import By
from smsbot.core.editorial.roles import Role, StaffAccount
from smsbot.db.store import Store
from smsbot.db.tables_staff import recovery_code
from smsbot.db.tables_staff import staff as staff_table
from smsbot.sealing import Sealer
from smsbot.services import audit, rekey, second_factor, staff
from smsbot.services.audit import Sought
from smsbot.services.second_factor import SecondFactorFault
from smsbot.services.sign_in import MOST_TRIES, WINDOW, SignIn
from tests.builders import NOW, a_store
from tests.staff_site import PASSWORD

STEP = timedelta(seconds=30)
BY = By(name="Root", at=NOW)
HOME = "192.0.2.1"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = a_store(database_url)
    staff.add(opened, BY, staff.NewAccount(name="Ana", role=Role.ADMIN, password=PASSWORD))
    yield opened
    opened.close()


def ana(store: Store) -> StaffAccount:
    return staff.named(store, "Ana")


def enrolled(store: Store) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Ana's app, of which one code has been used, and her recovery codes."""
    second_factor.begin(store, ana(store))
    secret = second_factor.pending(store, ana(store))
    assert secret is not None
    totp = pyotp.TOTP(secret)
    return totp, second_factor.confirm(store, ana(store), totp.at(NOW), NOW)


def deeds(store: Store) -> list[str]:
    return [line.deed.what for line in audit.page(store, Sought(), 20)[0]]


def test_a_secret_is_in_use_only_after_a_code_of_it_was_seen(store: Store) -> None:
    second_factor.begin(store, ana(store))
    assert ana(store).totp_since is None

    with pytest.raises(SecondFactorFault, match="shows now"):
        second_factor.confirm(store, ana(store), "000000x", NOW)
    assert ana(store).totp_since is None

    before = ana(store).session_epoch
    _, codes = enrolled(store)
    assert ana(store).totp_since == NOW
    assert ana(store).session_epoch == before + 1
    assert len(set(codes)) == second_factor.CODES
    assert second_factor.pending(store, ana(store)) is None
    assert deeds(store)[0] == "set_second_factor"


def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(store: Store) -> None:
    totp, codes = enrolled(store)
    second_factor.begin(store, ana(store))
    waiting = second_factor.pending(store, ana(store))

    with store.read() as tx:
        rows = [*tx.execute(select(staff_table)), *tx.execute(select(recovery_code))]

    everything = repr([bytes(v) if isinstance(v, memoryview) else v for row in rows for v in row])
    for one in (totp.secret, waiting, *codes):
        assert one is not None
        assert one not in everything


@pytest.mark.parametrize(
    ("away", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_good_one_step_either_way(store: Store, away: int, *, taken: bool) -> None:
    totp, _ = enrolled(store)
    later = NOW + 10 * STEP

    assert second_factor.spend(store, ana(store), totp.at(later + away * STEP), later) is taken


def test_each_code_is_taken_once_and_none_before_it_after_that(store: Store) -> None:
    totp, _ = enrolled(store)
    later = NOW + 10 * STEP

    assert not second_factor.spend(store, ana(store), totp.at(NOW), NOW), "the one that enrolled"
    assert second_factor.spend(store, ana(store), totp.at(later), later)
    assert not second_factor.spend(store, ana(store), totp.at(later), later)
    assert not second_factor.spend(store, ana(store), totp.at(later - STEP), later)
    assert second_factor.spend(store, ana(store), totp.at(later + STEP), later)
    assert deeds(store)[0] == "second_factor_refused"


def test_a_code_sent_twice_at_once_is_taken_once(store: Store) -> None:
    totp, _ = enrolled(store)
    later, account, start = NOW + 10 * STEP, ana(store), Barrier(4)
    took: list[bool] = []

    def send() -> None:
        start.wait()
        took.append(second_factor.spend(store, account, totp.at(later), later))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(took) == [False, False, False, True]


def test_a_recovery_code_is_good_once_however_it_is_typed(store: Store) -> None:
    _, codes = enrolled(store)
    typed = f" {codes[3].upper().replace('-', ' ')} "

    assert second_factor.spend(store, ana(store), typed, NOW)
    assert not second_factor.spend(store, ana(store), codes[3], NOW)
    assert second_factor.codes_left(store, ana(store)) == second_factor.CODES - 1
    assert "use_recovery_code" in deeds(store)


def test_new_recovery_codes_end_the_old_ones(store: Store) -> None:
    _, old = enrolled(store)
    new = second_factor.new_codes(store, ana(store), NOW)

    assert not second_factor.spend(store, ana(store), old[0], NOW)
    assert second_factor.spend(store, ana(store), new[0], NOW)


def test_a_reset_leaves_no_way_in_but_the_password(store: Store) -> None:
    totp, codes = enrolled(store)
    later, before = NOW + 10 * STEP, ana(store).session_epoch

    second_factor.reset(store, BY, ana(store))

    account = ana(store)
    assert (account.totp_since, account.session_epoch) == (None, before + 1)
    assert not second_factor.spend(store, account, totp.at(later), later)
    assert not second_factor.spend(store, account, codes[0], later)
    line = audit.page(store, Sought(what="reset_second_factor"), 1)[0][0].deed
    assert (line.who, line.about, line.note) == ("Root", f"staff {account.id}", "Ana")
    with pytest.raises(SecondFactorFault, match="first"):
        second_factor.new_codes(store, account, NOW)


@pytest.mark.parametrize(
    "code", ["", "\0", "12345", "\u0661\u0662\u0663\u0664\u0665\u0666", "x" * 99]
)
def test_odd_codes_are_refused(store: Store, code: str) -> None:
    enrolled(store)

    assert not second_factor.spend(store, ana(store), code, NOW)


def test_tries_of_the_second_factor_rest_with_the_account_and_recover_by_time(
    store: Store,
) -> None:
    totp, _ = enrolled(store)
    door = SignIn()

    def second(code: str, at: datetime) -> bool:
        return door.attempt_second(store, ana(store), code, HOME, at)

    # The right password does not wash the wrong codes away.
    assert door.attempt(store, "Ana", PASSWORD, HOME, NOW) is not None
    for _ in range(MOST_TRIES - 1):
        assert not second("wrong", NOW)
    soon = NOW + STEP
    assert not second(totp.at(soon), soon)
    assert door.attempt(store, "Ana", PASSWORD, HOME, soon) is None

    later = NOW + WINDOW
    assert second(totp.at(later), later)
    assert door.attempt(store, "Ana", PASSWORD, HOME, later) is not None


def test_the_picture_is_an_image_of_the_address_that_apps_read(store: Store) -> None:
    drawn = second_factor.picture(pyotp.random_base32(), ana(store), "Ketamine Info Line")

    assert drawn.startswith(b"<?xml")
    assert b"<svg" in drawn
    assert b"script" not in drawn


def test_a_second_factor_outlives_the_data_key_it_was_sealed_with(database_url: str) -> None:
    old, new = b"the data key until now", b"the data key from now on"
    before = Store(database_url, Sealer((old,), (b"index",)))
    staff.add(before, BY, staff.NewAccount(name="Ana", role=Role.ADMIN, password=PASSWORD))
    totp, _ = enrolled(before)
    before.close()
    both = Store(database_url, Sealer((new, old), (b"index",)))
    list(rekey.run(both))
    both.close()

    after = Store(database_url, Sealer((new,), (b"index",)))
    later = NOW + 10 * STEP
    assert second_factor.spend(after, ana(after), totp.at(later), later)
    after.close()
