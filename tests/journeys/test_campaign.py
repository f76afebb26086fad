"""A whole campaign in a browser: a list of people, two staff, first few, pause, STOP, the end."""

import csv
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.builders import CONTENT
from tests.campaign_builders import ENGLISH
from tests.running_bot import ACCOUNT, TOKEN, Bot, prepare, running
from tests.running_carrier import until

WAY = 90.0
"""Seconds a step is waited for; this machine may be busy."""
PEOPLE = [f"+1212555{n:04}" for n in range(100, 118)]
CAMPAIGNS_FROM = "+15005550100"
WORDS = "Get news of this line, up to 2 texts a month. Reply STOP to end."
ALL_DAY = "00:00-24:00"


@dataclass
class OutreachBot(Bot):
    """A bot that sends one text a second, at any hour of the day this test runs at."""

    content: Path = field(default_factory=Path)

    def env(self) -> dict[str, str]:
        return super().env() | {"SMSBOT_MPS": "1", "SMSBOT_CONTENT": str(self.content)}


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[OutreachBot]:
    content = shutil.copytree(CONTENT, tmp_path / "content")
    for name in ("federal", "house", "states"):
        _open_all_day(content / "hours" / f"{name}.toml")
    made = OutreachBot(
        folder=tmp_path, database_url=f"sqlite:///{tmp_path}/bot.sqlite3", content=content
    )
    prepare(made)
    for name, role in (("Ana", "sender"), ("Ben", "publisher")):
        password = tmp_path / f"{name}.password"
        password.write_text(f"four quiet words of {name}")
        made.once("staff", "add", name, "--role", role, "--password-file", str(password))
    with running(made, "simulator", "web", "worker"):
        made.wait_for_web()
        yield made


def _open_all_day(path: Path) -> None:
    """The same rules without their hours and holidays: this test must pass at night too."""
    lines = []
    for line in path.read_text().splitlines():
        name = line.partition("=")[0].strip()
        if name in {"weekdays", "saturday", "sunday"}:
            lines.append(f'{name} = "{ALL_DAY}"')
        elif name not in {"holidays", "also"}:
            lines.append(line)
    path.write_text("\n".join(lines) + "\n")


def a_list(folder: Path) -> Path:
    """Consents on file, three of them written down wrong."""
    when = f"{datetime.now(UTC) - timedelta(days=10):%Y-%m-%d}"
    rows = [[number, "NEWS", when, "paper form", WORDS] for number in PEOPLE]
    rows[3][0] = "12125550"
    rows[7][1] = "NOTOPIC"
    rows[11][4] = ""
    path = folder / "list.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["number", "topic", "when", "how", "words"], *rows])
    return path


