"""A person with the phone page open, in a real browser over a real carrier."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from smsbot.providers.simulator.app import QuietHandler
from smsbot.web.simulator import simulator_pages
from tests.running_carrier import RunningCarrier, an_account, run_carrier
from tests.stub_bot import StubBot, twiml

WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
EXPLAINED: dict[str, object] = {
    "step": "question",
    "rule": "question.similar",
    "tier": None,
    "topic": "FDA",
    "topics": ["FDA", "SPRAVATO"],
    "confidence": 0.74,
    "runners_up": [["SPRAVATO", 0.61]],
    "lang": "en",
    "context": {"topic": "ATHOME", "offered": ["FDA", "WARNING"]},
    "offers": ["VS", "RISKS", "EVIDENCE"],
}


@dataclass
class Site:
    url: str
    bot: StubBot
    carrier: RunningCarrier


@pytest.fixture
def site() -> Iterator[Site]:
    bot = StubBot()
    app = Flask("site")
    with run_carrier(an_account(bot.url)) as carrier:

        def explain(_sid: str) -> dict[str, object] | None:
            return None if bot.forms[-1]["Body"] == "silent" else EXPLAINED

        app.register_blueprint(simulator_pages(carrier_url=carrier.url, explain=explain))
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Site(f"http://127.0.0.1:{server.port}/simulator/", bot, carrier)
        server.shutdown()
        thread.join()
        server.server_close()
    bot.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, site: Site, complaints: list[str]) -> Iterator[Page]:
    yield from open_page(browser, site, complaints, WIDE)


@pytest.fixture
def small_page(browser: Browser, site: Site, complaints: list[str]) -> Iterator[Page]:
    yield from open_page(browser, site, complaints, NARROW)


def open_page(
    browser: Browser, site: Site, complaints: list[str], size: dict[str, int], scheme: str = "light"
) -> Iterator[Page]:
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.goto(site.url)
    expect(opened.get_by_label("From")).to_have_value("phone-1")
    yield opened
    context.close()


def write(page: Page, text: str) -> None:
    field = page.get_by_label("Your text")
    field.fill(text)
    field.press("Enter")


def test_a_text_is_written_sent_and_answered_from_the_keyboard(
    page: Page, complaints: list[str]
) -> None:
    field = page.get_by_label("Your text")
    expect(field).to_be_focused()
    page.keyboard.type("Is it legal? ñ")
    expect(page.locator("#cost")).to_have_text("GSM-7 · 1 segment · 14 of 160")
    page.keyboard.press("Enter")

    items = page.locator("#bubbles > li")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_contain_text("Is it legal? ñ")
    expect(items.nth(0)).to_contain_text("Answered in")
    expect(items.nth(1)).to_contain_text("You: Is it legal? ñ")
    expect(items.nth(1)).to_contain_text("GSM-7 · 1 segment")
    expect(items.nth(1)).to_contain_text("Delivered")
    expect(page.locator("#spoken")).to_contain_text("You: Is it legal? ñ")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    assert complaints == []


def test_shift_enter_makes_a_line_and_an_empty_text_is_not_sent(page: Page, site: Site) -> None:
    page.keyboard.press("Enter")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    expect(page.locator("#bubbles > li")).to_have_count(2)
    assert [form["Body"] for form in site.bot.forms] == ["one\ntwo"]


def test_a_chip_sends_its_keyword(page: Page, site: Site) -> None:
    page.get_by_role("button", name="ESPAÑOL").click()

    expect(page.locator("#bubbles > li")).to_have_count(2)
    assert [form["Body"] for form in site.bot.forms] == ["ESPAÑOL"]


def test_the_panel_says_why_and_shows_the_twiml(page: Page, site: Site) -> None:
    site.bot.answer = lambda _: twiml("one & two", "three")
    write(page, "is it aproved")

    facts = page.locator("#why-facts")
    expect(facts).to_contain_text("Question understood")
    expect(facts).to_contain_text("question.similar")
    expect(facts).to_contain_text("74 %")
    expect(facts).to_contain_text("SPRAVATO 0.61")
    expect(facts).to_contain_text("English")
    expect(facts).to_contain_text("Read afterATHOME")
    expect(facts).to_contain_text("Chosen from1 FDA2 WARNING")
    expect(facts).to_contain_text("Numbers now pick1 VS2 RISKS3 EVIDENCE")
    expect(page.locator("#exchanges pre")).to_have_text(
        "<Response>\n  <Message>one &amp; two</Message>\n  <Message>three</Message>\n</Response>"
    )
    expect(page.locator("#exchanges")).to_contain_text("First request · HTTP 200")


def test_an_earlier_text_can_be_asked_about(page: Page) -> None:
    write(page, "first")
    expect(page.locator("#bubbles > li")).to_have_count(2)
    write(page, "second")
    expect(page.locator("#why-text")).to_have_text("second")

    page.locator("#bubbles > li").nth(1).get_by_role("button", name="Why?").click()

    expect(page.locator("#why-text")).to_have_text("first")


def test_what_has_no_explanation_says_so(page: Page) -> None:
    write(page, "silent")

    expect(page.locator("#why-facts")).to_contain_text("Not available")


def test_markup_in_a_text_stays_text(page: Page, complaints: list[str]) -> None:
    hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    write(page, hostile)

    expect(page.locator("#bubbles > li").nth(1)).to_contain_text(f"You: {hostile}")
    assert page.locator("#bubbles img, #bubbles script, #exchanges img").count() == 0
    assert complaints == []


def test_each_number_has_its_own_conversation(page: Page, site: Site) -> None:
    write(page, "from the first")
    expect(page.locator("#bubbles > li")).to_have_count(2)
    page.get_by_role("button", name="New number").click()
    expect(page.get_by_label("From")).to_have_value("phone-4")
    expect(page.locator("#bubbles > li")).to_have_count(0)
    write(page, "from the fourth")
    expect(page.locator("#bubbles > li")).to_have_count(2)

    page.get_by_label("From").select_option("phone-1")

    expect(page.locator("#bubbles > li").nth(0)).to_contain_text("from the first")
    assert len({form["From"] for form in site.bot.forms}) == 2


def test_a_cleared_screen_is_empty_and_the_next_text_shows(page: Page) -> None:
    write(page, "old")
    expect(page.locator("#bubbles > li")).to_have_count(2)
    page.get_by_role("button", name="Clear the conversation").click()
    expect(page.get_by_text("Text the info line")).to_be_visible()

    write(page, "new")

    expect(page.locator("#bubbles > li")).to_have_count(2)
    expect(page.locator("#bubbles > li").nth(0)).to_contain_text("new")


def test_twilios_stop_filter_shows_the_blocked_reply(page: Page, site: Site) -> None:
    page.get_by_label("Twilio’s STOP filter").select_option("standard")
    page.get_by_role("button", name="STOP").click()

    blocked = page.locator("#bubbles > li", has_text="Blocked by Twilio, 21610")
    expect(blocked).to_contain_text("You: STOP")
    expect(page.locator("#bubbles > li.by-carrier")).to_contain_text("Twilio's own text")
    page.get_by_role("button", name="All off").click()
    expect(page.get_by_label("Twilio’s STOP filter")).to_have_value("off")
    assert site.carrier.carrier.faults.opt_out == "off"


def test_a_repeat_says_that_the_bytes_were_the_same(page: Page) -> None:
    page.get_by_label("The webhook comes twice").select_option("afterwards")
    write(page, "FDA")

    expect(page.locator("#exchanges")).to_contain_text("Repeat · HTTP 200")
    expect(page.locator("#exchanges")).to_contain_text("same bytes")


def test_a_restarted_carrier_is_noticed(page: Page, site: Site) -> None:
    write(page, "before")
    expect(page.locator("#bubbles > li")).to_have_count(2)

    site.carrier.carrier.run_id = "RNanother"

    expect(page.locator("#bubbles > li")).to_have_count(2, timeout=5_000)
    write(page, "after")
    expect(page.locator("#bubbles > li")).to_have_count(4)


def test_a_missing_server_is_said_in_words(page: Page) -> None:
    page.route("**/simulator/api/**", lambda route: route.abort())
    write(page, "anybody there?")

    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(page.get_by_label("Your text")).to_have_value("anybody there?")


def test_on_a_small_screen_the_panel_is_a_sheet(small_page: Page) -> None:
    opener = small_page.get_by_role("button", name="Why, and network faults")
    write(small_page, "w" * 200 + " مرحبا 💙")
    expect(small_page.locator("#bubbles > li")).to_have_count(2)
    width = small_page.evaluate("document.documentElement.scrollWidth")
    assert width == NARROW["width"]
    expect(small_page.locator("#panel")).not_to_be_visible()

    opener.click()
    expect(small_page.locator("#panel")).to_be_visible()
    expect(small_page.locator("#panel")).to_be_focused()
    small_page.keyboard.press("Escape")

    expect(small_page.locator("#panel")).not_to_be_visible()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_it_is_usable_by_all(
    browser: Browser, site: Site, complaints: list[str], size: dict[str, int], scheme: str
) -> None:
    for page in open_page(browser, site, complaints, size, scheme):
        page.emulate_media(reduced_motion="reduce", color_scheme=scheme)  # type: ignore[arg-type]
        site.carrier.carrier.switch({"opt_out": "standard"})
        page.reload()
        # Only once the script has filled this in is a text sent by it.
        expect(page.get_by_label("From")).to_have_value("phone-1")
        write(page, "FDA")
        expect(page.locator("#bubbles > li")).to_have_count(2)
        write(page, "STOP")
        expect(page.locator("#bubbles > li")).to_have_count(5)
        expect(page.locator("#why-facts")).to_contain_text("SPRAVATO")
        if size is NARROW:
            page.get_by_role("button", name="Why, and network faults").click()
            expect(page.locator("#panel")).to_be_focused()

        found = Axe().run(page)

        assert found.violations_count == 0, found.generate_report()
