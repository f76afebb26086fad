"""Every staff page, as it is reached: no link leads to a refusal, and everybody can use it.

A new page joins by being linked. What it needs in the database goes into `furnish`.
"""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize
from werkzeug.serving import make_server

from smsbot.core.editorial.roles import Role
from smsbot.providers.simulator.app import QuietHandler
from tests.furnished_site import Walk, furnish, walk
from tests.staff_site import StaffSite, build_site

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"resultTypes": ["violations"], "iframes": False, "preload": False}
EVERYTHING = {**AXE, "runOnly": {"type": "tag", "values": TAGS}}
WHAT_CHANGES = {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast", "region"]}}
"""With the theme and the width: the colours, and where the links stand."""
WAYS = ((PHONE, "light", EVERYTHING), (DESK, "dark", WHAT_CHANGES))
NOT_LINKED = {"admin.static", "admin.sign_in", "admin.second_step", "admin.nothing"}
IN_THE_MIDDLE = {"admin.import_plan", "admin.import_bad"}
"""Only there while a file is being imported; tested with that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    url: str
    site: StaffSite
    walks: dict[Role, Walk]


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("served") / "smsbot.db")
    site = build_site(f"sqlite:///{file}")
    furnish(site)
    walks = {role: walk(site, role) for role in Role}
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Served(url=f"http://127.0.0.1:{server.port}", site=site, walks=walks)
    server.shutdown()
    thread.join()
    server.server_close()
    site.store.close()


def test_no_link_leads_to_a_refusal_or_a_fault(served: Served) -> None:
    assert [fault for done in served.walks.values() for fault in done.faults] == []


def test_every_page_is_linked_for_somebody(served: Served) -> None:
    reached = {one for done in served.walks.values() for one in (*done.pages, *done.files)}

    there = {
        rule.endpoint
        for rule in served.site.app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "GET" in (rule.methods or ())
    }
    assert there - reached - NOT_LINKED - IN_THE_MIDDLE == set()


@pytest.mark.timeout(300)
def test_every_page_is_usable_by_all_on_a_phone_and_a_desk(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    faults = []
    for address, role in pages(served):
        sign_in(page, served, role)
        page.goto(served.url + address)
        page.locator("main details").evaluate_all("all => all.forEach(one => { one.open = true })")
        for size, scheme, rules in WAYS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            faults += [f"{address}, {scheme}: {fault}" for fault in look(page, size, rules)]
    context.close()

    assert faults == []
    assert said == [], "the content policy refused something, or a script failed"


def pages(served: Served) -> list[tuple[str, Role]]:
    """Of each endpoint an address, and the last of the roles that get there."""
    found: dict[str, tuple[str, Role]] = {}
    for role, done in served.walks.items():
        found |= {name: (seen[-1], role) for name, seen in done.pages.items()}
    return list(found.values())


def sign_in(page: Page, served: Served, role: Role) -> None:
    cookie = served.site.signed_in(role).get_cookie("smsbot")
    assert cookie is not None
    page.context.add_cookies([{"name": "smsbot", "value": cookie.value, "url": served.url}])


def look(page: Page, size: ViewportSize, rules: dict[str, object]) -> list[str]:
    """What is wrong with this page, as it is now."""
    found = Axe().run(page, options=rules)
    faults = [
        f"{one['id']}: {node['html'][:120]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
    if page.locator("h1").count() != 1:
        faults.append("not one heading of the first level")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > size["width"]:
        faults.append(f"scrolls sideways: {wide} of {size['width']} pixels")
    return faults
