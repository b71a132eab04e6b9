"""The frame around the pages: it fills the window, its keys go places, and it says when something is away."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.expects("status of 401", "ERR_INTERNET_DISCONNECTED", "WebSocket")


def test_letters_go_places_and_the_list_of_keys_names_them(demo: Page) -> None:
    demo.keyboard.press("g")
    demo.keyboard.press("p")
    expect(demo).to_have_url(re.compile("/proposals"))
    demo.get_by_role("article").wait_for()
    demo.keyboard.press("?")
    keys = demo.get_by_role("dialog")
    expect(keys.get_by_text("Approve", exact=True)).to_be_visible()
    demo.keyboard.press("Escape")
    expect(keys).to_have_count(0)


def test_single_letters_can_be_switched_off(demo: Page) -> None:
    switch_letters(demo)
    try:
        demo.keyboard.press("g")
        demo.keyboard.press("p")
        demo.wait_for_timeout(300)
        expect(demo).not_to_have_url(re.compile("/proposals"))
    finally:
        switch_letters(demo)


def switch_letters(page: Page) -> None:
    """Turn the setting; it is kept for the person, so whoever turns it turns it back."""
    page.get_by_role("button", name="simulated").last.click()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.url.endswith("/preferences")):
        page.get_by_role("menuitemcheckbox", name="Single-letter keys").click()
    page.keyboard.press("Escape")


def test_the_palette_finds_pages_and_products(demo: Page) -> None:
    demo.keyboard.press("Control+k")
    demo.get_by_placeholder("Type a page").fill("polic")
    demo.keyboard.press("Enter")
    expect(demo).to_have_url(re.compile("/policies"))
    demo.keyboard.press("Control+k")
    demo.get_by_placeholder("Type a page").fill("speaker")
    demo.get_by_role("option", name=re.compile("speaker", re.IGNORECASE)).first.click()
    expect(demo).to_have_url(re.compile("/catalog/[0-9a-f-]{36}"))


def test_without_a_connection_a_bar_says_so_until_it_is_back(demo: Page) -> None:
    demo.context.set_offline(True)
    expect(demo.get_by_text("No connection.")).to_be_visible()
    demo.context.set_offline(False)
    expect(demo.get_by_text("No connection.")).to_have_count(0)


def test_a_session_that_is_over_leads_to_the_sign_in_page_and_back(demo: Page) -> None:
    demo.goto("/policies")
    demo.get_by_role("heading", name="Policies", level=1).wait_for()
    demo.context.clear_cookies()
    demo.keyboard.press("g")
    demo.keyboard.press("p")
    expect(demo).to_have_url(re.compile("/login"))
    demo.get_by_role("button", name="Look at the").click()
    expect(demo).to_have_url(re.compile("/proposals|/policies"))


def test_the_chart_is_read_by_arrow_keys_and_shown_as_a_table(demo: Page) -> None:
    chart = demo.get_by_role("slider", name=re.compile("Revenue"))
    chart.focus()
    chart.press("ArrowLeft")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"Revenue €[\d,.]+"))
    demo.get_by_role("button", name="Table").click()
    expect(demo.get_by_role("grid", name="Revenue")).to_be_visible()
