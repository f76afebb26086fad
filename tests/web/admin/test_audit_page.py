import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from smsbot.core.editorial.roles import Role
from smsbot.services import audit
from smsbot.services.audit import Deed
from smsbot.web.admin.audit_page import PER_PAGE
from tests.builders import NOW
from tests.staff_site import StaffSite, build_site


@pytest.fixture
def site(sqlite_url: str) -> Iterator[StaffSite]:
    built = build_site(sqlite_url)
    yield built
    built.store.close()


def record(site: StaffSite, n: int, **changes: str) -> None:
    values = {"who": "Ana", "what": "publish", "about": f"answer A{n} en"} | changes
    audit.record(site.store, Deed(at=NOW - timedelta(hours=n), **values))


def test_an_empty_log_says_so(site: StaffSite) -> None:
    assert "Nothing has been recorded yet." in site.signed_in(Role.AUDITOR).get("/admin/audit").text


def test_older_lines_are_one_link_further_and_filters_stay_on(site: StaffSite) -> None:
    for n in range(PER_PAGE + 2):
        record(site, n)
    record(site, 3, who="Ben")
    auditor = site.signed_in(Role.AUDITOR)

    first = auditor.get("/admin/audit?who=Ana").text
    link = first.split('rel="next"', 1)[0].rsplit('href="', 1)[1].split('"', 1)[0]
    second = auditor.get(link.replace("&amp;", "&")).text

    assert "who=Ana" in link
    assert first.count("<tr") == PER_PAGE + 1
    assert second.count("<tr") == 2 + 1
    assert "Ben" not in first.split("<tbody", 1)[1]
    assert f"answer A{PER_PAGE + 1} en" in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=99999999999999999999", "since=9999-12-31", "until=0001-01-01", "who=%00x"],
)
def test_odd_filters_do_not_break_the_page(site: StaffSite, query: str) -> None:
    record(site, 1)

    assert site.signed_in(Role.AUDITOR).get(f"/admin/audit?{query}").status_code == 200


def test_the_last_day_is_in_and_days_begin_where_the_viewer_is(site: StaffSite) -> None:
    record(site, 0, about="today")
    record(site, 24, about="yesterday")
    auditor = site.signed_in(Role.AUDITOR)

    page = auditor.get("/admin/audit?since=2026-11-22&until=2026-11-22").text

    assert "yesterday" in page
    assert ">today<" not in page


def test_the_file_holds_the_lines_found_and_no_cell_a_spreadsheet_would_carry_out(
    site: StaffSite,
) -> None:
    record(site, 1, note="=HYPERLINK(1)")
    record(site, 2, who="Ben")
    auditor = site.signed_in(Role.AUDITOR)

    file = auditor.get("/admin/audit/log.csv?who=Ana")

    assert "attachment" in file.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(file.text)))
    assert rows == [
        ["at_utc", "who", "what", "about", "note"],
        [
            (NOW - timedelta(hours=1)).isoformat(),
            "Ana",
            "publish",
            "answer A1 en",
            "'=HYPERLINK(1)",
        ],
    ]
    (newest,), _ = audit.page(site.store, audit.Sought(), 1)
    assert (newest.deed.who, newest.deed.what) == ("auditor", "export_audit_log")


def test_the_settings_are_shown_without_a_secret(sqlite_url: str) -> None:
    site = build_site(sqlite_url, database_url="postgresql+psycopg://me:pa55word@db/bot")

    page = site.signed_in(Role.AUDITOR).get("/admin/settings").text

    assert "postgresql+psycopg://db/bot" in page
    assert "SMSBOT_RETENTION_DAYS" in page
    for secret in ("pa55word", "development-secret-key", "development-data-key", "+15005550006"):
        assert secret not in page
    site.store.close()
