from collections.abc import Iterator

import pytest
from sqlalchemy import text

from smsbot.core.editorial.roles import Role
from smsbot.services import second_factor
from tests.staff_site import StaffSite, build_site


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    yield built
    built.store.close()


def test_an_address_that_is_no_page_gets_a_page_that_says_so(site: StaffSite) -> None:
    page = site.signed_in(Role.AUTHOR).get("/admin/no/such/page")

    assert page.status_code == 404
    assert "There is nothing at this address." in page.text
    assert "To the dashboard" in page.text
    assert site.client().get("/admin/no/such/page").status_code == 303


def test_a_page_that_fails_says_so_in_words_and_the_log_has_the_cause(
    site: StaffSite, caplog: pytest.LogCaptureFixture
) -> None:
    second_factor.begin(site.store, site.account("author"))
    with site.store.begin() as tx:
        tx.execute(text("UPDATE staff SET totp_pending = 'not sealed' WHERE name = 'author'"))

    page = site.signed_in(Role.AUTHOR).get("/admin/me/second-factor")

    assert page.status_code == 500
    assert "Something went wrong here" in page.text
    assert "SealBroken" not in page.text
    (logged,) = [one for one in caplog.records if one.message == "request_failed"]
    assert logged.exc_info is not None
    assert logged.exc_info[0] is not None
    assert logged.exc_info[0].__name__ in {"SealBroken", "TypeError"}


def test_without_the_database_nothing_is_asked_of_it_twice(site: StaffSite) -> None:
    client = site.signed_in(Role.AUTHOR)
    with site.store.begin() as tx:
        tx.execute(text("ALTER TABLE staff RENAME TO gone"))

    page = client.get("/admin/")

    assert page.status_code == 503
    assert "The database does not answer" in page.text
