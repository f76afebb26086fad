"""An author at the editor in a real browser: checks while typing, saves by itself, two at once."""

import csv
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, text
from werkzeug.serving import make_server

from smsbot.core.editorial.roles import Role
from smsbot.db.tables_answers import revision
from smsbot.providers.simulator.app import QuietHandler
from tests.builders import the_catalogue
from tests.staff_site import StaffSite, build_site, the_answers

PATIENCE = 20_000
FEW = ("FDA", "KAP", "RISKS", "SPRAVATO", "WARNING", "OFFLABEL")


@dataclass
class Desk:
    url: str
    site: StaffSite

    def short(self) -> str:
        with self.site.store.begin() as tx:
            found = select(revision.c.short).where(revision.c.state == "draft")
            return str(tx.scalar(found))


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    site = build_site(sqlite_url)
    site.seed(one for one in the_answers() if one.keyword in FEW)
    with site.store.begin() as tx:
        # Two people who write.
        tx.execute(text("UPDATE staff SET role = 'author' WHERE name = 'sender'"))
    the_catalogue()  # takes longer to load than a page should
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.port}/admin/", site)
    server.shutdown()
    thread.join()
    server.server_close()
    site.store.close()


@pytest.fixture
def ann(browser: Browser, desk: Desk) -> Iterator[Page]:
    context = a_context(browser, desk, Role.AUTHOR)
    yield context.new_page()
    context.close()


@pytest.fixture
def ben(browser: Browser, desk: Desk) -> Iterator[Page]:
    context = a_context(browser, desk, Role.SENDER)
    yield context.new_page()
    context.close()


def a_context(browser: Browser, desk: Desk, role: Role, **more: object) -> BrowserContext:
    context = browser.new_context(**more)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    cookie = desk.site.signed_in(role).get_cookie("smsbot")
    assert cookie is not None
    context.add_cookies(
        [{"name": "smsbot", "value": cookie.value, "url": desk.url.removesuffix("admin/")}]
    )
    return context


def begin(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}answers/FDA")
    english = page.get_by_role("article").filter(has=page.get_by_role("heading", name="English"))
    change = english.get_by_role("button", name="Change it")
    change.or_(english.get_by_role("link", name="Go on with the draft")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("FDA in English")


def test_an_author_is_told_while_typing_and_mends_it_with_a_click(ann: Page, desk: Desk) -> None:
    begin(ann, desk)
    first, meter = ann.get_by_label("First text"), ann.locator("#meter-short")
    expect(meter).to_contain_text("GSM-7 3 of 3 segments")

    before = first.input_value()
    first.press("Control+End")
    first.press_sequentially(" It’s “so”.")
    expect(meter).to_contain_text("UCS-2")
    expect(meter).to_contain_text("right single quotation mark")
    expect(ann.locator("#phone mark").first).to_have_text("’")
    expect(ann.locator("#verdict")).to_contain_text("from going to review")
    found = Axe().run(ann)
    assert found.violations_count == 0, found.generate_report()

    ann.get_by_role("button", name="Write ' for right single quotation mark in First text").click()
    expect(first).to_be_focused()
    expect(first).to_have_value(f"{before} It's “so”.")
    ann.get_by_role("button", name='Write " for left double quotation mark in First text').click()
    ann.get_by_role("button", name='Write " for right double').click()
    expect(meter).to_contain_text("GSM-7")
    expect(ann.locator("#phone mark")).to_have_count(0)

    first.fill("Ask a prescriber. In crisis, call or text 988.")
    expect(ann.locator("#verdict")).to_contain_text("finds nothing")
    ann.get_by_label("Other words for it").fill("KAP")
    expect(ann.locator("#remarks-aliases")).to_contain_text("KAP already leads to KAP.")
    expect(ann.get_by_label("Other words for it")).to_have_attribute("aria-invalid", "true")
    ann.get_by_label("Other words for it").fill("APPROVED")
    ann.get_by_label("Example questions").fill("so what are the dangers of ketamine then")
    expect(ann.locator("#remarks-questions")).to_contain_text("leads to RISKS today (as sure as 0.")


def test_a_draft_saves_itself_and_a_second_writer_loses_nothing(
    ann: Page, ben: Page, desk: Desk
) -> None:
    begin(ann, desk)
    ann.get_by_label("First text").fill("Ann's words.")
    expect(ann.locator("#saved")).to_contain_text("Not saved yet.")
    expect(ann.locator("#saved")).to_contain_text("by author.")
    assert desk.short() == "Ann's words."

    begin(ben, desk)
    expect(ben.get_by_text("author has this draft open too, since")).to_be_visible()
    expect(ben.get_by_label("First text")).to_have_value("Ann's words.")
    ben.get_by_label("First text").fill("Ben's words.")
    expect(ben.locator("#saved")).to_contain_text("by sender.")

    ann.get_by_label("First text").fill("Ann's later words.")
    expect(ann.locator("#saved")).to_contain_text("sender saved this draft")
    assert desk.short() == "Ben's words."
    ann.get_by_role("button", name="Save", exact=True).last.click()
    both = ann.get_by_role("region", name="Both versions")
    expect(both).to_contain_text("Ben's words.")
    expect(both).to_contain_text("Ann's later words.")
    found = Axe().run(ann)
    assert found.violations_count == 0, found.generate_report()
    ann.get_by_role("button", name="Save mine over theirs").click()
    expect(ann.get_by_role("status").first).to_contain_text("The draft is saved.")
    assert desk.short() == "Ann's later words."


def test_the_editor_works_by_keyboard_and_without_script(browser: Browser, desk: Desk) -> None:
    context = a_context(browser, desk, Role.AUTHOR, java_script_enabled=False)
    page = context.new_page()
    begin(page, desk)
    page.get_by_label("First text").fill("Take 50 mg. It’s fine.")

    check = page.get_by_role("button", name="Check", exact=True)
    check.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#remarks-short")).to_contain_text("an amount of a drug")
    page.get_by_role("button", name="Write ' for right single quotation mark").click()
    expect(page.get_by_label("First text")).to_have_value("Take 50 mg. It's fine.")
    assert desk.short() != "Take 50 mg. It's fine."
    # Enter in a line saves, as anywhere.
    page.get_by_label("Reason for the change").fill("Shorter.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert desk.short() == "Take 50 mg. It's fine."
    page.get_by_role("button", name="Send to review").click()
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.url.endswith("#short")
    context.close()


def test_a_file_is_imported_after_a_look_at_what_it_changes(
    ann: Page, desk: Desk, tmp_path: Path
) -> None:
    ann.goto(f"{desk.url}exports")
    with ann.expect_download() as download:
        ann.get_by_role("link", name="CSV file").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["review_by"], rows[1]["short"] = "soon", "Otras palabras."
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)

    ann.goto(f"{desk.url}imports")
    ann.get_by_label("File").set_input_files(path)
    ann.get_by_role("button", name="See what would change").click()
    expect(ann.get_by_role("heading", name="To mend")).to_be_visible()
    found = Axe().run(ann)
    assert found.violations_count == 0, found.generate_report()
    ann.get_by_label("Take the good ones alone").check()
    ann.get_by_role("button", name="Make").click()
    expect(ann.get_by_text("made.")).to_be_visible()
    with ann.expect_download() as download:
        ann.get_by_role("link", name="As CSV").click()
    assert download.value.suggested_filename == "rows-to-mend.csv"
