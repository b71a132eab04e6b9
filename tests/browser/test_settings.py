"""What a person sets for oneself is kept by the program, not by the browser."""

import pytest
from playwright.sync_api import Browser, Page, Response, expect


def _stored(answer: Response) -> bool:
    return bool(answer.request.method == "PUT" and answer.url.endswith("/preferences") and answer.ok)


def choose(page: Page, name: str) -> None:
    with page.expect_response(_stored):
        page.get_by_role("radio", name=name).check()


@pytest.mark.expects("status of 401")
def test_looks_go_with_the_person_to_another_browser(demo: Page, browser: Browser, base_url: str) -> None:
    demo.goto("/settings")
    choose(demo, "Dark")
    choose(demo, "Compact")
    expect(demo.locator("html")).to_have_attribute("data-theme", "dark")
    elsewhere = browser.new_context(base_url=base_url, color_scheme="light")
    try:
        other = elsewhere.new_page()
        other.goto("/login")
        expect(other.locator("html")).to_have_attribute("data-theme", "light")
        other.get_by_role("button", name="Look at the").click()
        expect(other.locator("html")).to_have_attribute("data-theme", "dark")
        expect(other.locator("html")).to_have_attribute("data-density", "compact")
    finally:
        elsewhere.close()
        choose(demo, "As the system")
        choose(demo, "Normal")
