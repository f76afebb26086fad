"""A member of staff in a real browser: signs in, reads, signs out; everybody can use the pages."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert
from werkzeug.serving import make_server

from smsbot.core.editorial.roles import Role
from smsbot.core.outbound.outbox import State
from smsbot.db.tables import contact, inbound
from smsbot.db.tables_outbox import outbox
from smsbot.providers.simulator.app import QuietHandler
from tests.builders import NOW
from tests.staff_site import PASSWORD, StaffSite, build_site, the_answers

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
PAGES = ("", "answers", "answers?q=zzzz", "audit", "staff/1/ask/disable", "no/such/page")
"""As they are on the first day; what they hold later is looked at in test_every_staff_page."""


@dataclass
class Served:
    url: str
    site: StaffSite


@pytest.fixture
def served(sqlite_url: str) -> Iterator[Served]:
    site = build_site(sqlite_url)
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.port}/admin/", site)
    server.shutdown()
    thread.join()
    server.server_close()
    site.store.close()


@contextmanager
def open_page(
    browser: Browser, served: Served, size: dict[str, int], scheme: str = "light"
) -> Iterator[Page]:
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(served.url)
    yield page
    context.close()


def sign_in(page: Page, role: Role) -> None:
    page.get_by_label("Name").fill(role.value)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def fill(site: StaffSite) -> None:
    """Answers that are signed, overdue and time-limited, and texts of every step and state."""
    changes = {
        "FDA": {"reviewer": "Dr. Example", "reviewed_on": date(2026, 11, 2)},
        "RISKS": {"review_by": date(2026, 11, 1)},
    }
    site.seed(replace(one, **changes.get(one.keyword, {})) for one in the_answers())
    with site.store.begin() as tx:
        tx.execute(
            insert(contact).values(
                id=1, number_index="x", number_sealed=b"", created_at=NOW, seen_at=NOW
            )
        )
        common = {"contact_id": 1, "recipient": "+1", "media_count": 0, "received_at": NOW}
        common |= {"lang": "en", "why": {}, "reply": b""}
        steps = ["crisis", "compliance", "keyword", "keyword", "question", "menu"]
        rows = [{**common, "sid": f"SM{n}", "step": step} for n, step in enumerate(steps)]
        tx.execute(insert(inbound), rows)
        common = {"part": 1, "lane": 1, "contact_id": 1, "sender": "x", "number_sealed": b""}
        common |= {"number_index": "x", "segments": 1, "due_at": NOW, "expires_at": NOW}
        common |= {"created_at": NOW, "updated_at": NOW}
        tx.execute(
            insert(outbox),
            [{**common, "dedupe_key": s, "sequence_key": s, "state": s} for s in State],
        )


def test_a_person_signs_in_reads_an_answer_and_signs_out(browser: Browser, served: Served) -> None:
    fill(served.site)
    with open_page(browser, served, WIDE) as page:
        expect(page.get_by_label("Name")).to_be_focused()
        page.keyboard.type("auditor")
        page.keyboard.press("Tab")
        page.keyboard.type("not the password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Name and password do not fit.")
        expect(page.get_by_label("Password")).to_be_focused()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")

        expect(page.get_by_role("main")).to_contain_text("wait for a clinician’s signature")
        page.get_by_role("link", name="See which").click()
        expect(page.get_by_label("Show")).to_have_value("waiting")
        page.get_by_label("Show").select_option("")
        page.get_by_label("Find").fill("spravato")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="FDA", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("FDA")
        expect(page.locator("article")).to_have_count(2)
        expect(page.get_by_text("signed by Dr. Example on 2026-11-02")).to_have_count(2)
        page.get_by_text("Example questions").first.click()
        expect(page.locator(".asked").first).to_be_visible()

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("status")).to_have_text("You are signed out, on every device.")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_keyboard_skips_to_the_content(browser: Browser, served: Served) -> None:
    with open_page(browser, served, WIDE) as page:
        sign_in(page, Role.AUTHOR)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()


def test_the_pages_work_without_javascript(browser: Browser, served: Served) -> None:
    fill(served.site)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url)
    sign_in(page, Role.AUTHOR)
    page.get_by_role("link", name="Answers", exact=True).click()
    page.get_by_label("Find").fill("fda")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("link", name="FDA", exact=True)).to_be_visible()
    context.close()


def test_on_a_phone_the_menu_opens_from_the_keyboard(browser: Browser, served: Served) -> None:
    with open_page(browser, served, NARROW) as page:
        sign_in(page, Role.AUDITOR)
        expect(page.get_by_role("link", name="Audit log")).to_have_count(0)
        page.get_by_text("Menu", exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Audit log").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")
        page.get_by_text("Menu", exact=True).click()
        expect(page.get_by_role("link", name="Audit log")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide, light", "narrow, dark"]
)
def test_the_first_days_pages_are_usable_by_all(
    browser: Browser, served: Served, size: dict[str, int], scheme: str
) -> None:
    with open_page(browser, served, size, scheme) as page:
        page.emulate_media(reduced_motion="reduce", color_scheme=scheme)  # type: ignore[arg-type]
        page.get_by_label("Name").fill("nobody")
        page.get_by_label("Password").fill("not the password")
        page.get_by_role("button", name="Sign in").click()
        look(page, size)
        sign_in(page, Role.ADMIN)
        for path in PAGES:
            page.goto(served.url + path)
            look(page, size)


def look(page: Page, size: dict[str, int]) -> None:
    """Nothing for axe to find, one heading of the first level, no sideways scrolling."""
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
