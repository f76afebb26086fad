"""A sender makes a code in a browser, sees the sheets as they will be printed, and saves one."""

import pytest
from playwright.sync_api import Browser, expect

from smsbot.core.editorial.roles import Role
from tests.journeys.test_staff_pages import (  # noqa: F401 - `served` is a fixture
    NARROW,
    WIDE,
    Served,
    look,
    open_page,
    served,
    sign_in,
)
from tests.staff_site import the_answers


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"]
)
def test_a_code_is_made_seen_and_saved(
    browser: Browser,
    served: Served,  # noqa: F811
    size: dict[str, int],
    scheme: str,
) -> None:
    served.site.seed(one for one in the_answers() if one.keyword in {"FDA", "RISKS"})
    with open_page(browser, served, size, scheme) as page:
        sign_in(page, Role.SENDER)
        page.goto(served.url + "kit")
        page.get_by_role("link", name="Make the first code").click()
        page.get_by_label("Where it will be").fill("The library")
        page.get_by_label("Word to text").select_option("es:RIESGOS")
        page.get_by_label("Word to text").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_contain_text("RIESGOS ")
        expect(page.get_by_role("status")).to_contain_text("The code is")
        for preview in page.locator(".preview img").all():
            preview.scroll_into_view_if_needed()
            expect(preview).to_have_js_property("complete", value=True)
            assert preview.evaluate("image => image.naturalWidth") > 0
        with page.expect_download() as saved:
            page.get_by_role("link", name="PDF of the poster").click()
        assert saved.value.suggested_filename.endswith("-poster.pdf")

        page.get_by_role("button", name="Retire the code").click()
        expect(page.get_by_role("main")).to_contain_text("Nothing is printed for a retired code")
        page.get_by_role("button", name="Bring the code back").click()
        expect(page.locator(".preview")).to_have_count(3)
        # The last thing: it opens all that can be opened.
        look(page, size)


def test_a_code_is_made_without_javascript(browser: Browser, served: Served) -> None:  # noqa: F811
    served.site.seed(one for one in the_answers() if one.keyword == "FDA")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.url)
    sign_in(page, Role.SENDER)
    page.goto(served.url + "kit/new")
    page.get_by_label("Where it will be").fill("x" * 80)
    page.get_by_label("Word to text").select_option("es:FDA")
    page.get_by_role("button", name="Make the code").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("FDA ")
    context.close()
