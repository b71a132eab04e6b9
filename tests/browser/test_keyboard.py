"""Whole flows by keyboard alone: nothing here presses a mouse button, or puts the focus where Tab does not lead."""

import re
from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.expects("status of 401", "status of 409", "status of 422")

MOST_TABS: Final = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, as somebody does who sees where it is."""
    target.wait_for()
    for _ in range(MOST_TABS):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{MOST_TABS} Tabs do not lead to {target}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def go(page: Page, letter: str, title: str) -> None:
    press(page, "g", letter)
    page.get_by_role("heading", name=title, level=1).wait_for()


@pytest.fixture
def typist(page: Page) -> Page:
    """Somebody who has entered the demo without a mouse."""
    page.goto("/login")
    tab_to(page, page.get_by_role("button", name="Look at the"))
    press(page, "Enter")
    page.get_by_role("heading", name="Dashboard", level=1).wait_for()
    return page


def test_prices_are_read_edited_rejected_approved_and_undone(typist: Page) -> None:
    go(typist, "p", "Proposals")
    why = typist.get_by_role("article")
    first = why.get_attribute("aria-label") or ""
    press(typist, "j")
    expect(why).not_to_have_attribute("aria-label", first)
    press(typist, "k")
    expect(why).to_have_attribute("aria-label", first)
    press(typist, "e")
    expect(typist.get_by_label(re.compile("New price"))).to_be_focused()
    press(typist, "Escape")
    expect(typist.get_by_role("dialog")).to_have_count(0)
    press(typist, "r")
    expect(typist.get_by_label("Why", exact=True)).to_be_focused()
    typist.keyboard.type("a price for another day")
    press(typist, "Enter")
    expect(typist.get_by_text("1 proposal rejected")).to_be_visible()
    expect(typist.get_by_role("grid").get_by_text(first)).to_have_count(0)
    kept = why.get_attribute("aria-label") or ""
    press(typist, "a")
    expect(typist.get_by_text("1 proposal approved")).to_be_visible()
    tab_to(typist, typist.get_by_role("tab", name="Waiting"))
    press(typist, "ArrowRight")
    expect(typist.get_by_role("tab", name="Going live")).to_be_focused()
    expect(typist.get_by_role("grid").get_by_text(kept)).to_be_visible()
    while why.get_attribute("aria-label") != kept:
        press(typist, "j")
    press(typist, "u")
    expect(typist.get_by_text("1 proposal back to waiting")).to_be_visible()


def test_a_list_is_filtered_and_the_filter_is_left(typist: Page) -> None:
    go(typist, "p", "Proposals")
    typist.get_by_role("article").wait_for()
    press(typist, "/")
    expect(typist.get_by_label("Product, SKU or reason")).to_be_focused()
    typist.keyboard.type("zzzz")
    expect(typist.get_by_text("No proposal matches.")).to_be_visible()
    tab_to(typist, typist.get_by_role("button", name="Clear filters").first)
    press(typist, "Enter")
    expect(typist.get_by_role("article")).to_be_visible()


def test_products_are_chosen_changed_and_opened(typist: Page) -> None:
    go(typist, "c", "Catalog")
    typist.get_by_role("row").nth(2).wait_for()
    press(typist, "j", "x", "j", "x")
    expect(typist.get_by_role("button", name="Edit 2 products")).to_be_enabled()
    press(typist, "e")
    dialog = typist.get_by_role("dialog", name="Edit products")
    tab_to(typist, dialog.get_by_label("Field", exact=True))
    typist.keyboard.type("Brand")
    tab_to(typist, dialog.get_by_label("Brand", exact=True))
    typist.keyboard.type(f"Keyboard & Sons {uuid4().hex[:6]}")
    apply = dialog.get_by_role("button", name=re.compile("2 products$"))
    expect(apply).to_be_enabled()
    press(typist, "Enter")
    expect(typist.get_by_text("2 products changed")).to_be_visible()
    press(typist, "Escape", "Enter")
    expect(typist).to_have_url(re.compile("/catalog/[0-9a-f-]{36}"))
    expect(typist.get_by_role("heading", level=1)).not_to_have_text("Catalog")
    typist.get_by_role("slider").first.wait_for()
    press(typist, "Escape")
    expect(typist).to_have_url(re.compile(r"/catalog(\?|$)"))


def test_pricing_is_halted_and_released(typist: Page) -> None:
    go(typist, "l", "Policies")
    for verb, reason in (("Halt all pricing", "A rehearsal"), ("Release", "It is over")):
        tab_to(typist, typist.get_by_role("button", name=verb))
        press(typist, "Enter")
        expect(typist.get_by_label("Why")).to_be_focused()
        typist.keyboard.type(reason)
        press(typist, "Enter")
        expect(typist.get_by_role("dialog")).to_have_count(0)
    expect(typist.get_by_role("button", name="Halt all pricing")).to_be_visible()


def test_menus_open_and_give_the_focus_back(typist: Page) -> None:
    account = typist.get_by_role("button", name="simulated").last
    tab_to(typist, account)
    press(typist, "Enter")
    expect(typist.get_by_role("menu")).to_be_visible()
    while not typist.get_by_role("menuitem", name="Keys").evaluate("it => it === document.activeElement"):
        press(typist, "ArrowDown")
    press(typist, "Enter")
    expect(typist.get_by_role("dialog", name="Keys")).to_be_visible()
    press(typist, "Escape")
    expect(typist.get_by_role("dialog")).to_have_count(0)
    expect(account).to_be_focused()


def test_the_first_tab_skips_the_navigation(typist: Page) -> None:
    typist.reload()
    typist.get_by_role("heading", name="Dashboard", level=1).wait_for()
    press(typist, "Tab")
    skip = typist.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    press(typist, "Enter")
    expect(typist.locator("#content")).to_be_focused()