def sign_in(browser: Browser, bot: Bot, name: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(WAY * 1000)
    page.goto(f"{bot.site}/admin/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(f"four quiet words of {name}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def ledger(bot: Bot) -> dict[str, tuple[str, str]]:
    """What the carrier has taken from the campaign's number: who -> (SID, status)."""
    found = requests.get(
        f"{bot.carrier}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        params={"PageSize": "1000", "From": CAMPAIGNS_FROM}, auth=(ACCOUNT, TOKEN), timeout=10,
    ).json()["messages"]  # fmt: skip
    assert len({one["to"] for one in found}) == len(found), "somebody was texted twice"
    return {one["to"]: (one["sid"], one["status"]) for one in found}


def upload(page: Page, bot: Bot, file: Path) -> None:
    """Upload the list, mend its three bad cells in place, take it."""
    page.goto(f"{bot.site}/admin/lists")
    page.get_by_label("What it is for").select_option("consents")
    page.get_by_label("Name of the list").fill("Paper forms")
    page.get_by_label("File (CSV)").set_input_files(file)
    page.get_by_label("Where the evidence is kept").fill("Cabinet 3, folder of November")
    press(page, "Check the list")
    expect(page.locator("fieldset.mend")).to_have_count(3)
    page.locator('input[name="5:number"]').fill(PEOPLE[3])
    page.locator('input[name="9:topic"]').fill("NEWS")
    page.locator('input[name="13:words"]').fill(WORDS)
    press(page, "Check my corrections")
    expect(page.get_by_text("All rows are right now.")).to_be_visible()
    press(page, f"Take {len(PEOPLE)} rows")
    expect(page.get_by_text(f"{len(PEOPLE)} rows are taken.")).to_be_visible()


def agree_on_a_message(ana: Page, ben: Page, bot: Bot) -> None:
    ana.goto(f"{bot.site}/admin/campaigns/messages")
    ana.get_by_label("Name").fill("news")
    ana.get_by_label("What it says").fill(ENGLISH)
    press(ana, "Save it")
    expect(ana.get_by_text("waits for approval")).to_be_visible()
    expect(ana.get_by_role("button", name="Approve")).to_have_count(0)
    ben.goto(f"{bot.site}/admin/campaigns/messages")
    ben.get_by_role("button", name="Approve").click()
    expect(ben.get_by_text("Approved: campaigns can use it.")).to_be_visible()


def make_and_approve(ana: Page, ben: Page, bot: Bot) -> None:
    """A campaign with its dry run, which its author can't approve."""
    ana.goto(f"{bot.site}/admin/campaigns/new")
    ana.get_by_label("Name").fill("A new answer")
    ana.get_by_label("Topic they joined").select_option("NEWS")
    ana.get_by_label("Message in English", exact=True).select_option(index=1)
    later = datetime.now(UTC) + timedelta(days=3)
    ana.get_by_label("Expires").fill(f"{later:%Y-%m-%dT%H:%M}")
    ana.get_by_label("The first few").fill("4")
    press(ana, "Save")
    press(ana, "Do the dry run")
    expect(ana.locator("dl.facts").first).to_contain_text(str(len(PEOPLE)))
    expect(ana.locator("svg.chart")).to_be_visible()
    expect(ana.get_by_role("button", name="Approve this dry run")).to_have_count(0)
    ben.goto(ana.url)
    press(ben, "Approve this dry run")
    expect(ben.get_by_text("Approved. It can be started.")).to_be_visible()


def run_with_a_pause(ana: Page, bot: Bot) -> str:
    """Start, pause once the rest follows the first few, one STOP, resume; who said STOP."""
    ana.reload()
    press(ana, "Start")
    until(lambda: len(ledger(bot)) >= 6, seconds=WAY)
    ana.get_by_label("Why pause it?").fill("A look first")
    press(ana, "Pause")
    expect(ana.get_by_role("status")).to_contain_text("nothing more of it leaves")
    time.sleep(2)  # what had begun before has left by now
    held = set(ledger(bot))
    time.sleep(4)
    assert set(ledger(bot)) == held
    assert 6 <= len(held) < len(PEOPLE)
    quitter = next(number for number in PEOPLE if number not in held)
    assert bot.post("message", bot.form("STOP", quitter)).status_code == 200
    press(ana, "Resume")
    return quitter


def delivered(bot: Bot) -> set[str]:
    """The SIDs of the texts that our own records call delivered."""
    rows = bot.ask("SELECT sid FROM outbox WHERE campaign_id = 1 AND state = 'delivered'")
    return {str(row[0]) for row in rows}


def test_a_campaign_from_the_list_to_the_last_receipt(browser: Browser, bot: OutreachBot) -> None:
    ana, ben = sign_in(browser, bot, "Ana"), sign_in(browser, bot, "Ben")
    upload(ana, bot, a_list(bot.folder))
    agree_on_a_message(ana, ben, bot)
    make_and_approve(ana, ben, bot)

    quitter = run_with_a_pause(ana, bot)

    until(lambda: bot.ask("SELECT state FROM campaign") == [("finished",)], seconds=WAY)
    until(lambda: {status for _, status in ledger(bot).values()} == {"delivered"}, seconds=WAY)
    sent = ledger(bot)
    assert set(sent) == set(PEOPLE) - {quitter}
    until(lambda: delivered(bot) == {sid for sid, _ in sent.values()}, seconds=WAY)
    ana.reload()
    report = ana.locator("section", has=ana.get_by_role("heading", name="What came of it"))
    expect(report).to_contain_text(f"Texts that left{len(sent)}")
    expect(report).to_contain_text(f"Delivered{len(sent)}")
    with ana.expect_download() as download:
        report.get_by_role("link", name="As a file (CSV)").click()
    with Path(download.value.path()).open() as file:
        fates = Counter(row["state"] for row in csv.DictReader(file))
    assert fates == {"delivered": len(sent), "skipped": 1}
