"""Figures on the staff pages: drawn, as a table and as a file, and all three the same."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner

from smsbot.cli.report import report as command
from smsbot.core.editorial.roles import Role
from smsbot.core.reports.counts import Count, Subject
from smsbot.db import day_counts
from smsbot.providers.twilio.twiml import render
from smsbot.services import count_days
from smsbot.services.receive import Inbox
from tests.builders import NOW, an_inbound, the_catalogue
from tests.staff_site import StaffSite, build_site, the_answers

TODAY = NOW.date()
TEXTS = ((3, "FDA"), (3, "que es la ketamina"), (1, "STOP"), (0, "RISKS"), (0, "FDA"))
"""Days ago, and what was written."""


@pytest.fixture
def site(database_url: str) -> Iterator[StaffSite]:
    built = build_site(database_url)
    inbox = Inbox(built.store, the_catalogue, render)
    for days, body in (
        (3, "FDA"),
        (3, "que es la ketamina"),
        (1, "STOP"),
        (0, "RISKS"),
        (0, "FDA"),
    ):
        at = NOW - timedelta(days=days)
        inbox.receive(an_inbound(body, sender=f"+1202555010{days}", received_at=at))
    inbox.receive(an_inbound("i want to kill myself", sender="+12025550109"))
    inbox.close()
    count_days.run(built.store, NOW)
    yield built
    built.store.close()


def words(page: str) -> str:
    body = page.split("<main", 1)[1].split(">", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_page_the_table_and_the_file_say_the_same(site: StaffSite) -> None:
    client = site.signed_in(Role.AUDITOR)

    page = client.get("/admin/reports?days=7")
    sheet = client.get("/admin/reports.csv?days=7")

    assert page.status_code == 200
    read = words(page.text)
    assert "Texts 6 " in read
    assert "Crisis texts 1 " in read
    assert "Opt-outs 1 " in read
    assert page.text.count("<svg") >= 3
    assert sheet.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    steps = [row for row in rows if row["subject"] == "step"]
    assert sum(int(row["number"]) for row in steps) == 6
    topics = {row["item"]: int(row["number"]) for row in rows if row["subject"] == "topic"}
    assert topics["FDA"] == 1  # the last of the two days it was asked on
    assert sum(1 for row in rows if row["item"] == "FDA") == 2


def test_the_file_holds_nothing_a_spreadsheet_would_carry_out(site: StaffSite) -> None:
    with site.store.begin() as tx:
        day_counts.add(
            tx,
            [Count(day=TODAY, subject=Subject.REPLY_MS, item="=1+1", lang="", number=1)],
        )

    rows = csv.reader(io.StringIO(site.signed_in(Role.ADMIN).get("/admin/reports.csv").text))

    assert [row[2] for row in rows if "1+1" in row[2]] == ["'=1+1"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "2026-10-25 to 2026-11-23"),
        ("from=2026-11-01&to=2026-11-05", "2026-11-01 to 2026-11-05"),
        ("from=2026-11-05&to=2026-11-01", "2026-11-01 to 2026-11-05"),
        ("from=2026-11-01&to=2099-01-01", "2026-11-01 to 2026-11-23"),
        ("from=1900-01-01&to=2026-11-23", "2025-10-20 to 2026-11-23"),
        ("from=x&to=%00&days=-1", "2026-10-25 to 2026-11-23"),
        ("days=99999999999999999999", "2026-10-25 to 2026-11-23"),
        ("from=2099-01-01", "2026-11-23 to 2026-11-23"),
    ],
)
def test_the_days_asked_for_are_made_fit(site: StaffSite, query: str, says: str) -> None:
    assert says in words(site.signed_in(Role.AUTHOR).get(f"/admin/reports?{query}").text)


def test_the_dashboard_names_what_waits_for_who_looks(site: StaffSite) -> None:
    site.seed(the_answers()[:2])

    reviewer = words(site.signed_in(Role.REVIEWER).get("/admin/").text)
    author = words(site.signed_in(Role.AUTHOR).get("/admin/").text)

    assert "1 crisis alert that nobody has looked at" in reviewer
    assert "that nobody has looked at" not in author
    assert "Nothing: all that you may settle is settled." in author


def test_the_command_prints_the_same_figures(
    site: StaffSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", site.store.engine.url.render_as_string(hide_password=False))
    span = ["--from", str(TODAY - timedelta(days=6)), "--to", str(TODAY)]

    shown = CliRunner().invoke(command, ["days", *span])
    data = json.loads(CliRunner().invoke(command, ["days", *span, "--json"]).output)
    sheet = CliRunner().invoke(command, ["days", *span, "--csv"]).output

    assert shown.exit_code == 0, shown.output
    assert "texts 6, of them in Spanish 1" in shown.output
    assert data["crisis"]["values"][-1] == 1
    assert sheet.startswith("day,subject,item,language,number\n")
